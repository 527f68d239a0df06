// Slow clients, and clients that are one too many: none of them holds anything for long, and each hears why.
#include <gtest/gtest.h>

#include "gateway/gateway_fixture.hpp"

namespace faasd::gateway::testing {
namespace {

using namespace std::chrono_literals;

model::HttpLimits impatient() {
    model::HttpLimits limits = quick_limits();
    limits.header_timeout = limits.body_timeout = limits.write_timeout = 60ms;
    limits.idle_timeout = 10s;
    return limits;
}

TEST(Deadlines, a_head_that_does_not_end_is_answered_408) {
    EchoHandler echo;
    Gateway gateway(echo, impatient());
    Client client(gateway.port());
    client.send("GET / HTTP/1.1\r\nHost:");
    const Answer answer = client.receive();
    EXPECT_EQ(answer.status, 408U);
    EXPECT_EQ(answer.field("connection"), "close");
    EXPECT_TRUE(client.at_end());
}

TEST(Deadlines, a_head_that_trickles_in_does_not_get_more_time) {
    EchoHandler echo;
    Gateway gateway(echo, impatient());
    Client client(gateway.port());
    client.send("GET / HTTP/1.1\r\n");
    const auto start = std::chrono::steady_clock::now();
    while (!client.readable(5ms) && std::chrono::steady_clock::now() - start < 5s) client.send("a");
    EXPECT_EQ(client.receive().status, 408U);
}

TEST(Deadlines, a_body_that_stops_is_answered_408) {
    EchoHandler echo;
    Gateway gateway(echo, impatient());
    Client client(gateway.port());
    client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab");
    EXPECT_EQ(client.receive().status, 408U);
    EXPECT_TRUE(client.at_end());
    EXPECT_EQ(echo.handled, 0);
}

TEST(Deadlines, a_body_that_trickles_in_has_to_come_at_a_minimal_rate) {
    EchoHandler echo;
    Gateway gateway(echo, impatient());
    Client client(gateway.port());
    client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 50000\r\n\r\n");
    const auto start = std::chrono::steady_clock::now();
    while (!client.readable(10ms) && std::chrono::steady_clock::now() - start < 5s) client.send("a");
    EXPECT_EQ(client.receive().status, 408U);
}

TEST(Deadlines, an_idle_connection_is_closed_without_a_word) {
    EchoHandler echo;
    auto limits = impatient();
    limits.idle_timeout = 500ms;  // the client must come in time on a busy machine as well
    Gateway gateway(echo, limits);
    Client fresh(gateway.port()), used(gateway.port());
    used.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(used.receive().status, 200U);
    EXPECT_TRUE(fresh.at_end());
    EXPECT_TRUE(used.at_end());
}

TEST(Deadlines, none_counts_while_the_function_runs) {
    EchoHandler echo;
    std::unique_ptr<model::HttpResponder> kept;
    echo.on_handle = [&](auto, auto, auto responder) { kept = std::move(responder); };
    auto limits = impatient();
    limits.header_timeout = limits.idle_timeout = 500ms;
    Gateway gateway(echo, limits);
    Client client(gateway.port());
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_FALSE(client.readable(800ms));
    gateway.on_loop([] {});  // `kept` was written there
    kept->respond(model::HttpResponse::text(200, "late"));
    EXPECT_EQ(client.receive().body, "late");
}

TEST(Deadlines, one_who_does_not_read_its_answer_loses_it) {
    EchoHandler echo;
    echo.on_handle = [&](auto, auto, auto responder) {
        responder->respond(model::HttpResponse::text(200, std::string(64 << 20, 'x')));
    };
    Gateway gateway(echo, impatient());
    Client client(gateway.port(), 4096);
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    for (int i = 0; i < 5000 && (i < 50 || gateway.listener->connections() > 0); ++i) std::this_thread::sleep_for(1ms);
    EXPECT_EQ(gateway.listener->connections(), 0U);
    EXPECT_LT(client.receive().body.size(), std::size_t{64} << 20);
}

TEST(Connections, one_too_many_is_refused_with_503) {
    EchoHandler echo;
    auto limits = quick_limits();
    limits.max_connections = 2;
    Gateway gateway(echo, limits);
    Client first(gateway.port());
    auto second = std::make_unique<Client>(gateway.port());
    first.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(first.receive().status, 200U);
    second->send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(second->receive().status, 200U);
    {
        Client third(gateway.port());
        third.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        const Answer answer = third.receive();
        EXPECT_EQ(answer.status, 503U);
        EXPECT_EQ(answer.field("connection"), "close");
        EXPECT_TRUE(third.at_end());
    }
    second.reset();
    for (int i = 0; i < 2000 && gateway.listener->connections() > 1; ++i) std::this_thread::sleep_for(1ms);
    Client fourth(gateway.port());
    fourth.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(fourth.receive().status, 200U);
}

}  // namespace
}  // namespace faasd::gateway::testing
