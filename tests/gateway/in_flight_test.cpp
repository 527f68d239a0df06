// The answer to clients whose request was with a handler when the process came to its end.
#include "gateway/in_flight.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string>

#include <gmock/gmock.h>

namespace faasd::gateway::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Pair {
    Pair() { ::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()); }
    ~Pair() {
        // Claimed descriptors are not given back: nothing comes after it but the process's end.
        put_in_flight(ends[0], false);
        take_out_of_flight(ends[0]);
        ::close(ends[0]);
        ::close(ends[1]);
    }
    Pair(const Pair&) = delete;
    Pair& operator=(const Pair&) = delete;
    [[nodiscard]] std::string received() const {
        std::string text(4096, '\0');
        const auto size = ::recv(ends[1], text.data(), text.size(), MSG_DONTWAIT);
        text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
        return text;
    }
    std::array<int, 2> ends{};
};

TEST(InFlight, who_waits_for_an_answer_gets_a_502_once_and_nobody_else_gets_anything) {
    const Pair waiting, asked_for_head, answered, idle;
    put_in_flight(waiting.ends[0], false);
    put_in_flight(asked_for_head.ends[0], true);
    put_in_flight(answered.ends[0], false);
    take_out_of_flight(answered.ends[0]);
    answer_those_in_flight();
    const std::string answer = waiting.received();
    EXPECT_THAT(answer, HasSubstr("HTTP/1.1 502 Bad Gateway\r\n"));
    EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
    const auto body = answer.find("\r\n\r\n") + 4;
    EXPECT_THAT(answer, HasSubstr("Content-Length: " + std::to_string(answer.size() - body) + "\r\n"));
    const std::string head = asked_for_head.received();
    EXPECT_EQ(head, answer.substr(0, body));
    EXPECT_EQ(answered.received(), "");
    EXPECT_EQ(idle.received(), "");
    answer_those_in_flight();
    EXPECT_EQ(waiting.received(), "");
}

}  // namespace
}  // namespace faasd::gateway::testing
