// The heads that pass through a proxy.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/proxy/forwarding.hpp"
#include "gateway/proxy/response_parser.hpp"

namespace faasd::gateway {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Forwarding : ::testing::Test {
    Forwarding() {
        upstream.host = "10.0.0.9";
        upstream.port = 3001;
        request.method = "GET";
        request.raw_path = "/a%20b";
        request.host = "shop.example:3000";
        request.remote_address = "127.0.0.1:54321";
    }
    std::string head() {
        request.headers = fields;
        return upstream_request_head(request, upstream);
    }
    model::UpstreamDefinition upstream;
    model::HttpRequest request;
    std::vector<model::HttpField> fields;
};

TEST_F(Forwarding, says_who_asked_and_where) {
    fields = {{"Host", "shop.example:3000"}, {"Accept", "*/*"}};
    EXPECT_EQ(head(), "GET /a%20b HTTP/1.1\r\nHost: 10.0.0.9:3001\r\nAccept: */*\r\nX-Forwarded-For: 127.0.0.1\r\n"
                      "X-Forwarded-Proto: http\r\nX-Forwarded-Host: shop.example:3000\r\nX-Forwarded-Port: 3000\r\n"
                      "Forwarded: for=127.0.0.1;host=\"shop.example:3000\";proto=http\r\nVia: 1.1 faasd\r\n\r\n");
}

TEST_F(Forwarding, appends_to_what_proxies_before_it_said) {
    request.remote_address = "[::1]:5";
    fields = {{"X-Forwarded-For", "1.1.1.1"}, {"x-forwarded-for", "2.2.2.2"}, {"X-Forwarded-Proto", "https"},
              {"X-Forwarded-Host", "www"},    {"X-Forwarded-Port", "443"},    {"Forwarded", "for=1.1.1.1"},
              {"Via", "1.1 front"}};
    EXPECT_THAT(head(), HasSubstr("X-Forwarded-Proto: https\r\nX-Forwarded-Host: www\r\nX-Forwarded-Port: 443\r\n"
                                  "X-Forwarded-For: 1.1.1.1, 2.2.2.2, ::1\r\n"
                                  "Forwarded: for=1.1.1.1, for=\"[::1]\";host=\"shop.example:3000\";proto=http\r\n"
                                  "Via: 1.1 front, 1.1 faasd\r\n\r\n"));
}

TEST_F(Forwarding, keeps_the_clients_host_where_that_is_wanted_and_the_path_below_the_upstreams) {
    upstream.preserve_host = true;
    upstream.base_path = "/shop";
    request.raw_query = "q=1";
    EXPECT_THAT(head(), HasSubstr("GET /shop/a%20b?q=1 HTTP/1.1\r\nHost: shop.example:3000\r\n"));
}

TEST_F(Forwarding, drops_what_belongs_to_the_connection_and_what_connection_names) {
    fields = {{"Connection", "close, X-Secret"}, {"X-Secret", "1"},         {"Keep-Alive", "3"},
              {"TE", "gzip"},                    {"Upgrade", "h2c"},        {"Proxy-Authorization", "x"},
              {"Proxy-Connection", "close"},     {"Connection", "X-Other"}, {"X-Other", "2"},
              {"X-Kept", "3"}};
    const std::string out = head();
    for (const char* name : {"Connection:", "X-Secret", "Keep-Alive", "TE:", "Upgrade", "Proxy-", "X-Other"})
        EXPECT_THAT(out, Not(HasSubstr(name)));
    EXPECT_THAT(out, HasSubstr("X-Kept: 3\r\n"));
}

TEST_F(Forwarding, cannot_be_made_to_lose_its_own_fields) {
    fields = {{"Connection", "X-Forwarded-For, Host, Via, Content-Length"}, {"Content-Length", "3"}};
    EXPECT_THAT(head(), HasSubstr("X-Forwarded-For: 127.0.0.1\r\n"));
    EXPECT_THAT(head(), HasSubstr("Host: 10.0.0.9:3001\r\n"));
    EXPECT_THAT(head(), HasSubstr("Content-Length: 3\r\n"));
}

TEST_F(Forwarding, frames_the_body_anew) {
    fields = {{"content-length", "5, 5"}, {"Content-Length", "5"}};
    EXPECT_THAT(head(), HasSubstr("Content-Length: 5\r\n\r\n"));
    EXPECT_THAT(head(), Not(HasSubstr("5, 5")));
    fields = {{"Transfer-Encoding", "chunked"}, {"Trailer", "X-Sum"}, {"TE", "trailers"}};
    EXPECT_THAT(head(), HasSubstr("Trailer: X-Sum\r\n"));
    EXPECT_THAT(head(), HasSubstr("Transfer-Encoding: chunked\r\nTE: trailers\r\nConnection: TE\r\n\r\n"));
}

TEST_F(Forwarding, asks_for_the_upgrade_that_the_client_asks_for) {
    fields = {{"Connection", "keep-alive, Upgrade"}, {"Upgrade", "websocket"}, {"Sec-WebSocket-Key", "k"}};
    EXPECT_THAT(head(), HasSubstr("Sec-WebSocket-Key: k\r\n"));
    EXPECT_THAT(head(), HasSubstr("Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n"));
    fields = {{"Upgrade", "websocket"}};
    EXPECT_FALSE(upgrade_of(request = [&] { request.headers = fields; return request; }()));
}

TEST_F(Forwarding, recognises_a_circle) {
    std::string via = "1.1 faasd";
    for (int i = 0; i < 14; ++i) via += ", 1.1 faasd";
    fields = {{"Via", via}};
    request.headers = fields;
    EXPECT_FALSE(is_loop(request));
    fields.push_back({"Via", "1.1 faasd"});
    request.headers = fields;
    EXPECT_TRUE(is_loop(request));
}

TEST(FieldsForClient, keep_cookies_apart_and_drop_what_belongs_to_the_connection) {
    const std::vector<model::HttpField> fields{{"Set-Cookie", "a=1"}, {"Connection", "X-Hop"}, {"X-Hop", "1"},
                                               {"Set-Cookie", "b=2"}, {"Content-Length", "3"},  {"Keep-Alive", "x"}};
    EXPECT_EQ(fields_for_client(fields), (FieldList{{"Set-Cookie", "a=1"}, {"Set-Cookie", "b=2"}, {"Via", "1.1 faasd"}}));
}

std::string problem(const std::string& head, UpstreamHead* out = nullptr, bool to_head = false) {
    UpstreamHead parsed;
    const std::string bytes = head + "\r\n\r\n";
    auto found = parse_upstream_head(bytes, to_head, 256, parsed);
    if (out) {
        *out = parsed;
        out->fields.clear();
    }
    return found.value_or("");
}

TEST(UpstreamAnswer, has_a_body_whose_end_is_not_in_doubt) {
    UpstreamHead head;
    EXPECT_EQ(problem("HTTP/1.1 200 OK\r\nContent-Length: 5", &head), "");
    EXPECT_EQ(head.end, BodyEnd::length);
    EXPECT_TRUE(head.keep_alive);
    EXPECT_EQ(problem("HTTP/1.1 200\r\nTransfer-Encoding: chunked\r\nConnection: close", &head), "");
    EXPECT_EQ(head.end, BodyEnd::chunked);
    EXPECT_FALSE(head.keep_alive);
    EXPECT_EQ(problem("HTTP/1.1 200 OK", &head), "");
    EXPECT_EQ(head.end, BodyEnd::connection_close);
    EXPECT_EQ(problem("HTTP/1.1 304 Not Modified\r\nContent-Length: 5", &head), "");
    EXPECT_EQ(head.end, BodyEnd::none);
    EXPECT_EQ(problem("HTTP/1.1 200 OK\r\nContent-Length: 5", &head, true), "");
    EXPECT_EQ(head.end, BodyEnd::none);
    EXPECT_EQ(head.length, 5U);
    EXPECT_EQ(problem("HTTP/1.0 200 OK\r\nContent-Length: 5", &head), "");
    EXPECT_FALSE(head.keep_alive);
}

TEST(UpstreamAnswer, that_two_readers_could_read_differently_is_refused) {
    for (const char* fields : {"Content-Length: 5\r\nTransfer-Encoding: chunked", "Content-Length: 5\r\nContent-Length: 6",
                               "Content-Length: 5, 6", "Content-Length: -5", "Content-Length: +5", "Content-Length: 0x5",
                               "Content-Length:", "Transfer-Encoding: gzip", "Transfer-Encoding: gzip, chunked",
                               "Transfer-Encoding: chunked, chunked", "Transfer-Encoding: xchunked", "Transfer-Encoding:",
                               "X: a\r\n b", "X : a", "X: a\x01"})
        EXPECT_NE(problem(std::string("HTTP/1.1 200 OK\r\n") + fields), "") << fields;
    EXPECT_NE(problem("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked"), "");
    EXPECT_NE(problem("HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked"), "");
    for (const char* line : {"HTTP/2.0 200 OK", "HTTP/1.1 20 OK", "HTTP/1.1 2000 OK", "HTTP/1.1  200 OK", "HTTP/1.1 600 X",
                             "HTTP/1.1 099 X", "ICY 200 OK", "HTTP/1.1 200 O\x01K"})
        EXPECT_NE(problem(line), "") << line;
}

TEST(UpstreamAnswer, has_a_head_with_limits) {
    EXPECT_EQ(find_head_end("HTTP/1.1 200 OK\r\nA: b\r\n\r\nbody", 1000).size, 25U);
    EXPECT_EQ(find_head_end("HTT", 1000).size, 0U);
    EXPECT_EQ(find_head_end("HTT", 1000).problem, "");
    EXPECT_NE(find_head_end("SSH-2.0", 1000).problem, "");
    EXPECT_NE(find_head_end("HTTP/1.1 200 OK\nA: b\n\n", 1000).problem, "");
    EXPECT_NE(find_head_end("HTTP/1.1 200 OK\r\nA: " + std::string(1000, 'x'), 1000).problem, "");
    EXPECT_NE(find_head_end("HTTP/1.1 200 OK\r\nA: " + std::string(1000, 'x') + "\r\n\r\n", 1000).problem, "");
}

TEST(BodyReader, takes_any_framing_in_pieces_of_any_size) {
    struct Case {
        const char* fields;
        std::string bytes;
        std::string trailers;
    };
    for (const Case& one : {Case{"Content-Length: 11", "hello world", ""},
                            Case{"Transfer-Encoding: chunked", "5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nX-Sum: 1\r\nHost: evil\r\n\r\n",
                                 "X-Sum: 1\r\n"}}) {
        for (std::size_t step = 1; step <= one.bytes.size(); ++step) {
            UpstreamHead head;
            ASSERT_EQ(problem(std::string("HTTP/1.1 200 OK\r\n") + one.fields, &head), "");
            BodyReader reader(head, 1000);
            std::string body, pending;
            const std::string bytes = one.bytes + "NEXT";
            for (std::size_t at = 0; at < bytes.size(); at += step) {
                pending += bytes.substr(at, step);
                const auto taken = reader.take(pending, body);
                ASSERT_TRUE(taken);
                pending.erase(0, *taken);
            }
            EXPECT_TRUE(reader.complete());
            EXPECT_EQ(body, "hello world");
            EXPECT_EQ(pending, "NEXT");
            EXPECT_EQ(reader.trailers(), one.trailers);
        }
    }
}

TEST(BodyReader, ends_with_the_connection_only_where_nothing_else_says_so) {
    UpstreamHead head;
    ASSERT_EQ(problem("HTTP/1.1 200 OK", &head), "");
    BodyReader open(head, 1000);
    std::string body;
    EXPECT_EQ(*open.take("abc", body), 3U);
    EXPECT_TRUE(open.take_end());
    ASSERT_EQ(problem("HTTP/1.1 200 OK\r\nContent-Length: 5", &head), "");
    BodyReader counted(head, 1000);
    EXPECT_EQ(*counted.take("abc", body), 3U);
    EXPECT_FALSE(counted.take_end());
}

}  // namespace
}  // namespace faasd::gateway
