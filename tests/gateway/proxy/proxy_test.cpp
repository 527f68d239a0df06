// Requests through the gateway to an upstream, byte by byte.
#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/proxy/proxy_fixture.hpp"

namespace faasd::gateway::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

// Answers each request of a connection in the same way.
auto always(std::string answer) {
    return [answer = std::move(answer)](Peer& peer) {
        while (!peer.read_head().empty())
            if (!peer.write(answer)) return;
    };
}

using Proxy = ProxyTest;

TEST_F(Proxy, passes_a_request_and_its_answer_on) {
    std::string seen;
    serve([&](Peer& peer) {
        seen = peer.read_head();
        peer.write("HTTP/1.1 201 Made\r\nContent-Length: 2\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nConnection: X-Hop\r\n"
                   "X-Hop: 1\r\nKeep-Alive: x\r\n\r\nhi");
    });
    const Answer answer = get("/a%20b?q=1", "X-Mine: 1\r\n");
    EXPECT_EQ(answer.status, 201U);
    EXPECT_EQ(answer.body, "hi");
    EXPECT_EQ(answer.count("set-cookie"), 2U);
    EXPECT_EQ(answer.field("via"), "1.1 faasd");
    EXPECT_FALSE(answer.field("x-hop"));
    EXPECT_FALSE(answer.field("keep-alive"));
    EXPECT_THAT(seen, HasSubstr("GET /a%20b?q=1 HTTP/1.1\r\nHost: " + legacy().authority() + "\r\nX-Mine: 1\r\n"
                                "X-Forwarded-For: 127.0.0.1\r\n"));
}

