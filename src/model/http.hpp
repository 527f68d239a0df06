// HTTP as everything but the gateway sees it: plain requests, responses and body streams.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.hpp"

namespace faasd::model {

struct HttpField {
    std::string_view name, value;
};

// What a route's authorizer said of the caller.
struct Authorization {
    std::string principal_id;  // empty where it answered yes or no alone
    std::string context_json;  // an object
    std::vector<std::pair<std::string, std::string>> context;  // the same by name: texts as they are, the rest as JSON
};

// All views point into `owner` (or into memory of the caller where it is empty): whoever keeps the request keeps
// `owner`. Header names keep the sender's case; compare with base::iequals.
struct HttpRequest {
    std::string_view method;     // as sent; methods are case-sensitive
    std::string_view raw_path;   // percent-encoded, without the query; "*" for OPTIONS *
    std::string_view raw_query;  // without '?'
    std::string_view host;       // the Host field or the authority of an absolute target
    std::span<const HttpField> headers;  // trailers are not among them
    std::string_view body;               // whole, unless the handler asked for a stream
    std::string_view remote_address;     // "127.0.0.1:54321"
    // Filled in by the router: "GET /products/{id}", and the decoded values of its placeholders.
    std::string_view route_key;
    std::span<const HttpField> path_parameters;
    std::string_view path;               // raw_path decoded once
    const Authorization* authorization = nullptr;  // in `owner`; null: the route asks nobody
    std::shared_ptr<const void> owner;

    [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;  // the first of that name
    // Each "name=value" of the Cookie fields, in order (RFC 6265 section 4.2.1), without the space before it.
    [[nodiscard]] std::vector<std::string_view> cookies() const;
    // The values of the cookies of that name.
    [[nodiscard]] std::vector<std::string_view> cookie_values(std::string_view name) const;
};

// A response body that is produced while it is sent. Destroyed when the client is gone.
class HttpBodySource {
  public:
    virtual ~HttpBodySource() = default;
    // Announced as Content-Length where known; chunked otherwise.
    [[nodiscard]] virtual std::optional<std::uint64_t> length() const = 0;
    // The next piece; empty ends the body; an error cuts the connection, so that the client sees it. One call at
    // a time. The completion may come on any thread.
    virtual void read(base::Completion<std::string> done) = 0;
    // "Name: value\r\n" for each field that follows a chunked body; asked for after its end.
    [[nodiscard]] virtual std::string trailers() { return {}; }
    // On the I/O thread, while a read() is under way: the client has closed its side, or everything. A source that waits
    // for somebody else may end the read with an error.
    virtual void on_client_closed() {}
};

struct HttpResponse {
    unsigned status = 200;
    std::vector<std::pair<std::string, std::string>> headers;  // no Content-Length, Transfer-Encoding, Date, Connection
    std::variant<std::string, std::unique_ptr<HttpBodySource>> body;

    static HttpResponse text(unsigned status, std::string body);
    static HttpResponse json(unsigned status, std::string body);
};

// A request body that arrives while it is handled.
class HttpBodyStream {
  public:
    virtual ~HttpBodyStream() = default;
    // The next piece (valid until the next call), empty at the end; an error where the client broke off or sent
    // something malformed. One call at a time. Callable and completed on any thread.
    virtual void read(base::Completion<std::string_view> done) = 0;
    // "Name: value\r\n" for each field that followed a chunked body; on the I/O thread, after its end.
    [[nodiscard]] virtual std::string trailers() const { return {}; }
};

// Answers exactly one request, from any thread. Dropped without an answer, it answers 500.
class HttpResponder {
  public:
    virtual ~HttpResponder() = default;
    virtual void respond(HttpResponse response) = 0;
    // Called on the I/O thread should the client go away before the answer (long polls end there). At most one.
    virtual void on_disconnect(base::UniqueFunction<void()> callback) = 0;
};

// Decided by the head alone, before any byte of the body is read (and before 100 Continue is sent).
struct BodyPlan {
    enum class Mode { buffer, stream, refuse };
    Mode mode = Mode::buffer;
    std::uint64_t limit = 6 * 1024 * 1024;  // bytes; over it: 413
    HttpResponse refusal{};                 // Mode::refuse
};

// What a listening port leads to. Called on the I/O thread.
class HttpHandler {
  public:
    virtual ~HttpHandler() = default;
    virtual BodyPlan plan(const HttpRequest& head) = 0;
    // Must be the caller's last action on the connection: the handler may run a function in place and may answer
    // before it returns, or after another thread has taken over the I/O loop. `stream` is set in stream mode only.
    virtual void handle(HttpRequest request, std::unique_ptr<HttpBodyStream> stream,
                        std::unique_ptr<HttpResponder> responder) = 0;
};

}  // namespace faasd::model
