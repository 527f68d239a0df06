#include "gateway/timer_wheel.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace faasd::gateway {
namespace {

struct Node : TimerNode {};

struct Wheel {
    TimerWheel wheel{1'000'000};
    std::vector<TimerNode*> advance(Millis to) {
        std::vector<TimerNode*> expired;
        wheel.advance(to, [&](TimerNode& node) { expired.push_back(&node); });
        return expired;
    }
};

TEST(TimerWheel, a_deadline_passes_within_a_tick_and_never_early) {
    for (Millis after : {0, 1, 15, 16, 17, 100, 5'000, 31'000, 40'000, 200'000}) {
        Wheel w;
        Node node;
        w.wheel.schedule(node, 1'000'000 + after);
        EXPECT_TRUE(after == 0 || w.advance(1'000'000 + after - 1).empty()) << after;
        Millis now = 1'000'000 + after;
        while (w.advance(now).empty() && now <= 1'000'000 + after + 2 * TimerWheel::kTick) ++now;
        EXPECT_LE(now, 1'000'000 + after + TimerWheel::kTick + 1) << after;
    }
}

TEST(TimerWheel, a_deadline_that_moved_later_is_waited_for) {
    Wheel w;
    Node node;
    w.wheel.schedule(node, 1'000'100);
    EXPECT_FALSE(w.wheel.schedule(node, 1'000'500));
    EXPECT_TRUE(w.advance(1'000'300).empty());
    EXPECT_EQ(w.advance(1'000'600).size(), 1U);
    EXPECT_TRUE(w.advance(2'000'000).empty()) << "it passes once";
}

TEST(TimerWheel, a_deadline_that_moved_earlier_is_met) {
    Wheel w;
    Node node;
    w.wheel.schedule(node, 1'075'000);
    EXPECT_TRUE(w.wheel.schedule(node, 1'000'050));
    EXPECT_EQ(w.advance(1'000'080).size(), 1U);
}

TEST(TimerWheel, a_cancelled_deadline_never_passes) {
    Wheel w;
    Node node;
    w.wheel.schedule(node, 1'000'050);
    w.wheel.cancel(node);
    EXPECT_TRUE(w.advance(1'100'000).empty());
    EXPECT_FALSE(w.wheel.next());
}

TEST(TimerWheel, a_destroyed_node_is_forgotten) {
    Wheel w;
    Node first;
    {
        Node gone;
        w.wheel.schedule(first, 1'000'050);
        w.wheel.schedule(gone, 1'000'050);
    }
    EXPECT_EQ(w.advance(1'000'100), std::vector<TimerNode*>{&first});
}

TEST(TimerWheel, says_when_to_look_again) {
    Wheel w;
    Node near, far;
    EXPECT_FALSE(w.wheel.next());
    w.wheel.schedule(far, 1'020'000);
    ASSERT_TRUE(w.wheel.next());
    EXPECT_NEAR(static_cast<double>(*w.wheel.next()), 1'020'000, TimerWheel::kTick);
    EXPECT_TRUE(w.wheel.schedule(near, 1'000'200));
    EXPECT_NEAR(static_cast<double>(*w.wheel.next()), 1'000'200, TimerWheel::kTick);
}

TEST(TimerWheel, many_deadlines_pass_after_a_long_sleep) {
    Wheel w;
    std::vector<Node> nodes(1000);
    for (std::size_t i = 0; i < nodes.size(); ++i)
        w.wheel.schedule(nodes[i], 1'000'000 + static_cast<Millis>(i * 97 % 70'000));
    EXPECT_EQ(w.advance(2'000'000).size(), nodes.size());
}

}  // namespace
}  // namespace faasd::gateway
