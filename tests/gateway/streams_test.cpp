// Bodies that are produced or consumed while they travel.
#include <deque>
#include <future>

#include <gtest/gtest.h>

#include "gateway/gateway_fixture.hpp"

namespace faasd::gateway::testing {
namespace {

using namespace std::chrono_literals;
using Pieces = std::deque<base::Result<std::string>>;

// Pieces from a list; `threaded`: completed on another thread.
class ListSource final : public model::HttpBodySource {
  public:
    ListSource(Pieces pieces, std::optional<std::uint64_t> length, bool threaded)
        : pieces_(std::move(pieces)), length_(length), threaded_(threaded) {}
    ~ListSource() override {
        if (thread_.joinable()) thread_.join();
    }
    std::optional<std::uint64_t> length() const override { return length_; }
    void read(base::Completion<std::string> done) override {
        base::Result<std::string> piece = pieces_.empty() ? std::string() : std::move(pieces_.front());
        if (!pieces_.empty()) pieces_.pop_front();
        if (!threaded_) return done(std::move(piece));
        if (thread_.joinable()) thread_.join();
        thread_ = std::thread([done = std::move(done), piece = std::move(piece)]() mutable { done(std::move(piece)); });
    }

  private:
    Pieces pieces_;
    std::optional<std::uint64_t> length_;
    bool threaded_;
    std::thread thread_;
};

base::Error broken() { return {std::make_error_code(std::errc::io_error), "the disk is gone"}; }

struct Streaming : ::testing::TestWithParam<bool> {
    void answer_with(Pieces pieces, std::optional<std::uint64_t> length = {}) {
        echo.on_handle = [pieces = std::move(pieces), length](auto, auto, auto responder) {
            model::HttpResponse response;
            response.body = std::make_unique<ListSource>(pieces, length, GetParam());
            responder->respond(std::move(response));
        };
    }
    EchoHandler echo;
    Gateway gateway{echo};
    Client client{gateway.port()};
};
INSTANTIATE_TEST_SUITE_P(Both, Streaming, ::testing::Bool(),
                         [](const auto& which) { return which.param ? "from_another_thread" : "in_place"; });

TEST_P(Streaming, a_body_of_unknown_length_is_chunked) {
    answer_with({std::string("one"), std::string("two"), std::string(100'000, 'x')});
    for (int i = 0; i < 2; ++i) {
        client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        const Answer answer = client.receive();
        EXPECT_EQ(answer.field("transfer-encoding"), "chunked");
        EXPECT_FALSE(answer.field("content-length"));
        EXPECT_EQ(answer.body, "onetwo" + std::string(100'000, 'x'));
    }
}

TEST_P(Streaming, an_empty_body_is_chunked_as_well) {
    answer_with({});
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(client.receive().body, "");
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(client.receive().status, 200U);
}

TEST_P(Streaming, a_body_of_known_length_says_so) {
    answer_with({std::string("one"), std::string("two")}, 6);
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    const Answer answer = client.receive();
    EXPECT_EQ(answer.field("content-length"), "6");
    EXPECT_EQ(answer.body, "onetwo");
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(client.receive().body, "onetwo");
}

TEST_P(Streaming, head_says_the_length_and_sends_nothing) {
    answer_with({std::string("onetwo")}, 6);
    client.send("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(client.receive(true).field("content-length"), "6");
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(client.receive().body, "onetwo");
}

TEST_P(Streaming, an_http_1_0_client_gets_no_chunks) {
    answer_with({std::string("one"), std::string("two")});
    client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    const Answer answer = client.receive();
    EXPECT_EQ(answer.field("connection"), "close");
    EXPECT_FALSE(answer.field("transfer-encoding"));
    EXPECT_EQ(answer.body, "onetwo");
}

TEST_P(Streaming, a_source_that_fails_cuts_the_connection) {
    answer_with({std::string("one"), broken()});
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_TRUE(client.receive().body.ends_with("<broken off>"));
}

TEST_P(Streaming, a_source_that_ends_short_of_its_length_cuts_the_connection) {
    answer_with({std::string("one")}, 6);
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(client.receive_all().find("onetwo"), std::string::npos);
}

TEST_P(Streaming, a_source_that_goes_beyond_its_length_is_cut_there) {
    answer_with({std::string("onetwothree")}, 6);
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(client.receive().body, "onetwo");
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(client.receive().body, "onetwo");
}

TEST_P(Streaming, a_client_that_leaves_ends_the_source) {
    Pieces pieces;
    const std::string mebibyte(1 << 20, 'x');
    for (int i = 0; i < 200; ++i) pieces.emplace_back(mebibyte);
    answer_with(pieces);
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_TRUE(client.readable(5s));
    client.reset();
    for (int i = 0; i < 5000 && gateway.listener->connections() > 0; ++i) std::this_thread::sleep_for(1ms);
    EXPECT_EQ(gateway.listener->connections(), 0U);
}

// Reads a streamed request body on a thread of its own, and answers with it.
struct Upload : ::testing::Test {
    Upload() {
        echo.on_plan = [](const auto&) {
            model::BodyPlan plan;
            plan.mode = model::BodyPlan::Mode::stream;
            plan.limit = 1 << 20;
            return plan;
        };
        echo.on_handle = [this](auto, std::unique_ptr<model::HttpBodyStream> stream, auto responder) {
            readers.emplace_back([stream = std::move(stream), responder = std::move(responder)]() mutable {
                std::string body;
                for (;;) {
                    std::promise<base::Result<std::string>> piece;
                    stream->read([&](base::Result<std::string_view> read) {
                        if (read) piece.set_value(std::string(*read));
                        else piece.set_value(read.error());
                    });
                    const auto got = piece.get_future().get();
                    if (!got) return responder->respond(model::HttpResponse::text(400, got.error().message));
                    if (got->empty()) return responder->respond(model::HttpResponse::text(200, body));
                    body += *got;
                }
            });
        };
    }
    ~Upload() override {
        for (auto& reader : readers) reader.join();
    }
    EchoHandler echo;
    std::vector<std::thread> readers;
    Gateway gateway{echo};
    Client client{gateway.port()};
};

TEST_F(Upload, arrives_piece_by_piece) {
    client.send("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\n");
    for (const char* piece : {"ab", "cd", "ef"}) {
        client.send(piece);
        gateway.on_loop([] {});
    }
    EXPECT_EQ(client.receive().body, "abcdef");
    client.send("PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nT: v\r\n\r\n");
    EXPECT_EQ(client.receive().body, "abcde");
    client.send("PUT / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(client.receive().body, "");
}

TEST_F(Upload, is_told_when_the_client_breaks_off) {
    client.send("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\nab");
    client.finish_sending();
    EXPECT_EQ(client.receive().body, "the client broke off the body");
    EXPECT_TRUE(client.at_end());
}

TEST_F(Upload, is_told_of_a_malformed_body_and_the_connection_ends) {
    client.send("PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n");
    EXPECT_EQ(client.receive().status, 400U);
    EXPECT_TRUE(client.at_end());
}

TEST_F(Upload, over_the_limit_is_refused_before_it_is_read) {
    client.send("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 1048577\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(client.receive().status, 413U);
    EXPECT_TRUE(client.at_end());
}

TEST_F(Upload, is_asked_for_when_the_reader_wants_it) {
    client.send("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(client.receive().status, 100U);
    client.send("hi");
    EXPECT_EQ(client.receive().body, "hi");
}

}  // namespace
}  // namespace faasd::gateway::testing
