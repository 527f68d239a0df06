#include "control/control_handler.hpp"

#include <nlohmann/json.hpp>

#include "base/digest.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "control/control_response.hpp"
#include "control/object_transfer.hpp"

namespace faasd::control {

using nlohmann::json;

// "/_faasd/v1/buckets/photos/objects/a/b.jpg": kind "buckets", name "photos", verb "objects", rest "a/b.jpg".
struct ControlHandler::Target {
    bool ours = false;
    std::string_view kind, verb;
    std::string name, rest;  // decoded

    explicit Target(std::string_view path) {
        constexpr std::string_view root = "/_faasd/v1/";
        if (!path.starts_with(root)) return;
        path.remove_prefix(root.size());
        const auto next = [&path] {
            const std::string_view segment = path.substr(0, path.find('/'));
            path.remove_prefix(std::min(segment.size() + 1, path.size()));
            return segment;
        };
        kind = next();
        const auto decoded_name = base::percent_decode(next());
        verb = next();
        const auto decoded_rest = base::percent_decode(path);
        ours = decoded_name && decoded_rest;
        if (!ours) return;
        name = *decoded_name;
        rest = *decoded_rest;
    }
};

namespace {

// An envelope may carry base64, a third more than the largest body it stands for.
constexpr std::uint64_t kOperationLimit = std::uint64_t{96} << 20;
constexpr std::uint64_t kPayloadLimit = 6 * 1024 * 1024;
constexpr std::uint64_t kObjectLimit = std::uint64_t{5} << 40;

model::HttpResponse failure(unsigned status, std::string code, std::string message) {
    return error_response(model::OperationError{std::move(code), std::move(message), "", status});
}

model::HttpResponse not_found(const model::HttpRequest& request) {
    return failure(404, "NotFound",
                   "the control API has nothing for " + std::string(request.method) + ' ' +
                       std::string(request.raw_path) +
                       "; it has /_faasd/v1/{health,status,operations,functions,queues,buckets,reset}");
}

json query_object(std::string_view query) {
    json object = json::object();
    while (!query.empty()) {
        const std::string_view pair = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(pair.size() + 1, query.size()));
        const std::size_t equals = pair.find('=');
        const auto name = base::percent_decode(pair.substr(0, equals), true);
        const auto value =
            base::percent_decode(equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1), true);
        if (name && value && !name->empty()) object[*name] = *value;
    }
    return object;
}

model::HttpResponse render_result(model::OperationResponse response) {
    return model::HttpResponse::json(200, std::move(response.json));
}

model::HttpResponse render_invocation(model::OperationResponse response) {
    auto out = model::HttpResponse::json(200, std::move(response.body));
    const json about = base::parse_json(response.json);
    if (about.is_object()) out.headers.emplace_back("X-Faasd-Request-Id", about.value("request_id", ""));
    return out;
}

}  // namespace

model::BodyPlan ControlHandler::plan(const model::HttpRequest& head) {
    model::BodyPlan plan;
    if (const auto why = guard_.refusal(head)) {
        plan.mode = model::BodyPlan::Mode::refuse;
        plan.refusal = failure(403, "Forbidden", *why);
        return plan;
    }
    const Target target(head.raw_path);
    if (target.kind == "buckets" && target.verb == "objects" && head.method == "PUT") {
        plan.mode = model::BodyPlan::Mode::stream;
        plan.limit = kObjectLimit;
    } else {
        plan.limit = target.kind == "operations" ? kOperationLimit : kPayloadLimit;
    }
    return plan;
}

void ControlHandler::handle(model::HttpRequest request, std::unique_ptr<model::HttpBodyStream> stream,
                            std::unique_ptr<model::HttpResponder> responder) {
    const Target target(request.raw_path);
    const bool get = request.method == "GET" || request.method == "HEAD";
    const bool post = request.method == "POST";
    if (!target.ours) return responder->respond(not_found(request));
    if (get && target.kind == "health") return responder->respond(model::HttpResponse::json(200, R"({"status":"running"})"));
    if (get && target.kind == "status") return responder->respond(model::HttpResponse::json(200, with_.status()));
    if (get && target.kind == "operations" && target.name.empty())
        return responder->respond(model::HttpResponse::json(200, base::to_text(json{{"operations", with_.operations->names()}})));
    if (post && target.kind == "operations") return handle_operation(target, request, std::move(responder));
    if (post && target.kind == "functions" && target.verb == "invocations")
        return handle_invocation(target, request, std::move(responder));
    if (post && target.kind == "queues" && target.verb == "messages")
        return handle_message(target, request, std::move(responder));
    if (target.kind == "buckets" && target.verb == "objects" && !target.rest.empty())
        return handle_object(target, std::move(request), std::move(stream), std::move(responder));
    if (post && target.kind == "reset") {
        return with_.reset([responder = std::shared_ptr<model::HttpResponder>(std::move(responder))](
                               base::Result<> done) {
            responder->respond(done ? model::HttpResponse::json(200, "{}") : error_response(done.error()));
        });
    }
    responder->respond(not_found(request));
}

void ControlHandler::run_operation(model::OperationRequest request, std::unique_ptr<model::HttpResponder> responder,
                                   model::HttpResponse (*render)(model::OperationResponse)) {
    const bool blocks = with_.operations->blocks(request.name);
    auto run = [operations = with_.operations, request = std::move(request), responder = std::move(responder),
                render]() mutable {
        operations->run(std::move(request), [responder = std::move(responder), render](model::OperationResult result) {
            responder->respond(result ? render(std::move(*result)) : error_response(result.error()));
        });
    };
    if (blocks) return with_.executor->post(std::move(run));
    run();
}

