// Answers that come early, late, malformed or never.
#include <future>

#include <gtest/gtest.h>

#include "gateway/gateway_fixture.hpp"

namespace faasd::gateway::testing {
namespace {

using namespace std::chrono_literals;

TEST(Continue, is_sent_when_the_body_is_wanted) {
    EchoHandler echo;
    Gateway gateway(echo);
    Client client(gateway.port());
    client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(client.receive().head, "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("hi");
    EXPECT_TRUE(client.receive().body.ends_with("body=hi\n"));
}

TEST(Continue, is_not_sent_when_the_request_is_refused_by_its_head) {
    EchoHandler echo;
    echo.on_plan = [](const auto&) {
        model::BodyPlan plan;
        plan.mode = model::BodyPlan::Mode::refuse;
        plan.refusal = model::HttpResponse::text(403, "no");
        return plan;
    };
    Gateway gateway(echo);
    Client client(gateway.port());
    client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    const Answer answer = client.receive();
    EXPECT_EQ(answer.status, 403U);
    EXPECT_EQ(answer.field("connection"), "close") << "whether the body still comes is not known";
    EXPECT_TRUE(client.at_end());
}

TEST(Refusal, by_the_head_keeps_the_connection_where_the_body_is_small) {
    EchoHandler echo;
    echo.on_plan = [](const auto& head) {
        model::BodyPlan plan;
        if (head.raw_path == "/ok") return plan;
        plan.mode = model::BodyPlan::Mode::refuse;
        plan.refusal = model::HttpResponse::text(403, "no");
        return plan;
    };
    Gateway gateway(echo);
    Client client(gateway.port());
    client.send("POST /no HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhe");
    EXPECT_EQ(client.receive().status, 403U);
    client.send("lloGET /ok HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_TRUE(client.receive().body.starts_with("method=GET\npath=/ok"));
    // A large one costs the connection, and the client still sees the answer although it goes on sending.
    client.send("POST /no HTTP/1.1\r\nHost: x\r\nContent-Length: 5000000\r\n\r\n" + std::string(1'000'000, 'b'));
    EXPECT_EQ(client.receive().status, 403U);
    EXPECT_TRUE(client.at_end());
}

TEST(Answer, that_was_dropped_is_a_500) {
    EchoHandler echo;
    echo.on_handle = [](auto, auto, auto) {};
    Gateway gateway(echo);
    Client client(gateway.port());
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(client.receive().status, 500U);
}

TEST(Answer, of_a_handler_that_throws_is_a_500) {
    EchoHandler echo;
    echo.on_handle = [](auto, auto, auto) { throw std::runtime_error("a bug"); };
    Gateway gateway(echo);
    Client client(gateway.port());
    for (int i = 0; i < 2; ++i) {
        client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        EXPECT_EQ(client.receive().status, 500U);
    }
}

TEST(Answer, cannot_be_split_by_its_fields) {
    EchoHandler echo;
    echo.on_handle = [](auto, auto, auto responder) {
        auto response = model::HttpResponse::text(200, "body");
        response.headers.emplace_back("X-Bad", "a\r\nSet-Cookie: evil=1");
        response.headers.emplace_back("X Bad", "a");
        response.headers.emplace_back("Content-Length", "9999");
        response.headers.emplace_back("Transfer-Encoding", "chunked");
        response.headers.emplace_back("Connection", "close");
        response.headers.emplace_back("X-Good", "kept");
        responder->respond(std::move(response));
    };
    Gateway gateway(echo);
    Client client(gateway.port());
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    const Answer answer = client.receive();
    EXPECT_EQ(answer.body, "body");
    EXPECT_EQ(answer.field("x-good"), "kept");
    EXPECT_EQ(answer.head.find("evil"), std::string::npos);
    EXPECT_FALSE(answer.field("transfer-encoding"));
    EXPECT_FALSE(answer.field("connection"));
}

TEST(Answer, without_content_has_no_body_and_no_length) {
    EchoHandler echo;
    echo.on_handle = [](auto request, auto, auto responder) {
        responder->respond(model::HttpResponse::text(static_cast<unsigned>(std::stoul(std::string(request.raw_query))), "x"));
    };
    Gateway gateway(echo);
    Client client(gateway.port());
    for (const char* status : {"204", "304"}) {
        client.send("GET /?" + std::string(status) + " HTTP/1.1\r\nHost: x\r\n\r\n");
        const Answer answer = client.receive();
        EXPECT_EQ(std::to_string(answer.status), status);
        EXPECT_FALSE(answer.field("content-length"));
    }
    client.send("GET /?100 HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(client.receive().status, 500U) << "an interim status is no answer";
}

TEST(Disconnect, is_told_to_one_who_waits_with_the_answer) {
    EchoHandler echo;
    std::promise<void> gone;
    std::unique_ptr<model::HttpResponder> kept;
    echo.on_handle = [&](auto, auto, auto responder) {
        kept = std::move(responder);
        kept->on_disconnect([&] { gone.set_value(); });
    };
    Gateway gateway(echo);
    auto client = std::make_unique<Client>(gateway.port());
    client->send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    while (echo.handled == 0) std::this_thread::yield();
    client.reset();
    EXPECT_EQ(gone.get_future().wait_for(5s), std::future_status::ready);
    kept->respond(model::HttpResponse::text(200, "nobody reads this"));
}

TEST(Drain, finishes_what_is_under_way_and_closes_the_rest) {
    EchoHandler echo;
    std::unique_ptr<model::HttpResponder> kept;
    echo.on_handle = [&](auto request, auto, auto responder) {
        if (request.raw_path == "/slow") kept = std::move(responder);
        else responder->respond(model::HttpResponse::text(200, "quick"));
    };
    Gateway gateway(echo);
    Client idle(gateway.port()), busy(gateway.port());
    idle.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(idle.receive().status, 200U);
    busy.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
    while (echo.handled < 2) std::this_thread::yield();
    std::promise<void> drained;
    auto done = drained.get_future();
    gateway.listener->drain([&] { drained.set_value(); });
    EXPECT_TRUE(idle.at_end());
    EXPECT_EQ(done.wait_for(0ms), std::future_status::timeout);
    gateway.on_loop([&] { kept->respond(model::HttpResponse::text(200, "done")); });
    const Answer answer = busy.receive();
    EXPECT_EQ(answer.body, "done");
    EXPECT_EQ(answer.field("connection"), "close");
    EXPECT_TRUE(busy.at_end());
    busy.reset();
    EXPECT_EQ(done.wait_for(5s), std::future_status::ready);
}

}  // namespace
}  // namespace faasd::gateway::testing