TEST_F(Proxy, passes_chunks_and_trailers_on_in_both_directions) {
    std::string seen;
    serve([&](Peer& peer) {
        seen = peer.read_head();
        seen += peer.read(std::string("5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n").size());
        peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
        peer.write("2\r\nde\r\n0\r\nX-End: 2\r\n\r\n");
    });
    Client client(gateway.port());
    client.send("POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                "5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n");
    const std::string answer = client.receive_all();
    EXPECT_THAT(seen, HasSubstr("Transfer-Encoding: chunked\r\n"));
    EXPECT_THAT(seen, ::testing::EndsWith("\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n"));
    EXPECT_THAT(answer, HasSubstr("Transfer-Encoding: chunked\r\n"));
    EXPECT_THAT(answer, ::testing::EndsWith("0\r\nX-End: 2\r\n\r\n"));
}

TEST_F(Proxy, answers_head_with_the_length_and_no_body) {
    serve(always("HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n"));
    Client client(gateway.port());
    for (int i = 0; i < 2; ++i) {
        client.send("HEAD /x HTTP/1.1\r\nHost: x\r\n\r\n");
        const Answer answer = client.receive(true);
        EXPECT_EQ(answer.status, 200U);
        EXPECT_EQ(answer.field("content-length"), "1234");
    }
    EXPECT_EQ(upstream->accepted, 1);
}

TEST_F(Proxy, passes_interim_answers_on) {
    serve([](Peer& peer) {
        peer.read_head();
        peer.write("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" + ok("done"));
    });
    Client client(gateway.port());
    client.send("GET /x HTTP/1.1\r\nHost: x\r\n\r\n");
    const Answer hints = client.receive();
    EXPECT_EQ(hints.status, 103U);
    EXPECT_EQ(hints.field("link"), "</a.css>");
    EXPECT_EQ(client.receive().body, "done");
}

TEST_F(Proxy, lets_the_upstream_refuse_a_body_before_it_is_sent) {
    serve([](Peer& peer) {
        EXPECT_THAT(peer.read_head(), HasSubstr("Expect: 100-continue\r\n"));
        peer.write("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n");
        EXPECT_TRUE(peer.at_end());
    });
    Client client(gateway.port());
    client.send("PUT /x HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(client.receive().status, 403U);
}

TEST_F(Proxy, asks_for_the_body_when_the_upstream_does) {
    serve([](Peer& peer) {
        peer.read_head();
        peer.write("HTTP/1.1 100 Continue\r\n\r\n");
        peer.write(ok(peer.read(5)));
    });
    Client client(gateway.port());
    client.send("PUT /x HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(client.receive().status, 100U);
    client.send("hello");
    EXPECT_EQ(client.receive().body, "hello");
}

TEST_F(Proxy, uses_a_connection_again) {
    serve(always(ok("x")));
    for (int i = 0; i < 5; ++i) EXPECT_EQ(get("/x").body, "x");
    EXPECT_EQ(upstream->accepted, 1);
    EXPECT_EQ(status().connections_reused, 4U);
}

TEST_F(Proxy, replaces_a_kept_connection_that_the_upstream_has_closed) {
    serve([](Peer& peer) {
        peer.read_head();
        peer.write(ok("x"));
    });
    for (int i = 0; i < 3; ++i) EXPECT_EQ(get("/x").status, 200U);
    EXPECT_EQ(upstream->accepted, 3);
}

TEST_F(Proxy, sends_an_idempotent_request_again_where_a_kept_connection_ends_under_it) {
    legacy().retries = 0;
    serve([](Peer& peer) {
        peer.read_head();
        peer.write(ok("x"));
        peer.read_head();
    });
    EXPECT_EQ(get("/x").status, 200U);
    EXPECT_EQ(get("/x").status, 200U);
    EXPECT_EQ(upstream->accepted, 2);
    Client client(gateway.port());
    client.send("POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
    const Answer answer = client.receive();
    EXPECT_EQ(answer.status, 502U);
    EXPECT_THAT(answer.body, HasSubstr("closed the connection before it answered"));
}

TEST_F(Proxy, says_why_an_upstream_could_not_be_reached) {
    legacy().port = closed_port();
    apply();
    const Answer answer = get("/x");
    EXPECT_EQ(answer.status, 502U);
    EXPECT_THAT(answer.body, HasSubstr("upstream legacy (" + legacy().authority() + ") refused the connection"));
    EXPECT_EQ(status().retries, 1U);
    EXPECT_EQ(status().failures, 1U);
}

TEST_F(Proxy, says_that_an_upstream_did_not_answer_in_time) {
    legacy().response_timeout = 50ms;
    serve([](Peer& peer) { EXPECT_TRUE(!peer.read_head().empty() && peer.at_end()); });
    const Answer answer = get("/x");
    EXPECT_EQ(answer.status, 504U);
    EXPECT_THAT(answer.body, HasSubstr("did not answer within 50ms"));
    EXPECT_EQ(upstream->accepted, 1) << "a request that may be at work is not sent twice";
}

TEST_F(Proxy, refuses_an_answer_that_could_be_read_in_two_ways) {
    std::vector<std::string> answers;
    for (const char* fields : {"Content-Length: 1\r\nContent-Length: 2", "Content-Length: 1\r\nTransfer-Encoding: chunked",
                               "Transfer-Encoding: xchunked", "Bad Name: x"})
        answers.push_back(std::string("HTTP/1.1 200 OK\r\n") + fields + "\r\n\r\n0\r\n\r\n");
    answers.push_back("HTTP/1.1 200 OK\r\nX: " + std::string(100'000, 'x') + "\r\n\r\n");
    // The upstream's threads go on for a moment after their client was answered, and after this body: all is theirs.
    serve([answers, next = std::make_shared<std::atomic<std::size_t>>(0)](Peer& peer) {
        peer.read_head();
        peer.write(answers.at((*next)++));
    });
    for (const std::string& answer : answers) {
        const Answer got = get("/x");
        EXPECT_EQ(got.status, 502U) << answer.substr(0, 80);
    }
}

TEST_F(Proxy, does_not_use_a_connection_again_that_sent_more_than_its_answer) {
    serve(always(ok("x") + ok("poison")));
    EXPECT_EQ(get("/x").body, "x");
    EXPECT_EQ(get("/x").body, "x");
    EXPECT_EQ(upstream->accepted, 2);
}

TEST_F(Proxy, goes_on_with_what_is_under_way_when_the_configuration_changes) {
    std::atomic<bool> arrived = false, go_on = false;
    serve([&](Peer& peer) {
        peer.read_head();
        arrived = true;
        eventually([&] { return go_on.load(); });
        peer.write(ok("old"));
    });
    Client client(gateway.port());
    client.send("GET /x HTTP/1.1\r\nHost: x\r\n\r\n");
    ASSERT_TRUE(eventually([&] { return arrived.load(); }));
    ScriptedUpstream next(always(ok("next")));
    legacy().port = next.port();
    apply();
    EXPECT_EQ(get("/x").body, "next");
    go_on = true;
    EXPECT_EQ(client.receive().body, "old");
}

TEST_F(Proxy, recognises_a_route_that_leads_back_to_itself) {
    legacy().port = gateway.port();
    apply();
    EXPECT_EQ(get("/x").status, 508U);
}

}  // namespace
}  // namespace faasd::gateway::testing
