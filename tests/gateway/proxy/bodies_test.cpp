// Long bodies between a client and an upstream, and what becomes of them where either goes.
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <string>
#include <thread>
#include <utility>

#include <gmock/gmock.h>

#include "gateway/proxy/proxy_fixture.hpp"
#include "support/sanitizers.hpp"

namespace faasd::gateway::testing {
namespace {

using namespace std::chrono_literals;

std::size_t resident_bytes() {
    std::ifstream statm("/proc/self/statm");
    std::size_t total = 0, resident = 0;
    statm >> total >> resident;
    return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

using ProxiedBody = ProxyTest;

TEST_F(ProxiedBody, never_passes_a_part_off_as_the_whole_wherever_the_upstream_is_cut) {
    legacy().retries = 0;
    for (const std::string& whole :
         {ok("hello"), std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")}) {
        std::atomic<std::size_t> cut = 0;
        serve([&](Peer& peer) {
            peer.read_head();
            peer.write(whole.substr(0, cut));
        });
        const std::size_t head = whole.find("\r\n\r\n") + 4;
        for (cut = 0; cut <= whole.size(); ++cut) {
            Client client(gateway.port());
            client.send("GET /x HTTP/1.1\r\nHost: x\r\n\r\n");
            const Answer answer = client.receive();
            if (cut < head) {
                EXPECT_EQ(answer.status, 502U) << cut;
            } else if (cut < whole.size()) {
                EXPECT_NE(answer.body, "hello") << cut;
                EXPECT_TRUE(client.at_end()) << cut;
            } else {
                EXPECT_EQ(answer.body, "hello");
            }
        }
    }
}

TEST_F(ProxiedBody, breaks_the_request_off_when_the_client_goes) {
    std::atomic<bool> arrived = false, ended = false;
    serve([&](Peer& peer) {
        peer.read_head();
        arrived = true;
        ended = peer.at_end();
    });
    {
        Client client(gateway.port());
        client.send("GET /x HTTP/1.1\r\nHost: x\r\n\r\n");
        ASSERT_TRUE(eventually([&] { return arrived.load(); }));
    }
    EXPECT_TRUE(eventually([&] { return ended.load(); }));
}

TEST_F(ProxiedBody, breaks_the_answer_off_when_the_client_goes_in_the_middle_of_it) {
    std::atomic<bool> ended = false;
    serve([&](Peer& peer) {
        peer.read_head();
        peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
        ended = peer.at_end();
    });
    {
        Client client(gateway.port());
        client.send("GET /x HTTP/1.1\r\nHost: x\r\n\r\n");
        ASSERT_TRUE(client.readable(5s));
    }
    EXPECT_TRUE(eventually([&] { return ended.load(); }));
}

TEST_F(ProxiedBody, stops_the_upstream_while_the_client_does_not_read) {
    std::atomic<std::size_t> sent = 0;
    constexpr std::size_t kBody = 64 * 1024 * 1024;
    serve([&](Peer& peer) {
        peer.read_head();
        peer.write("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(kBody) + "\r\n\r\n");
        const std::string piece(64 * 1024, 'x');
        while (sent < kBody && peer.write(piece)) sent += piece.size();
    });
    Client client(gateway.port(), 16 * 1024);
    client.send("GET /x HTTP/1.1\r\nHost: x\r\n\r\n");
    ASSERT_TRUE(client.readable(5s));
    std::size_t before = 0;
    // Until nothing moves any more: what the kernel buffers is all there is.
    ASSERT_TRUE(eventually([&] {
        std::this_thread::sleep_for(100ms);
        return std::exchange(before, sent.load()) == sent && sent > 0;
    }));
    EXPECT_LT(sent, 16U * 1024 * 1024);
    EXPECT_EQ(client.receive().body.size(), kBody);
}

TEST_F(ProxiedBody, streams_large_bodies_both_ways_at_once_in_flat_memory) {
    constexpr std::size_t kBody = 128 * 1024 * 1024;
    serve([](Peer& peer) {
        peer.read_head();
        peer.write("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(kBody) + "\r\n\r\n");
        for (std::size_t echoed = 0; echoed < kBody;) {
            const std::string piece = peer.read(64 * 1024);
            if (piece.empty() || !peer.write(piece)) return;
            echoed += piece.size();
        }
    });
    Client client(gateway.port());
    client.send("POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(kBody) + "\r\n\r\n");
    const std::size_t before = resident_bytes();
    std::thread sender([&] {
        const std::string piece(64 * 1024, 'y');
        for (std::size_t sent = 0; sent < kBody; sent += piece.size())
            if (!client.send(piece)) return;
    });
    std::size_t received = 0, largest = 0;
    std::string buffer(256 * 1024, '\0');
    while (received < kBody) {
        const auto size = ::recv(client.descriptor(), buffer.data(), buffer.size(), 0);
        if (size <= 0) break;
        received += static_cast<std::size_t>(size);
        largest = std::max(largest, resident_bytes());
    }
    sender.join();
    EXPECT_GE(received, kBody);
    if (!test::kSanitizersHeap) {
        EXPECT_LT(largest - std::min(largest, before), 8U * 1024 * 1024);
    }
}

}  // namespace
}  // namespace faasd::gateway::testing
