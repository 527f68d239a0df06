#include "aws/s3/cors.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace faasd::aws::s3 {
namespace {

// One asterisk at most, which stands for anything.
bool matches(std::string_view pattern, std::string_view text) {
    const std::size_t star = pattern.find('*');
    if (star == std::string_view::npos) return base::iequals(pattern, text);
    const std::string_view head = pattern.substr(0, star), tail = pattern.substr(star + 1);
    return text.size() >= head.size() + tail.size() && base::iequals(text.substr(0, head.size()), head) &&
           base::iequals(text.substr(text.size() - tail.size()), tail);
}

bool any_matches(pugi::xml_node rule, const char* element, std::string_view text) {
    for (const pugi::xml_node one : rule.children(element))
        if (matches(one.text().as_string(), text)) return true;
    return false;
}

bool all_allowed(pugi::xml_node rule, std::string_view headers) {
    while (!headers.empty()) {
        std::string_view one = headers.substr(0, headers.find(','));
        headers.remove_prefix(std::min(one.size() + 1, headers.size()));
        while (one.starts_with(' '))
            one.remove_prefix(1);
        while (one.ends_with(' '))
            one.remove_suffix(1);
        if (!one.empty() && !any_matches(rule, "AllowedHeader", one)) return false;
    }
    return true;
}

std::string joined(pugi::xml_node rule, const char* element) {
    std::string all;
    for (const pugi::xml_node one : rule.children(element))
        all.append(all.empty() ? "" : ", ").append(one.text().as_string());
    return all;
}

// The first rule for this page, method and headers; an empty node where there is none.
pugi::xml_node find_rule(pugi::xml_document& document, const Exchange& exchange, std::string_view origin,
                         std::string_view method, std::string_view headers) {
    if (exchange.address.bucket.empty()) return {};
    const auto text = exchange.blobs().document(exchange.address.bucket, "cors");
    if (!text || text->empty() || !document.load_buffer(text->data(), text->size())) return {};
    for (const pugi::xml_node rule : document.document_element().children("CORSRule"))
        if (any_matches(rule, "AllowedOrigin", origin) && any_matches(rule, "AllowedMethod", method) &&
            all_allowed(rule, headers))
            return rule;
    return {};
}

void add_headers(Exchange& exchange, pugi::xml_node rule, std::string_view origin) {
    bool anybody = false;
    for (const pugi::xml_node one : rule.children("AllowedOrigin"))
        anybody = anybody || std::string_view(one.text().as_string()) == "*";
    exchange.add_header("Access-Control-Allow-Origin", anybody ? "*" : std::string(origin));
    exchange.add_header("Access-Control-Allow-Methods", joined(rule, "AllowedMethod"));
    if (!anybody) exchange.add_header("Access-Control-Allow-Credentials", "true");
    if (auto exposed = joined(rule, "ExposeHeader"); !exposed.empty())
        exchange.add_header("Access-Control-Expose-Headers", std::move(exposed));
    exchange.add_header("Vary", "Origin, Access-Control-Request-Headers, Access-Control-Request-Method");
}

bool only_reads(std::string_view method) {
    return method == "GET" || method == "HEAD" || method == "OPTIONS";
}

}  // namespace

void admit_page(Exchange& exchange) {
    const model::HttpRequest& request = exchange.visit.request;
    const auto refusal = exchange.with.guard.page_refusal(request);
    const auto origin = exchange.header("origin");
    if (origin) {
        pugi::xml_document document;
        if (const auto rule = find_rule(document, exchange, *origin, request.method, {}))
            return add_headers(exchange, rule, *origin);
    }
    if (!refusal) {
        // A page of this machine: somebody's own frontend, which needs no rule here.
        if (!origin) return;
        exchange.add_header("Access-Control-Allow-Origin", std::string(*origin));
        exchange.add_header("Access-Control-Expose-Headers",
                            "ETag, x-amz-version-id, x-amz-request-id, x-amz-delete-marker");
        exchange.add_header("Vary", "Origin");
        return;
    }
    if (!only_reads(request.method))
        throw Refused{access_denied(*refusal + ", unless a CORS rule of the bucket allows it")};
}

void answer_preflight(const ExchangePtr& exchange) {
    const auto origin = exchange->header("origin");
    const auto method = exchange->header("access-control-request-method");
    if (!origin)
        throw Refused{Error{"BadRequest", 400, "Insufficient information. Origin request header needed."}};
    if (!method) throw Refused{Error{"BadRequest", 400, "Invalid Access-Control-Request-Method: null"}};
    const std::string headers = exchange->header_or("access-control-request-headers");
    pugi::xml_document document;
    const auto rule = find_rule(document, *exchange, *origin, *method, headers);
    if (!rule && !exchange->with.guard.page_refusal(exchange->visit.request)) {
        return exchange->respond_nothing(200,
                                         {{"Access-Control-Allow-Origin", std::string(*origin)},
                                          {"Access-Control-Allow-Methods", "GET, PUT, POST, DELETE, HEAD"},
                                          {"Access-Control-Allow-Headers", headers},
                                          {"Access-Control-Expose-Headers", "ETag, x-amz-version-id"},
                                          {"Access-Control-Max-Age", "3000"},
                                          {"Vary", "Origin"}});
    }
    if (!rule) {
        const auto kept = exchange->blobs().document(exchange->address.bucket, "cors");
        const bool enabled = kept && !kept->empty();
        throw Refused{make_error(
            "AccessForbidden", 403,
            enabled
                ? "CORSResponse: This CORS request is not allowed. This is usually because the evalution of "
                  "Origin, request method / Access-Control-Request-Method or "
                  "Access-Control-Request-Headers are not whitelisted by the resource's CORS spec."
                : "CORSResponse: CORS is not enabled for this bucket.",
            {{"Method", *method}, {"ResourceType", exchange->address.key.empty() ? "BUCKET" : "OBJECT"}})};
    }
    add_headers(*exchange, rule, *origin);
    if (!headers.empty()) exchange->add_header("Access-Control-Allow-Headers", headers);
    if (const auto age = rule.child("MaxAgeSeconds"))
        exchange->add_header("Access-Control-Max-Age", age.text().as_string());
    exchange->respond_nothing(200);
}

}  // namespace faasd::aws::s3
