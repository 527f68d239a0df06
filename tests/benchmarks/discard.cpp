// The yardstick of uploads: takes what a client of S3 uploads, in one piece or in parts, and throws the bytes away.
//
//     discard     prints its port; a thread for each connection; serves until it is killed
#include <array>
#include <iostream>
#include <string>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;

// The documents that begin and end an upload in parts; nothing for a part, or for an object in one piece.
std::string answer_to(http::verb method, const std::string& target) {
    if (method != http::verb::post) return {};
    if (target.ends_with("uploads"))
        return "<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>";
    return "<CompleteMultipartUploadResult><ETag>\"d41d8cd98f00b204e9800998ecf8427e-1\"</ETag></CompleteMultipartUploadResult>";
}

// Reads one request to its end and answers it. False: the connection is at its end.
bool serve_one(tcp::socket& socket, beast::flat_buffer& buffer) {
    beast::error_code error;
    http::request_parser<http::buffer_body> parser;
    parser.body_limit(boost::none);
    http::read_header(socket, buffer, parser, error);
    if (error) return false;
    if (beast::iequals(parser.get()[http::field::expect], "100-continue"))
        http::write(socket, http::response<http::empty_body>(http::status::continue_, 11), error);
    std::array<char, 64 * 1024> piece;
    while (!error && !parser.is_done()) {
        parser.get().body().data = piece.data();
        parser.get().body().size = piece.size();
        http::read_some(socket, buffer, parser, error);
        if (error == http::error::need_buffer) error = {};
    }
    if (error) return false;
    http::response<http::string_body> response(http::status::ok, 11);
    response.keep_alive(parser.get().keep_alive());
    response.set(http::field::etag, "\"d41d8cd98f00b204e9800998ecf8427e\"");
    response.set(http::field::content_type, "application/xml");
    response.body() = answer_to(parser.get().method(), std::string(parser.get().target()));
    response.prepare_payload();
    http::write(socket, response, error);
    return !error && response.keep_alive();
}

}  // namespace

int main() {
    asio::io_context context;
    tcp::acceptor acceptor(context, {asio::ip::address_v4::loopback(), 0});
    std::cout << acceptor.local_endpoint().port() << std::endl;
    for (;;)
        std::thread([socket = acceptor.accept()]() mutable {
            beast::flat_buffer buffer;
            while (serve_one(socket, buffer)) {
            }
        }).detach();
}
