#include "sources/batch/batch_window.hpp"

#include <gtest/gtest.h>

namespace faasd::sources {
namespace {

using namespace std::chrono_literals;
const base::TimePoint t0{1000s};

TEST(BatchWindow, leaves_when_it_is_full) {
    BatchWindow batch({3, 60s});
    EXPECT_TRUE(batch.add(10, t0));
    EXPECT_TRUE(batch.add(10, t0));
    EXPECT_EQ(batch.room(), 1U);
    EXPECT_FALSE(batch.due(t0));
    EXPECT_TRUE(batch.add(10, t0));
    EXPECT_TRUE(batch.due(t0));
    EXPECT_FALSE(batch.add(10, t0)) << "the next one belongs to the next batch";
}

TEST(BatchWindow, leaves_when_the_window_ends_counted_from_the_first_message) {
    BatchWindow batch({10, 5s});
    EXPECT_FALSE(batch.deadline());
    batch.add(10, t0);
    batch.add(10, t0 + 4s);
    EXPECT_EQ(*batch.deadline(), t0 + 5s);
    EXPECT_FALSE(batch.due(t0 + 5s - 1us));
    EXPECT_TRUE(batch.due(t0 + 5s));
}

TEST(BatchWindow, without_a_window_what_came_leaves_at_once) {
    BatchWindow batch({10, 0s});
    EXPECT_FALSE(batch.due(t0));
    batch.add(10, t0);
    EXPECT_TRUE(batch.due(t0));
}

TEST(BatchWindow, leaves_at_six_mebibytes_of_payload) {
    BatchWindow batch({10, 60s});
    EXPECT_TRUE(batch.add(4 << 20, t0));
    EXPECT_FALSE(batch.due(t0));
    EXPECT_FALSE(batch.add(3 << 20, t0));
    EXPECT_TRUE(batch.due(t0)) << "what does not fit closes the batch";
    EXPECT_EQ(batch.room(), 0U);
    batch.reset();
    EXPECT_TRUE(batch.add(3 << 20, t0 + 1s));
    EXPECT_EQ(*batch.deadline(), t0 + 61s);
}

TEST(BatchWindow, counts_what_is_around_the_messages) {
    BatchWindow batch({10, 60s, 30}, 14, 1);
    EXPECT_TRUE(batch.add(7, t0));
    EXPECT_TRUE(batch.add(8, t0));
    EXPECT_TRUE(batch.due(t0)) << "14 + 7 + 1 + 8";
    BatchWindow burst({10, 60s, 29}, 14, 1);
    EXPECT_TRUE(burst.add(7, t0));
    EXPECT_FALSE(burst.add(8, t0));
}

TEST(BatchWindow, a_message_larger_than_a_batch_goes_alone) {
    BatchWindow batch({10, 60s});
    EXPECT_TRUE(batch.add(7 << 20, t0));
    EXPECT_TRUE(batch.due(t0));
}

}  // namespace
}  // namespace faasd::sources
