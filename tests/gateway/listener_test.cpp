#include "gateway/listener.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "gateway/gateway_fixture.hpp"

namespace faasd::gateway::testing {
namespace {

using namespace std::chrono_literals;

TEST(Listener, a_port_in_use_is_an_error_that_names_the_holder) {
    EchoHandler echo;
    Gateway gateway(echo);
    IoContextLoop loop;
    ListenerOptions options;
    options.port = gateway.port();
    const auto second = Listener::open(loop, echo, gateway.clock, options);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, std::errc::address_in_use);
    EXPECT_NE(second.error().message.find("port " + std::to_string(gateway.port()) + " is in use by pid " +
                                          std::to_string(::getpid())),
              std::string::npos)
        << second.error().message;
}

TEST(Listener, a_host_that_is_not_here_is_an_error) {
    EchoHandler echo;
    base::SystemClock clock;
    IoContextLoop loop;
    ListenerOptions options;
    options.host = "192.0.2.1";
    const auto listener = Listener::open(loop, echo, clock, options);
    ASSERT_FALSE(listener);
    EXPECT_NE(listener.error().message.find("192.0.2.1"), std::string::npos);
}

TEST(Listener, takes_a_listening_descriptor_over_without_refusing_anybody) {
    EchoHandler echo;
    base::ManualClock clock;
    int inherited = -1;
    std::uint16_t port = 0;
    {
        IoContextLoop loop;
        const auto former = *Listener::open(loop, echo, clock, {});
        port = former->port();
        inherited = ::fcntl(former->native_handle(), F_DUPFD_CLOEXEC, 3);
    }
    Client early(port);  // nobody accepts yet; the kernel keeps it
    early.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    IoContextLoop loop;
    ListenerOptions options;
    options.inherited = inherited;
    const auto listener = *Listener::open(loop, echo, clock, options);
    EXPECT_EQ(listener->port(), port);
    listener->start();
    std::thread runner([&] { loop.run(); });
    EXPECT_EQ(early.receive().status, 200U);
    loop.stop();
    runner.join();
}

TEST(Listener, refuses_to_take_over_what_does_not_listen) {
    EchoHandler echo;
    base::ManualClock clock;
    IoContextLoop loop;
    ListenerOptions options;
    options.inherited = 0;
    EXPECT_FALSE(Listener::open(loop, echo, clock, options));
    options.inherited = 9999;
    EXPECT_FALSE(Listener::open(loop, echo, clock, options));
}

// The limit is lowered below what is in use, so that the next accept fails; the client waits in the kernel's queue.
TEST(Listener, survives_running_out_of_descriptors) {
    EchoHandler echo;
    Gateway gateway(echo);
    rlimit before{};
    ::getrlimit(RLIMIT_NOFILE, &before);
    Client waiting(gateway.port());
    Client late(gateway.port());
    waiting.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(waiting.receive().status, 200U);
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const rlimit none{static_cast<rlim_t>(3), before.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &none);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(gateway.port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    const std::string_view request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    ::send(socket, request.data(), request.size(), MSG_NOSIGNAL);
    char byte = 0;
    std::this_thread::sleep_for(30ms);
    EXPECT_LT(::recv(socket, &byte, 1, MSG_DONTWAIT), 0) << "it cannot have been accepted";
    waiting.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(waiting.receive().status, 200U) << "the others are served meanwhile";
    ::setrlimit(RLIMIT_NOFILE, &before);
    EXPECT_EQ(::recv(socket, &byte, 1, 0), 1);
    EXPECT_EQ(byte, 'H');
    ::close(socket);
}

TEST(Listener, ten_thousand_idle_connections_leave_room_for_one_more) {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    rlimit raised = limit;
    raised.rlim_cur = std::min<rlim_t>(limit.rlim_max, 20'100);
    ::setrlimit(RLIMIT_NOFILE, &raised);
    const std::size_t count = raised.rlim_cur >= 20'100 ? 10'000 : (raised.rlim_cur - 100) / 2;
    EchoHandler echo;
    Gateway gateway(echo);
    std::vector<std::unique_ptr<Client>> idle;
    for (std::size_t i = 0; i < count; ++i) idle.push_back(std::make_unique<Client>(gateway.port()));
    Client one_more(gateway.port());
    one_more.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(one_more.receive().status, 200U);
    for (int i = 0; i < 5000 && gateway.listener->connections() < count; ++i) std::this_thread::sleep_for(1ms);
    EXPECT_EQ(gateway.listener->connections(), count + 1);
    idle.clear();
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace
}  // namespace faasd::gateway::testing
