// What the SDK's headers share. Nothing here is for function authors.
#pragma once

#include <cxxabi.h>

#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <typeinfo>

#include <nlohmann/json.hpp>

#include "faasd/abi.h"

namespace faasd {

using json = nlohmann::json;

// Thrown by the SDK, and for handlers to throw: `type` is what Lambda calls errorType.
class Error : public std::runtime_error {
  public:
    Error(std::string type, const std::string& message, json detail = nullptr)
        : std::runtime_error(message), type_(std::move(type)), detail_(std::move(detail)) {}
    [[nodiscard]] const std::string& type() const noexcept { return type_; }
    [[nodiscard]] const json& detail() const noexcept { return detail_; }
    // Of a call that failed: the function that did, which may be one further down the chain. Else empty.
    [[nodiscard]] std::string function() const {
        const auto found = detail_.is_object() ? detail_.find("function") : detail_.end();
        return found != detail_.end() && found->is_string() ? found->get<std::string>() : std::string();
    }

  private:
    std::string type_;
    json detail_;
};

// Thrown by a handler of HTTP requests, or by request.json() for it, it is the answer: {"message": …} with the status.
// Elsewhere it is an error like any other.
class HttpError : public Error {
  public:
    HttpError(unsigned status, const std::string& message)
        : Error("HttpError", message, {{"status", status}}), status_(status) {}
    [[nodiscard]] unsigned status() const noexcept { return status_; }

  private:
    unsigned status_;
};

// A table or dependency has no connection left for this invocation: its max_connections others hold them all.
class TooManyConnections : public Error {
  public:
    using Error::Error;
};

namespace detail {

inline std::string_view view(faasd_string s) { return s.data ? std::string_view(s.data, s.size) : std::string_view(); }
inline faasd_string raw(std::string_view s) { return {s.data() ? s.data() : "", s.size()}; }

inline char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
inline bool iequals(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (lower(a[i]) != lower(b[i])) return false;
    return true;
}

inline int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    c = lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// The form encoding of query strings and of keys in S3 events; a stray '%' stays as it is.
inline std::string decode(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 && hex_value(text[i + 2]) >= 0) {
            out.push_back(static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2])));
            i += 2;
        } else {
            out.push_back(text[i] == '+' ? ' ' : text[i]);
        }
    }
    return out;
}

inline std::string dump(const json& value) {
    return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

inline json parse(std::string_view text, const char* what) {
    json value = json::parse(text, nullptr, false);
    if (value.is_discarded()) throw Error("InvalidJson", std::string(what) + " is not valid JSON");
    return value;
}

inline std::string text_at(const json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

inline std::string type_name(const std::exception& e) {
    int status = 0;
    const std::unique_ptr<char, void (*)(void*)> name(
        abi::__cxa_demangle(typeid(e).name(), nullptr, nullptr, &status), std::free);
    return status == 0 && name ? name.get() : typeid(e).name();
}

}  // namespace detail
}  // namespace faasd
