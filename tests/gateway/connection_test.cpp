#include <gtest/gtest.h>

#include "gateway/gateway_fixture.hpp"

namespace faasd::gateway::testing {
namespace {

using namespace std::chrono_literals;

TEST(Connection, a_request_is_answered_with_its_length_and_a_date) {
    EchoHandler echo;
    Gateway gateway(echo);
    Client client(gateway.port());
    client.send("GET /a?b=c HTTP/1.1\r\nHost: x\r\n\r\n");
    const Answer answer = client.receive();
    EXPECT_EQ(answer.status, 200U);
    EXPECT_EQ(answer.body, "method=GET\npath=/a\nquery=b=c\nhost=x\nhost=x\nbody=\n");
    EXPECT_EQ(answer.field("date"), "Sun, 06 Nov 1994 08:49:37 GMT");
    EXPECT_EQ(answer.field("content-length"), std::to_string(answer.body.size()));
    EXPECT_FALSE(answer.field("connection"));
}

TEST(Connection, stays_open_for_the_next_request) {
    EchoHandler echo;
    Gateway gateway(echo);
    Client client(gateway.port());
    for (int i = 0; i < 5; ++i) {
        client.send("POST /" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi");
        EXPECT_TRUE(client.receive().body.ends_with("body=hi\n"));
    }
}

TEST(Connection, pipelined_requests_are_answered_in_order) {
    EchoHandler echo;
    Gateway gateway(echo);
    Client client(gateway.port());
    std::string all;
    for (int i = 0; i < 200; ++i) all += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\n\r\n";
    client.send(all);
    for (int i = 0; i < 200; ++i)
        EXPECT_TRUE(client.receive().body.starts_with("method=GET\npath=/" + std::to_string(i) + "\n"));
}

TEST(Connection, a_request_may_arrive_cut_at_any_byte) {
    EchoHandler echo;
    Gateway gateway(echo);
    const std::string request =
        "POST /p HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n2\r\nde\r\n0\r\nT: v\r\n\r\n";
    Client client(gateway.port());
    for (std::size_t cut = 1; cut < request.size(); ++cut) {
        client.send(request.substr(0, cut));
        gateway.on_loop([] {});
        client.send(request.substr(cut));
        const Answer answer = client.receive();
        ASSERT_EQ(answer.status, 200U) << "cut at " << cut;
        ASSERT_TRUE(answer.body.ends_with("body=abcde\n")) << answer.body;
    }
}

TEST(Connection, one_that_is_cut_at_any_byte_is_let_go) {
    EchoHandler echo;
    Gateway gateway(echo);
    const std::string request =
        "POST /p HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\nT: v\r\n\r\n";
    for (std::size_t cut = 0; cut < request.size(); ++cut) {
        Client client(gateway.port());
        client.send(request.substr(0, cut));
        if (cut % 2) {
            client.reset();
            continue;
        }
        client.finish_sending();
        if (cut == 0) {
            EXPECT_TRUE(client.at_end());
        } else {
            EXPECT_EQ(client.receive().status, 400U) << "cut at " << cut;
        }
    }
    for (int i = 0; i < 5000 && gateway.listener->connections() > 0; ++i) std::this_thread::sleep_for(1ms);
    EXPECT_EQ(gateway.listener->connections(), 0U);
    EXPECT_EQ(echo.handled, 0);
}

}  // namespace
}  // namespace faasd::gateway::testing
