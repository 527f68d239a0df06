#include "aws/protocol/operation_door.hpp"

#include <cstdio>

#include <boost/crc.hpp>

#include "aws/protocol/limited_json.hpp"
#include "aws/protocol/query_string.hpp"
#include "aws/protocol/xml.hpp"
#include "base/json.hpp"

namespace faasd::aws {

using nlohmann::json;

namespace {

// No request of these services is nested half as deeply.
constexpr std::size_t kDeepestRequest = 64;

std::string crc32_of(std::string_view bytes) {
    boost::crc_32_type crc;
    crc.process_bytes(bytes.data(), bytes.size());
    return std::to_string(crc.checksum());
}

std::string query_result(const QueryForm& form, const std::string& operation, const json& result,
                         std::string_view request_id) {
    pugi::xml_document document;
    pugi::xml_node root = document.append_child((operation + "Response").c_str());
    root.append_attribute("xmlns") = std::string(form.xml_namespace()).c_str();
    if (!result.empty() || form.has_result(operation))
        form.write(operation, result, root.append_child((operation + "Result").c_str()));
    add_text(root.append_child("ResponseMetadata"), "RequestId", request_id);
    return to_text(document);
}

model::HttpResponse refused(const Error& error, const Dialect& dialect, std::string_view request_id) {
    auto response = render(error, dialect, request_id);
    if (dialect.crc32) response.headers.emplace_back("x-amz-crc32", crc32_of(std::get<std::string>(response.body)));
    return response;
}

}  // namespace

void Call::succeed(const json& result) {
    if (!form_) return succeed_text(base::to_text(result));
    model::HttpResponse response;
    response.headers = {{"Content-Type", "text/xml"}, {"x-amzn-RequestId", request_id}};
    response.body = query_result(*form_, operation, result, request_id);
    responder_->respond(std::move(response));
}

void Call::succeed_text(std::string text) {
    if (form_) return succeed(base::parse_stored_json(text));
    model::HttpResponse response;
    response.headers = {{"Content-Type", std::string(dialect_.content_type)}, {"x-amzn-RequestId", request_id}};
    if (dialect_.crc32) response.headers.emplace_back("x-amz-crc32", crc32_of(text));
    response.body = std::move(text);
    responder_->respond(std::move(response));
}

void Call::refuse(const Error& error) {
    responder_->respond(refused(error, dialect_, request_id));
}

OperationDoor::OperationDoor(ServiceDescription description, std::shared_ptr<model::BlockingExecutor> executor)
    : description_(std::move(description)), executor_(std::move(executor)) {
    for (const Operation& one : description_.operations)
        by_name_[one.name] = &one;
}

model::BodyPlan OperationDoor::plan(const model::HttpRequest&, const Target&) {
    model::BodyPlan plan;
    plan.limit = description_.body_limit;
    return plan;
}

void OperationDoor::handle(Visit visit) {
    const bool as_form = visit.target.protocol == Protocol::query;
    Call call;
    call.operation = std::move(visit.target.operation);
    call.scope = std::move(visit.scope);
    call.request_id = std::move(visit.request_id);
    call.base_url = "http://" + std::string(visit.request.host);
    if (visit.authorization) call.access_key = visit.authorization->access_key;
    if (const auto trace = visit.request.header("x-amzn-trace-id")) call.trace_header = *trace;
    call.dialect_ = {visit.target.protocol, description_.shape_prefix,
                     description_.form ? description_.form->xml_namespace() : std::string_view{}, description_.content_type,
                     description_.crc32};
    call.responder_ = std::move(visit.responder);
    const auto found = by_name_.find(call.operation);
    if (found == by_name_.end() || (as_form && !description_.form)) return call.refuse(not_implemented(call.operation));
    const Operation* const operation = found->second;
    // Without an owner the request is gone when this returns.
    if (visit.request.body.size() >= kMostReadInPlace && visit.request.owner)
        return executor_->post([this, operation, call = std::move(call), request = visit.request, as_form]() mutable {
            if (read_params(*operation, call, request, as_form)) run(*operation, std::move(call));
        });
    if (!read_params(*operation, call, visit.request, as_form)) return;
    if (!operation->blocks) return run(*operation, std::move(call));
    executor_->post([this, operation, call = std::move(call)]() mutable { run(*operation, std::move(call)); });
}

bool OperationDoor::read_params(const Operation& operation, Call& call, const model::HttpRequest& request, bool as_form) const {
    if (as_form) {
        call.form_ = description_.form.get();
        auto given = parameters(request.raw_query);
        if (has_form(request))
            for (auto& pair : parameters(request.body))
                given.push_back(std::move(pair));
        try {
            call.params = call.form_->params(call.operation, request, given);
        } catch (const Refusal& refusal) {
            call.refuse(refusal.error);
            return false;
        }
    } else if (description_.reads_body) {
        call.body = request.body;
        call.owner = request.owner;
    } else if (operation.run_text && run_text(operation, call, request.body)) {
        return false;
    } else {
        call.params = parse_limited(request.body.empty() ? std::string_view("{}") : request.body, std::string_view::npos,
                                    kDeepestRequest);
        if (call.params.is_object()) return true;
        call.refuse(description_.not_json);
        return false;
    }
    return true;
}

void OperationDoor::run(const Operation& operation, Call call) const {
    const auto responder = call.responder_;
    const Dialect dialect = call.dialect_;
    const std::string request_id = call.request_id;
    try {
        operation.run(std::move(call));
    } catch (const Refusal& refusal) {
        responder->respond(refused(refusal.error, dialect, request_id));
    } catch (const std::exception& error) {
        // A bug, and no reason for the executor's thread to take the daemon with it.
        const Error internal{"InternalServerError", 500, std::string("The request could not be processed: ") + error.what()};
        responder->respond(refused(internal, dialect, request_id));
    }
}

bool OperationDoor::run_text(const Operation& operation, Call& call, std::string_view text) const {
    const auto responder = call.responder_;
    const Dialect dialect = call.dialect_;
    const std::string request_id = call.request_id;
    try {
        return operation.run_text(call, text);
    } catch (const Refusal& refusal) {
        responder->respond(refused(refusal.error, dialect, request_id));
        return true;
    }
}

std::vector<OperationStatus> OperationDoor::operations() const {
    std::vector<OperationStatus> all;
    for (const Operation& one : description_.operations)
        all.push_back({one.name, true});
    for (const std::string_view name : description_.missing)
        all.push_back({name, false});
    return all;
}

}  // namespace faasd::aws
