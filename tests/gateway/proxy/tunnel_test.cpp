// Connections that change their protocol on the way: a real WebSocket, and bytes of any kind.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/websocket.hpp>

#include "gateway/proxy/proxy_fixture.hpp"

namespace faasd::gateway::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using asio::ip::tcp;

constexpr const char* kUpgrade = "GET /raw HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: raw\r\n\r\n";
constexpr const char* kSwitched = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: raw\r\n\r\n";

using Tunnel = ProxyTest;

TEST_F(Tunnel, carries_a_websocket) {
    asio::io_context io;
    tcp::acceptor acceptor(io, {asio::ip::address_v4::loopback(), 0});
    std::thread server([&] {
        websocket::stream<tcp::socket> peer(acceptor.accept());
        peer.accept();
        beast::error_code error;
        for (;;) {
            beast::flat_buffer buffer;
            peer.read(buffer, error);
            if (error) break;
            peer.text(peer.got_text());
            peer.write(buffer.data());
        }
        EXPECT_EQ(error, websocket::error::closed);
    });
    legacy().port = acceptor.local_endpoint().port();
    apply();

    websocket::stream<tcp::socket> client(io);
    asio::connect(client.next_layer(), std::vector{tcp::endpoint(asio::ip::address_v4::loopback(), gateway.port())});
    client.handshake("shop.example", "/chat");
    client.binary(true);
    for (const std::size_t size : {std::size_t{1}, std::size_t{200}, std::size_t{3 * 1024 * 1024}}) {
        const std::string message(size, 'm');
        client.write(asio::buffer(message));
        beast::flat_buffer buffer;
        client.read(buffer);
        EXPECT_EQ(beast::buffers_to_string(buffer.data()), message);
    }
    EXPECT_EQ(status().tunnels, 1U);
    client.close(websocket::close_code::normal);
    server.join();
    EXPECT_TRUE(eventually([&] { return status().tunnels == 0; }));
}

TEST_F(Tunnel, passes_on_what_came_early_and_each_sides_end_for_itself) {
    serve([](Peer& peer) {
        EXPECT_THAT(peer.read_head(), HasSubstr("Upgrade: raw\r\nConnection: Upgrade\r\n"));
        peer.write(std::string(kSwitched) + "early");
        EXPECT_EQ(peer.read_all(), "from the client") << "ends where the client has sent its last byte";
        peer.write("and still an answer");
    });
    Client client(gateway.port());
    client.send(std::string(kUpgrade) + "from ");
    const Answer switched = client.receive();
    EXPECT_EQ(switched.status, 101U);
    EXPECT_EQ(switched.field("upgrade"), "raw");
    EXPECT_EQ(switched.field("connection"), "Upgrade");
    client.send("the client");
    client.finish_sending();
    EXPECT_EQ(client.receive_all(), "earlyand still an answer");
}

TEST_F(Tunnel, ends_after_its_idle_timeout) {
    legacy().tunnel_idle_timeout = 50ms;
    std::atomic<bool> ended = false;
    serve([&](Peer& peer) {
        peer.read_head();
        peer.write(kSwitched);
        ended = peer.at_end();
    });
    Client client(gateway.port());
    client.send(kUpgrade);
    EXPECT_EQ(client.receive().status, 101U);
    EXPECT_TRUE(client.at_end());
    EXPECT_TRUE(eventually([&] { return ended.load(); }));
}

TEST_F(Tunnel, is_not_made_where_the_upstream_says_no_or_nobody_asked) {
    std::atomic<bool> switches = false;
    serve([&](Peer& peer) {
        peer.read_head();
        peer.write(switches ? std::string(kSwitched) : ok("plain"));
    });
    Client client(gateway.port());
    client.send(kUpgrade);
    EXPECT_EQ(client.receive().body, "plain");
    switches = true;
    EXPECT_EQ(get("/x").status, 502U);
}

TEST_F(Tunnel, ends_with_the_side_that_breaks) {
    serve([](Peer& peer) {
        peer.read_head();
        peer.write(kSwitched);
        peer.read(1);
        peer.reset();
    });
    Client client(gateway.port());
    client.send(kUpgrade);
    EXPECT_EQ(client.receive().status, 101U);
    client.send("x");
    EXPECT_EQ(client.receive_all(), "");
    EXPECT_TRUE(eventually([&] { return status().tunnels == 0; }));
}

}  // namespace
}  // namespace faasd::gateway::testing
