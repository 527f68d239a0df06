// The yardstick: a bare one-thread Beast server that answers every GET with the same 100 bytes of JSON.
//
//     bare_beast [PORT]     prints the port; serves until it is killed
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;

std::string answer_body() {
    std::string body = R"({"id":"p-1","name":"rocket","price":1999,"tags":["a","b"],"text":")";
    body.append(98 - body.size(), 'x');
    return body + "\"}";
}

const std::string& date() {
    static std::time_t formatted = 0;
    static std::string text;
    const std::time_t now = std::time(nullptr);
    if (now != formatted) {
        char buffer[64];
        std::tm utc{};
        ::gmtime_r(&now, &utc);
        text.assign(buffer, std::strftime(buffer, sizeof buffer, "%a, %d %b %Y %H:%M:%S GMT", &utc));
        formatted = now;
    }
    return text;
}

class Session : public std::enable_shared_from_this<Session> {
  public:
    explicit Session(tcp::socket socket) : socket_(std::move(socket)) {}
    void read() {
        request_ = {};
        http::async_read(socket_, buffer_, request_,
                         [self = shared_from_this()](beast::error_code error, std::size_t) {
                             if (!error) self->write();
                         });
    }

  private:
    void write() {
        static const std::string body = answer_body();
        response_ = {};
        response_.version(request_.version());
        response_.keep_alive(request_.keep_alive());
        response_.result(http::status::ok);
        response_.set(http::field::date, date());
        response_.set(http::field::content_type, "application/json");
        response_.body() = body;
        response_.prepare_payload();
        http::async_write(socket_, response_, [self = shared_from_this()](beast::error_code error, std::size_t) {
            if (error) return;
            if (self->response_.keep_alive()) return self->read();
            self->socket_.shutdown(tcp::socket::shutdown_send, error);
        });
    }

    tcp::socket socket_;
    beast::flat_buffer buffer_;
    http::request<http::string_body> request_;
    http::response<http::string_body> response_;
};

void accept(tcp::acceptor& acceptor) {
    acceptor.async_accept([&acceptor](beast::error_code error, tcp::socket socket) {
        if (!error) {
            socket.set_option(tcp::no_delay(true));
            std::make_shared<Session>(std::move(socket))->read();
        }
        accept(acceptor);
    });
}

}  // namespace

int main(int argc, char** argv) {
    const auto port = static_cast<std::uint16_t>(argc > 1 ? std::atoi(argv[1]) : 0);
    asio::io_context context(1);
    tcp::acceptor acceptor(context, {asio::ip::address_v4::loopback(), port});
    std::cout << acceptor.local_endpoint().port() << std::endl;
    accept(acceptor);
    context.run();
}
