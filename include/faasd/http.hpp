// HTTP requests and responses, as a handler sees them.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "faasd/detail.hpp"

namespace faasd {

// A view of the request: cheap to pass, valid while the handler runs.
class HttpRequest {
  public:
    explicit HttpRequest(const faasd_http_request& request) : request_(&request) {}

    [[nodiscard]] std::string_view method() const { return detail::view(request_->method); }
    [[nodiscard]] std::string_view path() const { return detail::view(request_->path); }          // decoded once
    [[nodiscard]] std::string_view raw_path() const { return detail::view(request_->raw_path); }  // as sent
    [[nodiscard]] std::string_view raw_query() const { return detail::view(request_->raw_query); }
    // The route that led here, "GET /products/{id}": how one function serves several routes.
    [[nodiscard]] std::string_view route_key() const { return detail::view(request_->route_key); }
    [[nodiscard]] std::string_view host() const { return detail::view(request_->host); }
    [[nodiscard]] std::string_view remote_address() const { return detail::view(request_->remote_address); }
    [[nodiscard]] std::string_view body() const { return detail::view(request_->body); }
    // Throws HttpError(400) where it is not JSON, which answers the caller.
    [[nodiscard]] faasd::json json() const {
        faasd::json value = faasd::json::parse(body(), nullptr, false);
        if (value.is_discarded()) throw HttpError(400, "the body is not valid JSON");
        return value;
    }

    // The value of a placeholder of the route, decoded; empty where the route has none of that name.
    [[nodiscard]] std::string_view path_parameter(std::string_view name) const {
        for (std::size_t i = 0; i < request_->path_parameter_count; ++i)
            if (detail::view(request_->path_parameters[i].name) == name)
                return detail::view(request_->path_parameters[i].value);
        return {};
    }

    // What the route's authorizer said of the caller: a value of its context (text as it is, anything else as JSON), or
    // "principalId". Nothing where it did not say it, or the route has no authorizer.
    [[nodiscard]] std::optional<std::string_view> authorizer(std::string_view name) const {
        if (request_->size < offsetof(faasd_http_request, authorizer_count) + sizeof request_->authorizer_count)
            return std::nullopt;  // from a daemon that is older than this
        for (std::size_t i = 0; i < request_->authorizer_count; ++i)
            if (detail::view(request_->authorizer[i].name) == name) return detail::view(request_->authorizer[i].value);
        return std::nullopt;
    }

    // Names compare without case.
    [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const {
        for (std::size_t i = 0; i < request_->header_count; ++i)
            if (detail::iequals(detail::view(request_->headers[i].name), name))
                return detail::view(request_->headers[i].value);
        return std::nullopt;
    }
    [[nodiscard]] std::vector<std::pair<std::string_view, std::string_view>> headers() const {
        std::vector<std::pair<std::string_view, std::string_view>> all;
        all.reserve(request_->header_count);
        for (std::size_t i = 0; i < request_->header_count; ++i)
            all.emplace_back(detail::view(request_->headers[i].name), detail::view(request_->headers[i].value));
        return all;
    }

    // All name=value pairs of the query string, decoded, in order.
    [[nodiscard]] std::vector<std::pair<std::string, std::string>> query_parameters() const {
        std::vector<std::pair<std::string, std::string>> all;
        std::string_view rest = raw_query();
        while (!rest.empty()) {
            const std::string_view pair = rest.substr(0, rest.find('&'));
            rest.remove_prefix(pair.size() < rest.size() ? pair.size() + 1 : rest.size());
            if (pair.empty()) continue;
            const std::size_t equals = pair.find('=');
            all.emplace_back(detail::decode(pair.substr(0, equals)),
                             equals == std::string_view::npos ? std::string() : detail::decode(pair.substr(equals + 1)));
        }
        return all;
    }
    // The first of that name.
    [[nodiscard]] std::optional<std::string> query_parameter(std::string_view name) const {
        for (auto& [key, value] : query_parameters())
            if (key == name) return std::move(value);
        return std::nullopt;
    }

    [[nodiscard]] std::optional<std::string> cookie(std::string_view name) const {
        for (std::size_t i = 0; i < request_->header_count; ++i) {
            if (!detail::iequals(detail::view(request_->headers[i].name), "cookie")) continue;
            std::string_view rest = detail::view(request_->headers[i].value);
            while (!rest.empty()) {
                std::string_view pair = rest.substr(0, rest.find(';'));
                rest.remove_prefix(pair.size() < rest.size() ? pair.size() + 1 : rest.size());
                while (!pair.empty() && pair.front() == ' ')
                    pair.remove_prefix(1);
                const std::size_t equals = pair.find('=');
                if (equals != std::string_view::npos && pair.substr(0, equals) == name)
                    return std::string(pair.substr(equals + 1));
            }
        }
        return std::nullopt;
    }

  private:
    const faasd_http_request* request_;
};

// What a handler returns. Content-Length, Date and Connection are the gateway's.
struct HttpResponse {
    unsigned status = 200;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;

    static HttpResponse text(std::string body, unsigned status = 200) {
        return {status, {{"Content-Type", "text/plain; charset=utf-8"}}, std::move(body)};
    }
    static HttpResponse html(std::string body, unsigned status = 200) {
        return {status, {{"Content-Type", "text/html; charset=utf-8"}}, std::move(body)};
    }
    static HttpResponse json(const faasd::json& value, unsigned status = 200) {
        return {status, {{"Content-Type", "application/json"}}, detail::dump(value)};
    }
    static HttpResponse created(const faasd::json& value) { return json(value, 201); }
    static HttpResponse no_content() { return {204, {}, {}}; }
    static HttpResponse bad_request(const std::string& message) { return json({{"message", message}}, 400); }
    static HttpResponse not_found(const std::string& message = "Not Found") { return json({{"message", message}}, 404); }
    static HttpResponse redirect(std::string location, unsigned status = 302) {
        return {status, {{"Location", std::move(location)}}, {}};
    }

    HttpResponse& header(std::string name, std::string value) & {
        headers.emplace_back(std::move(name), std::move(value));
        return *this;
    }
    HttpResponse&& header(std::string name, std::string value) && {
        headers.emplace_back(std::move(name), std::move(value));
        return std::move(*this);
    }
};

// A response that is sent while it is produced. The head goes out with the first write, or when the handler returns.
class HttpResponseStream {
  public:
    HttpResponseStream(const faasd_host* host, faasd_call* call) : host_(host), call_(call) {}
    HttpResponseStream(const HttpResponseStream&) = delete;
    HttpResponseStream& operator=(const HttpResponseStream&) = delete;

    // Before the first write.
    HttpResponse head{200, {{"Content-Type", "application/octet-stream"}}, {}};

    // Blocks while the client is slow. False: the client is gone, there is no use in writing more.
    bool write(std::string_view bytes) {
        begin();
        return open_ && host_->stream_write(call_, detail::raw(bytes)) == 0;
    }
    [[nodiscard]] bool begun() const { return begun_; }
    void begin() {
        if (begun_) return;
        begun_ = true;
        std::vector<faasd_field> fields;
        for (const auto& [name, value] : head.headers)
            fields.push_back({detail::raw(name), detail::raw(value)});
        open_ = host_->stream_begin(call_, head.status, fields.data(), fields.size()) == 0;
    }

  private:
    const faasd_host* host_;
    faasd_call* call_;
    bool begun_ = false;
    bool open_ = false;
};

}  // namespace faasd
