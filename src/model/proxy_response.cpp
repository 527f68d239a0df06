#include "model/proxy_response.hpp"

#include <charconv>
#include <optional>

#include <nlohmann/json.hpp>

#include "base/digest.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

namespace faasd::model {
namespace {

using Json = nlohmann::json;

base::Error invalid(std::string message) {
    return {std::make_error_code(std::errc::invalid_argument), std::move(message)};
}

const Json* member(const Json& object, const char* name) {
    const auto it = object.find(name);
    return it == object.end() || it->is_null() ? nullptr : &*it;
}

// Header values may be written as what they look like.
std::optional<std::string> scalar_text(const Json& value) {
    if (value.is_string()) return value.get<std::string>();
    if (value.is_boolean() || value.is_number()) return base::to_text(value);
    return std::nullopt;
}

base::Result<unsigned> status_of(const Json& value) {
    unsigned status = 0;
    if (value.is_number_unsigned() && value.get<std::uint64_t>() < 1000) {
        status = value.get<unsigned>();
    } else if (value.is_string()) {
        const auto& text = value.get_ref<const std::string&>();
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), status);
        if (error != std::errc{} || end != text.data() + text.size()) status = 0;
    }
    if (status < 200 || status > 599) return invalid("statusCode is " + base::to_text(value) + ", not a number from 200 to 599");
    return status;
}

base::Result<> add_header(HttpResponse& response, const std::string& name, const Json& value) {
    const auto text = scalar_text(value);
    if (!text) return invalid("the header \"" + name + "\" is neither a string, a number nor a boolean");
    response.headers.emplace_back(name, *text);
    return {};
}

base::Result<> add_headers(HttpResponse& response, const Json& object) {
    if (const Json* headers = member(object, "headers")) {
        if (!headers->is_object()) return invalid("headers is not an object");
        for (const auto& [name, value] : headers->items())
            if (auto added = add_header(response, name, value); !added) return added;
    }
    if (const Json* headers = member(object, "multiValueHeaders")) {
        if (!headers->is_object()) return invalid("multiValueHeaders is not an object");
        for (const auto& [name, values] : headers->items()) {
            if (!values.is_array()) return invalid("multiValueHeaders \"" + name + "\" is not an array");
            // Where a name is in both, this is the complete list.
            std::erase_if(response.headers, [&, &key = name](const auto& h) { return base::iequals(h.first, key); });
            for (const auto& value : values)
                if (auto added = add_header(response, name, value); !added) return added;
        }
    }
    if (const Json* cookies = member(object, "cookies")) {
        if (!cookies->is_array()) return invalid("cookies is not an array");
        for (const auto& cookie : *cookies) {
            if (!cookie.is_string()) return invalid("a cookie is not a string");
            if (auto added = add_header(response, "Set-Cookie", cookie); !added) return added;
        }
    }
    return {};
}

base::Result<> set_body(HttpResponse& response, const Json& object) {
    const Json* const encoded = member(object, "isBase64Encoded");
    if (encoded && !encoded->is_boolean()) return invalid("isBase64Encoded is not a boolean");
    const Json* const body = member(object, "body");
    if (!body) return {};
    if (!body->is_string()) return invalid("body is not a string: render it with JSON.stringify, json.dumps or dump()");
    response.body = body->get<std::string>();
    if (!encoded || !encoded->get<bool>()) return {};
    auto bytes = base::base64_decode(std::get<std::string>(response.body));
    if (!bytes) return invalid("isBase64Encoded is true, but body is not base64");
    response.body = std::move(*bytes);
    return {};
}

}  // namespace

base::Result<HttpResponse> parse_proxy_response(std::string_view json) {
    const Json value = base::parse_json(json);
    if (value.is_discarded()) return invalid("the answer is not JSON, or nested too deep");
    const Json* const status = value.is_object() ? member(value, "statusCode") : nullptr;
    if (!status) return HttpResponse::json(200, std::string(json));
    HttpResponse response;
    auto code = status_of(*status);
    if (!code) return code.error();
    response.status = *code;
    if (auto added = add_headers(response, value); !added) return added.error();
    if (auto set = set_body(response, value); !set) return set.error();
    bool typed = response.status == 204 || response.status == 304;
    for (const auto& [name, text] : response.headers)
        typed = typed || base::iequals(name, "content-type");
    if (!typed) response.headers.emplace_back("Content-Type", "text/plain; charset=utf-8");
    return response;
}

}  // namespace faasd::model
