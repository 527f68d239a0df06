#include "aws/protocol/error.hpp"

#include <nlohmann/json.hpp>
#include <pugixml.hpp>

#include "aws/protocol/xml.hpp"
#include "base/json.hpp"

namespace faasd::aws {

Error not_implemented(std::string_view operation) {
    return {"NotImplemented", 501, "faasd does not have the operation '" + std::string(operation) + "'; docs/aws.md lists what it has"};
}

namespace {

model::HttpResponse render_json(const Error& error, const Dialect& dialect, std::string_view request_id) {
    nlohmann::json body = error.detail.empty() ? nlohmann::json::object() : base::parse_stored_json(error.detail);
    const bool is_qualified = error.code.find('#') != std::string::npos;
    body["__type"] = (is_qualified ? std::string() : std::string(dialect.shape_prefix)) + error.code;
    // Some shapes write it large.
    if (!body.contains("Message")) body["message"] = error.message;
    model::HttpResponse response;
    response.status = error.status;
    response.headers = {{"Content-Type", dialect.protocol == Protocol::rest_json ? "application/json" : std::string(dialect.content_type)},
                        {"x-amzn-RequestId", std::string(request_id)}};
    if (dialect.protocol == Protocol::rest_json) response.headers.emplace_back("x-amzn-ErrorType", error.code);
    if (!error.query_code.empty())
        response.headers.emplace_back("x-amzn-query-error",
                                      error.query_code + (error.senders_fault() ? ";Sender" : ";Receiver"));
    response.body = base::to_text(body);
    return response;
}

model::HttpResponse render_query(const Error& error, const Dialect& dialect, std::string_view request_id) {
    pugi::xml_document document;
    pugi::xml_node root = document.append_child("ErrorResponse");
    if (!dialect.xml_namespace.empty()) root.append_attribute("xmlns") = std::string(dialect.xml_namespace).c_str();
    pugi::xml_node node = root.append_child("Error");
    add_text(node, "Type", error.senders_fault() ? "Sender" : "Receiver");
    add_text(node, "Code", error.query_code.empty() ? error.code : error.query_code);
    add_text(node, "Message", error.query_message.empty() ? error.message : error.query_message);
    node.append_child("Detail");
    add_text(root, "RequestId", request_id);
    model::HttpResponse response;
    response.status = error.status;
    response.headers = {{"Content-Type", "text/xml"}, {"x-amzn-RequestId", std::string(request_id)}};
    response.body = to_text(document);
    return response;
}

model::HttpResponse render_s3(const Error& error, std::string_view request_id) {
    pugi::xml_document document;
    pugi::xml_node root = document.append_child("Error");
    add_text(root, "Code", error.code);
    add_text(root, "Message", error.message);
    if (!error.detail.empty()) {
        const auto members = base::parse_stored_json(error.detail);
        for (const auto& [name, value] : members.items())
            add_text(root, name.c_str(), value.is_string() ? value.get<std::string>() : base::to_text(value));
    }
    add_text(root, "RequestId", request_id);
    add_text(root, "HostId", request_id);
    model::HttpResponse response;
    response.status = error.status;
    response.headers = {{"Content-Type", "application/xml"},
                        {"x-amz-request-id", std::string(request_id)},
                        {"x-amz-id-2", std::string(request_id)}};
    response.body = to_text(document);
    return response;
}

}  // namespace

model::HttpResponse render(const Error& error, const Dialect& dialect, std::string_view request_id) {
    switch (dialect.protocol) {
        case Protocol::query: return render_query(error, dialect, request_id);
        case Protocol::rest_xml: return render_s3(error, request_id);
        default: return render_json(error, dialect, request_id);
    }
}

}  // namespace faasd::aws
