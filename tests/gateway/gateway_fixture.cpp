#include "gateway/gateway_fixture.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <future>

#include "base/text.hpp"

namespace faasd::gateway::testing {

using namespace std::chrono_literals;

model::BodyPlan EchoHandler::plan(const model::HttpRequest& head) {
    if (on_plan) return on_plan(head);
    model::BodyPlan plan;
    plan.limit = 100'000;
    return plan;
}

void EchoHandler::handle(model::HttpRequest request, std::unique_ptr<model::HttpBodyStream> stream,
                         std::unique_ptr<model::HttpResponder> responder) {
    ++handled;
    if (on_handle) return on_handle(std::move(request), std::move(stream), std::move(responder));
    std::string text;
    const auto line = [&](std::string_view name, std::string_view value) {
        text.append(name).append("=").append(value).append("\n");
    };
    line("method", request.method);
    line("path", request.raw_path);
    line("query", request.raw_query);
    line("host", request.host);
    for (const auto& field : request.headers) line(base::to_lower(field.name), field.value);
    line("body", request.body);
    responder->respond(model::HttpResponse::text(200, std::move(text)));
}

model::HttpLimits quick_limits() {
    model::HttpLimits limits;
    limits.max_header = 16 * 1024;
    return limits;
}

Gateway::Gateway(model::HttpHandler& handler, const model::HttpLimits& limits) {
    ListenerOptions options;
    options.limits = limits;
    listener = *Listener::open(loop, handler, clock, options);
    listener->start();
    thread = std::thread([this] { loop.run(); });
}

Gateway::~Gateway() {
    loop.stop();
    thread.join();
    listener.reset();
}

void Gateway::on_loop(base::UniqueFunction<void()> task) {
    std::promise<void> ran;
    loop.post([&] {
        task();
        ran.set_value();
    });
    ran.get_future().get();
}

std::optional<std::string> Answer::field(std::string_view name) const {
    std::size_t start = head.find("\r\n");
    while (start != std::string::npos && start + 2 < head.size()) {
        start += 2;
        const auto end = head.find("\r\n", start);
        const std::string_view line = std::string_view(head).substr(start, end - start);
        const auto colon = line.find(": ");
        if (colon != std::string_view::npos && base::iequals(line.substr(0, colon), name))
            return std::string(line.substr(colon + 2));
        start = end;
    }
    return std::nullopt;
}

std::size_t Answer::count(std::string_view name) const {
    std::size_t found = 0;
    const std::string lower = base::to_lower(head);
    const std::string needle = "\r\n" + base::to_lower(name) + ":";
    for (auto at = lower.find(needle); at != std::string::npos; at = lower.find(needle, at + 1)) ++found;
    return found;
}

Client::Client(std::uint16_t port, int receive_buffer) : BufferedSocket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (receive_buffer) ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    const int on = 1;
    ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
        ADD_FAILURE() << "cannot connect to port " << port;
}

Client::~Client() { ::close(descriptor_); }

void Client::reset() {
    reset_at_close();
    ::close(descriptor_);
    descriptor_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

bool Client::readable(std::chrono::milliseconds wait) const {
    pollfd poll{descriptor_, POLLIN, 0};
    return !buffer_.empty() || ::poll(&poll, 1, static_cast<int>(wait.count())) > 0;
}

std::string Client::read_chunked() {
    std::string body;
    for (;;) {
        std::size_t end;
        while ((end = buffer_.find("\r\n")) == std::string::npos)
            if (!fill()) return body + "<broken off>";
        const std::size_t size = std::stoul(read(end + 2), nullptr, 16);
        body += read(size);
        if (read(2) != "\r\n") return body + "<broken off>";
        if (size == 0) return body;
    }
}

Answer Client::receive(bool to_head) {
    Answer answer;
    answer.head = read_head();
    if (answer.head.size() < 12 || !answer.head.starts_with("HTTP/1.1 ")) return answer;
    answer.status = static_cast<unsigned>(std::stoul(answer.head.substr(9, 3)));
    if (to_head || answer.status < 200 || answer.status == 204 || answer.status == 304) return answer;
    if (const auto length = answer.field("content-length")) {
        answer.body = read(std::stoul(*length));
    } else if (answer.field("transfer-encoding") == "chunked") {
        answer.body = read_chunked();
    } else {
        answer.body = read_all();
    }
    return answer;
}

bool Client::at_end() {
    pollfd poll{descriptor_, POLLIN, 0};
    if (!buffer_.empty() || ::poll(&poll, 1, 5000) <= 0) return false;
    char byte;
    return ::recv(descriptor_, &byte, 1, 0) == 0;
}

}  // namespace faasd::gateway::testing
