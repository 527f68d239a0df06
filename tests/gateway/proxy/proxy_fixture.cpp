#include "gateway/proxy/proxy_fixture.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

namespace faasd::gateway::testing {

using namespace std::chrono_literals;

bool eventually(const std::function<bool()>& holds) {
    for (int i = 0; i < 2500; ++i) {
        if (holds()) return true;
        std::this_thread::sleep_for(2ms);
    }
    return holds();
}

bool Peer::at_end() { return buffer_.empty() && !fill() && buffer_.empty(); }

namespace {

sockaddr_in local(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

int listening_socket(std::uint16_t& port) {
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = local(0);
    socklen_t length = sizeof address;
    EXPECT_EQ(::bind(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(descriptor, 64), 0);
    ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &length);
    port = ntohs(address.sin_port);
    return descriptor;
}

}  // namespace

std::uint16_t closed_port() {
    std::uint16_t port = 0;
    ::close(listening_socket(port));
    return port;
}

ScriptedUpstream::ScriptedUpstream(std::function<void(Peer&)> serve)
    : listening_(listening_socket(port_)), serve_(std::move(serve)) {
    acceptor_ = std::thread([this] {
        for (;;) {
            const int descriptor = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
            if (descriptor < 0) return;
            ++accepted;
            const int on = 1;
            ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            const std::lock_guard lock(mutex_);
            open_.push_back(descriptor);
            threads_.emplace_back([this, descriptor] {
                Peer peer(descriptor);
                serve_(peer);
                const std::lock_guard own(mutex_);
                std::erase(open_, descriptor);
                ::close(descriptor);
            });
        }
    });
}

ScriptedUpstream::~ScriptedUpstream() {
    ::shutdown(listening_, SHUT_RDWR);
    acceptor_.join();
    {
        const std::lock_guard lock(mutex_);
        for (const int descriptor : open_) ::shutdown(descriptor, SHUT_RDWR);
    }
    for (auto& thread : threads_) thread.join();
    ::close(listening_);
}

std::string ok(const std::string& body, const std::string& fields) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + fields + "\r\n" + body;
}

ProxyTest::ProxyTest() {
    handler.use_loop(gateway.loop);
    model::UpstreamDefinition legacy;
    legacy.name = "legacy";
    legacy.host = "127.0.0.1";
    app.upstreams.push_back(legacy);
    model::RouteDefinition rest;
    rest.method = "ANY";
    rest.path = "/{rest+}";
    rest.upstream = "legacy";
    app.routes.push_back(rest);
}

ProxyTest::~ProxyTest() {
    upstream.reset();
    gateway.listener->close_connections();
    handler.update(model::App{});
    gateway.on_loop([] {});
    gateway.on_loop([] {});
}

void ProxyTest::serve(std::function<void(Peer&)> script) {
    upstream = std::make_unique<ScriptedUpstream>(std::move(script));
    legacy().port = upstream->port();
    apply();
}

UpstreamStatus ProxyTest::status(const std::string& name) const {
    for (const auto& one : handler.upstreams())
        if (one.name == name) return one;
    return {};
}

Answer ProxyTest::get(const std::string& target, const std::string& fields) {
    Client client(gateway.port());
    client.send("GET " + target + " HTTP/1.1\r\nHost: shop.example\r\n" + fields + "\r\n");
    return client.receive();
}

void ProxyTest::invoke(model::Invocation invocation, base::UniqueFunction<void(model::Outcome)> done) {
    model::Outcome outcome;
    outcome.response = model::HttpResponse::text(
        200, invocation.function + ':' + std::string(std::get<model::HttpRequest>(invocation.event).body));
    done(std::move(outcome));
}

}  // namespace faasd::gateway::testing
