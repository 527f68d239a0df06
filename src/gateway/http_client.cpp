#include "gateway/http_client.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include "base/text.hpp"

namespace faasd::gateway {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

constexpr std::size_t kPiece = 64 * 1024;

base::Error failed(const ClientRequest& request, const boost::system::error_code& error) {
    return {std::error_code(error), request.host + ':' + std::to_string(request.port) + ": " + error.message()};
}

// Runs one asynchronous step to its end, within the stream's expiry.
class ClientExchange {
  public:
    explicit ClientExchange(const ClientRequest& request) : request_(request), stream_(io_) {}

    base::Result<ClientResponse> run() {
        boost::system::error_code error;
        std::string host = request_.host == "localhost" ? "127.0.0.1" : request_.host;
        if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
        const auto address = asio::ip::make_address(host, error);
        asio::ip::tcp::resolver::results_type found;
        if (error) found = asio::ip::tcp::resolver(io_).resolve(host, std::to_string(request_.port), error);
        if (error) return failed(request_, error);
        error = step([&](auto done) {
            if (found.empty())
                stream_.async_connect({address, request_.port}, done);
            else
                stream_.async_connect(found, done);
        });
        if (error) return failed(request_, error);
        if (const auto sent = send(); sent.has_error()) return sent.error();
        return receive();
    }

  private:
    template <class Start>
    boost::system::error_code step(Start start) {
        boost::system::error_code result = asio::error::would_block;
        stream_.expires_after(request_.timeout);
        start([&result](const boost::system::error_code& error, auto&&...) { result = error; });
        io_.restart();
        io_.run();
        return result;
    }

    base::Result<> send() {
        http::request<http::string_body> head;
        head.method_string(request_.method);
        head.target(request_.target);
        head.version(11);
        head.set(http::field::host, request_.host + ':' + std::to_string(request_.port));
        head.set(http::field::connection, "close");
        for (const auto& [name, value] : request_.headers)
            head.set(name, value);
        boost::system::error_code error;
        if (!request_.body_source) {
            head.body() = request_.body;
            if (request_.method != "GET" && request_.method != "HEAD") head.content_length(request_.body.size());
            error = step([&](auto done) { http::async_write(stream_, head, done); });
        } else {
            head.content_length(request_.body_size);
            http::request_serializer<http::string_body> serializer(head);
            error = step([&](auto done) { http::async_write_header(stream_, serializer, done); });
            while (!error) {
                auto piece = request_.body_source();
                if (piece.has_error()) return piece.error();
                if (piece->empty()) break;
                error = step([&](auto done) { asio::async_write(stream_, asio::buffer(*piece), done); });
            }
        }
        // A server may answer, and close, before it has read everything: the answer is what counts.
        if (error && error != asio::error::broken_pipe && error != asio::error::connection_reset)
            return failed(request_, error);
        return {};
    }

    base::Result<ClientResponse> receive() {
        beast::flat_buffer buffer;
        // Beast reads no more at once than there is room for, and an empty buffer has room for 512 bytes.
        buffer.reserve(kPiece);
        http::response_parser<http::buffer_body> parser;
        parser.body_limit(boost::none);
        parser.skip(request_.method == "HEAD");
        if (const auto error = step([&](auto done) { http::async_read_header(stream_, buffer, parser, done); }))
            return failed(request_, error);
        ClientResponse response;
        response.status = parser.get().result_int();
        for (const auto& field : parser.get())
            response.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
        const bool to_sink = request_.body_sink && response.status / 100 == 2;
        std::string piece(kPiece, '\0');
        while (!parser.is_done()) {
            parser.get().body().data = piece.data();
            parser.get().body().size = piece.size();
            auto error = step([&](auto done) { http::async_read_some(stream_, buffer, parser, done); });
            if (error == http::error::need_buffer) error = {};
            if (error) return failed(request_, error);
            const std::string_view got(piece.data(), piece.size() - parser.get().body().size);
            if (!to_sink) {
                response.body += got;
            } else if (const auto taken = request_.body_sink(got); taken.has_error()) {
                return taken.error();
            }
        }
        return response;
    }

    const ClientRequest& request_;
    asio::io_context io_{1};
    beast::tcp_stream stream_;
};

}  // namespace

std::string ClientResponse::header(std::string_view name) const {
    for (const auto& [key, value] : headers)
        if (base::iequals(key, name)) return value;
    return {};
}

base::Result<ClientResponse> fetch(const ClientRequest& request) { return ClientExchange(request).run(); }

}  // namespace faasd::gateway