void ControlHandler::handle_operation(const Target& target, const model::HttpRequest& request,
                                      std::unique_ptr<model::HttpResponder> responder) {
    json params = base::parse_json(request.body.empty() ? "{}" : request.body);
    if (!params.is_object())
        return responder->respond(failure(400, "InvalidParameter",
                                          "the body must be a JSON object of arguments, and not nested deeper than " +
                                              std::to_string(base::kDeepestJson) + " levels"));
    model::OperationRequest operation;
    operation.name = target.name;
    for (const char* member : {"$body", "$body_base64"}) {
        const auto found = params.find(member);
        if (found == params.end()) continue;
        if (!found->is_string())
            return responder->respond(failure(400, "InvalidParameter", std::string(member) + " must be a string"));
        operation.body = found->get<std::string>();
        if (std::string_view(member) == "$body_base64") {
            auto bytes = base::base64_decode(operation.body);
            if (!bytes) return responder->respond(failure(400, "InvalidParameter", "$body_base64 is not valid base64"));
            operation.body = std::move(*bytes);
        }
        params.erase(found);
    }
    operation.params = base::to_text(params);
    run_operation(std::move(operation), std::move(responder), operation_response);
}

void ControlHandler::handle_invocation(const Target& target, const model::HttpRequest& request,
                                       std::unique_ptr<model::HttpResponder> responder) {
    const bool async = query_object(request.raw_query).value("async", "") == "true";
    model::OperationRequest operation;
    operation.name = async ? "function.invoke_async" : "function.invoke";
    operation.params = base::to_text(json{{"function", target.name}});
    operation.body = std::string(request.body);
    run_operation(std::move(operation), std::move(responder), async ? render_result : render_invocation);
}

// The door that takes the most traffic, so it goes straight to the engine.
void ControlHandler::handle_message(const Target& target, const model::HttpRequest& request,
                                    std::unique_ptr<model::HttpResponder> responder) {
    model::SendRequest message;
    const json options = request.raw_query.empty() ? json() : query_object(request.raw_query);
    for (const auto& [name, value] : options.items()) {
        const auto text = value.get<std::string>();
        if (name == "group_id") {
            message.group_id = text;
        } else if (name == "deduplication_id") {
            message.deduplication_id = text;
        } else if (const json number = base::parse_json(text);
                   name == "delay_seconds" && number.is_number() && number >= 0 && number <= 1e6) {
            message.delay = base::Duration{static_cast<std::int64_t>(number.get<double>() * 1e6)};
        } else {
            return responder->respond(failure(400, "InvalidParameter",
                                              "'" + name + "=" + text + "' is none of delay_seconds (a number), "
                                              "group_id and deduplication_id"));
        }
    }
    message.body = std::string(request.body);
    std::vector<model::SendRequest> one;
    one.push_back(std::move(message));
    with_.queues.send(target.name, std::move(one),
                      [responder = std::move(responder)](base::Result<model::Queues::SendResults> sent) {
                          if (sent.has_error()) return responder->respond(error_response(sent.error()));
                          const auto& result = sent->front();
                          if (result.has_error()) return responder->respond(error_response(result.error()));
                          // Ids and digests need no escaping.
                          std::string out = "{\"message_id\":\"" + result->message_id + "\",\"md5\":\"" +
                                            result->md5_of_body + '"';
                          if (result->sequence_number) out += ",\"sequence_number\":\"" + *result->sequence_number + '"';
                          responder->respond(model::HttpResponse::json(200, out + '}'));
                      });
}

void ControlHandler::handle_object(const Target& target, model::HttpRequest request,
                                   std::unique_ptr<model::HttpBodyStream> stream,
                                   std::unique_ptr<model::HttpResponder> responder) {
    if (request.method == "PUT") {
        model::PutOptions options;
        if (const auto type = request.header("content-type")) options.content_type = std::string(*type);
        for (const model::HttpField& field : request.headers) {
            const std::string name = base::to_lower(field.name);
            if (name.starts_with("x-amz-meta-")) options.metadata[name.substr(11)] = std::string(field.value);
            for (const char* kept : {"Cache-Control", "Content-Disposition", "Content-Encoding", "Content-Language", "Expires"})
                if (base::iequals(name, kept)) options.headers[kept] = std::string(field.value);
        }
        options.if_match = entity_tag(request, "if-match");
        options.if_none_match = entity_tag(request, "if-none-match");
        // Opening the object's file is work for the file system.
        return with_.executor->post([this, target_bucket = target.name, key = target.rest, options = std::move(options),
                                     stream = std::move(stream), responder = std::move(responder)]() mutable {
            receive_object(with_.blobs, with_.executor, std::move(target_bucket), std::move(key), std::move(options),
                           std::move(stream), std::move(responder));
        });
    }
    if (request.method == "GET" || request.method == "HEAD") {
        return with_.executor->post([this, bucket = target.name, key = target.rest, request = std::move(request),
                                     responder = std::move(responder)]() mutable {
            send_object(with_.blobs, with_.executor, std::move(bucket), std::move(key), request, std::move(responder));
        });
    }
    if (request.method == "DELETE") {
        model::OperationRequest operation;
        operation.name = "bucket.delete";
        operation.params = base::to_text(json{{"bucket", target.name}, {"key", target.rest}});
        return run_operation(std::move(operation), std::move(responder), render_result);
    }
    responder->respond(failure(405, "MethodNotAllowed", "an object takes GET, HEAD, PUT and DELETE"));
}

}  // namespace faasd::control
