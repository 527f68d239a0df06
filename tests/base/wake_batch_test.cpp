#include "base/wake_batch.hpp"

#include <thread>

#include <gtest/gtest.h>

namespace faasd::base {
namespace {

class Sleeper final : public Wakeable {
  public:
    int wakes = 0;

  private:
    void wake() override { ++wakes; }
};

TEST(WakeBatch, without_one_a_wake_comes_at_once) {
    Sleeper sleeper;
    sleeper.wake_soon();
    EXPECT_EQ(sleeper.wakes, 1);
    sleeper.wake_soon();
    EXPECT_EQ(sleeper.wakes, 2);
}

TEST(WakeBatch, wakes_each_sleeper_once_a_flush_and_goes_on_until_its_end) {
    Sleeper one, other;
    WakeBatch::begin();
    one.wake_soon();
    other.wake_soon();
    one.wake_soon();
    EXPECT_EQ(one.wakes + other.wakes, 0);
    WakeBatch::flush();
    EXPECT_EQ(one.wakes, 1);
    EXPECT_EQ(other.wakes, 1);
    one.wake_soon();
    EXPECT_EQ(one.wakes, 1);
    WakeBatch::end();
    EXPECT_EQ(one.wakes, 2);
    one.wake_soon();
    EXPECT_EQ(one.wakes, 3);
    EXPECT_EQ(other.wakes, 1);
}

TEST(WakeBatch, more_sleepers_than_it_has_room_for_are_woken_at_once) {
    Sleeper sleepers[20];
    WakeBatch::begin();
    for (Sleeper& sleeper : sleepers)
        sleeper.wake_soon();
    WakeBatch::end();
    for (const Sleeper& sleeper : sleepers)
        EXPECT_EQ(sleeper.wakes, 1);
}

TEST(WakeBatch, belongs_to_its_thread) {
    Sleeper sleeper;
    WakeBatch::begin();
    std::thread([&] { sleeper.wake_soon(); }).join();
    EXPECT_EQ(sleeper.wakes, 1);
    WakeBatch::end();
    EXPECT_EQ(sleeper.wakes, 1);
}

}  // namespace
}  // namespace faasd::base
