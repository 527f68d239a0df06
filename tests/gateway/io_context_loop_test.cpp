#include "gateway/io_context_loop.hpp"

#include <atomic>
#include <future>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include "gateway/gateway_fixture.hpp"

namespace faasd::gateway::testing {
namespace {

using namespace std::chrono_literals;

// A thread that runs the loop until it is told to let go; what the runtime's executor does.
class Runner {
  public:
    explicit Runner(IoContextLoop& loop) : loop_(loop), thread_([this] { run(); }) {}
    ~Runner() { join(); }
    void join() {
        if (thread_.joinable()) thread_.join();
    }

  private:
    void run() {
        loop_.set_owner(model::this_thread_token());
        while (loop_.on_loop() && loop_.run_one()) {
        }
    }
    IoContextLoop& loop_;
    std::thread thread_;
};

TEST(IoContextLoop, runs_what_other_threads_post_in_their_order) {
    IoContextLoop loop;
    std::thread runner([&] { loop.run(); });
    std::vector<int> seen;
    std::promise<void> done;
    for (int i = 0; i < 1000; ++i)
        loop.post([&, i] {
            seen.push_back(i);
            if (i == 999) done.set_value();
        });
    done.get_future().get();
    loop.stop();
    runner.join();
    ASSERT_EQ(seen.size(), 1000U);
    EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
}

TEST(IoContextLoop, wakes_for_every_post_however_many_threads_post) {
    IoContextLoop loop;
    std::thread runner([&] { loop.run(); });
    std::atomic<int> ran{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&] {
            for (int i = 0; i < 500; ++i) {
                std::promise<void> one;
                loop.post([&] {
                    ++ran;
                    one.set_value();
                });
                one.get_future().get();  // a wake-up that is lost hangs here
            }
        });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(ran, 2000);
    loop.stop();
    runner.join();
}

TEST(IoContextLoop, stops_from_another_thread_while_it_waits) {
    IoContextLoop loop;
    std::thread runner([&] { loop.run(); });
    loop.stop();
    runner.join();
    EXPECT_FALSE(loop.run_one());
}

TEST(IoContextLoop, serves_its_io_context_while_connections_keep_it_busy) {
    EchoHandler echo;
    Gateway gateway(echo);
    std::atomic<bool> stop{false};
    std::thread load([&] {
        Client client(gateway.port());
        while (!stop) {
            client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n");
            client.receive();
            client.receive();
        }
    });
    for (int i = 0; i < 20; ++i) {
        std::promise<void> ran;
        boost::asio::post(gateway.loop.context(), [&] { ran.set_value(); });
        EXPECT_EQ(ran.get_future().wait_for(5s), std::future_status::ready);
    }
    stop = true;
    load.join();
}

// The function of one request stays in its thread; a second thread takes the loop over and serves the rest. The answer
// of the first comes from a thread that is still inside one of the loop's turns.
TEST(IoContextLoop, a_thread_that_lost_the_loop_within_a_function_still_answers) {
    IoContextLoop loop;
    base::ManualClock clock;
    EchoHandler echo;
    std::promise<void> entered, release;
    auto released = release.get_future().share();
    std::atomic<bool> blocked{false};
    std::promise<bool> owned_after;
    echo.on_handle = [&](model::HttpRequest request, auto, auto responder) {
        if (request.raw_path == "/slow") {
            blocked = true;
            entered.set_value();
            released.wait();
            owned_after.set_value(loop.on_loop());
            const std::string still_readable(request.raw_path);
            return responder->respond(model::HttpResponse::text(200, still_readable));
        }
        responder->respond(model::HttpResponse::text(200, "quick"));
    };
    auto listener = *Listener::open(loop, echo, clock, {});
    listener->start();
    Runner first(loop);
    Client slow(listener->port()), quick(listener->port());
    // Pipelined behind it: has to wait for its answer, and is served by the second thread afterwards.
    slow.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\nGET /next HTTP/1.1\r\nHost: x\r\n\r\n");
    entered.get_future().get();
    Runner second(loop);
    for (int i = 0; i < 100; ++i) {
        quick.send("GET /quick HTTP/1.1\r\nHost: x\r\n\r\n");
        ASSERT_EQ(quick.receive().body, "quick");
    }
    EXPECT_FALSE(slow.readable(0ms));
    release.set_value();
    EXPECT_FALSE(owned_after.get_future().get());
    EXPECT_EQ(slow.receive().body, "/slow");
    EXPECT_EQ(slow.receive().body, "quick");
    first.join();
    loop.stop();
    second.join();
}

// Over and over, with the connection gone before the answer.
TEST(IoContextLoop, a_connection_that_ends_while_its_function_runs_elsewhere_is_let_go) {
    IoContextLoop loop;
    base::ManualClock clock;
    EchoHandler echo;
    std::vector<std::thread> functions;
    std::promise<void> go;
    auto gone = go.get_future().share();
    std::atomic<int> started{0};
    echo.on_handle = [&](model::HttpRequest request, auto, std::unique_ptr<model::HttpResponder> responder) {
        functions.emplace_back([gone, request, responder = std::move(responder)]() mutable {
            gone.wait();
            responder->respond(model::HttpResponse::text(200, std::string(request.raw_path)));
        });
        ++started;
    };
    auto listener = *Listener::open(loop, echo, clock, {});
    listener->start();
    Runner runner(loop);
    {
        std::vector<std::unique_ptr<Client>> clients;
        for (int i = 0; i < 20; ++i) {
            clients.push_back(std::make_unique<Client>(listener->port()));
            clients.back()->send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
        }
        while (started < 20) std::this_thread::yield();
        for (auto& client : clients) client->reset();
    }
    go.set_value();
    for (auto& function : functions) function.join();
    for (int i = 0; i < 2000 && listener->connections() > 0; ++i) std::this_thread::sleep_for(1ms);
    EXPECT_EQ(listener->connections(), 0U);
    loop.stop();
    runner.join();
}

}  // namespace
}  // namespace faasd::gateway::testing
