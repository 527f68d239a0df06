// Messages are hidden while they are delayed and while somebody has received them.
#include "services/queue/queue_fixture.hpp"

namespace faasd::queue {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST_F(Queue, a_message_is_hidden_from_other_receivers_until_its_visibility_timeout_ends) {
    ASSERT_TRUE(create("q"));
    ASSERT_TRUE(send("q", "m"));
    EXPECT_THAT(receive_bodies("q"), ElementsAre("m"));
    EXPECT_THAT(receive("q"), IsEmpty());
    advance(30s - 1us);
    EXPECT_THAT(receive("q"), IsEmpty());
    advance(1us);
    EXPECT_THAT(receive_bodies("q"), ElementsAre("m"));
}

TEST_F(Queue, a_receive_can_override_the_visibility_timeout_also_with_zero) {
    ASSERT_TRUE(create("q"));
    ASSERT_TRUE(send("q", "m"));
    EXPECT_THAT(try_receive("q", request(10, {}, 0s)).value(), SizeIs(1));
    EXPECT_THAT(try_receive("q", request(10, {}, 0s)).value(), SizeIs(1));
    EXPECT_THAT(try_receive("q", request(1, {}, 100s)).value(), SizeIs(1));
    advance(99s);
    EXPECT_THAT(receive("q"), IsEmpty());
    advance(1s);
    EXPECT_EQ(receive("q").at(0).receive_count, 4u);
}

TEST_F(Queue, delays_of_queue_and_message_hide_a_new_message) {
    QueueAttributes attributes;
    attributes.delay = 10s;
    ASSERT_TRUE(create("q", attributes));
    ASSERT_TRUE(send("q", "queue's delay"));
    SendRequest entry;
    entry.body = "own delay";
    entry.delay = 20s;
    ASSERT_TRUE(send("q", entry));
    entry.body = "none";
    entry.delay = 0s;
    ASSERT_TRUE(send("q", entry));
    EXPECT_EQ(info("q").delayed, 2u);
    EXPECT_THAT(receive_bodies("q"), ElementsAre("none"));
    EXPECT_EQ(info("q").in_flight, 1u);
    advance(10s);
    EXPECT_THAT(receive_bodies("q"), ElementsAre("queue's delay"));
    advance(10s);
    EXPECT_THAT(receive_bodies("q"), ElementsAre("own delay"));
    entry.delay = 15min + 1s;
    EXPECT_THAT(send("q", entry), FailsWith(QueueErrc::invalid_parameter));
}

TEST_F(Queue, changing_visibility_prolongs_shortens_and_ends_a_lease) {
    ASSERT_TRUE(create("q"));
    ASSERT_TRUE(send("q", "m"));
    const auto handle = receive("q").at(0).receipt_handle;
    ASSERT_TRUE(change_visibility("q", handle, 100s));
    advance(99s);
    EXPECT_THAT(receive("q"), IsEmpty());
    ASSERT_TRUE(change_visibility("q", handle, 5s));
    advance(4s);
    EXPECT_THAT(receive("q"), IsEmpty());
    ASSERT_TRUE(change_visibility("q", handle, 0s));
    EXPECT_THAT(receive_bodies("q"), ElementsAre("m"));
}

TEST_F(Queue, visibility_can_only_be_changed_while_the_message_is_in_flight_under_that_handle) {
    ASSERT_TRUE(create("q"));
    ASSERT_TRUE(send("q", "m"));
    const auto handle = receive("q").at(0).receipt_handle;
    advance(30s);
    EXPECT_THAT(change_visibility("q", handle, 10s), FailsWith(QueueErrc::message_not_in_flight));
    const auto second = receive("q").at(0).receipt_handle;
    EXPECT_THAT(change_visibility("q", handle, 10s), FailsWith(QueueErrc::message_not_in_flight));
    ASSERT_TRUE(remove("q", second));
    EXPECT_THAT(change_visibility("q", second, 10s), FailsWith(QueueErrc::no_such_message));
}

TEST_F(Queue, a_message_can_be_invisible_for_twelve_hours_from_its_receive_at_most) {
    ASSERT_TRUE(create("q"));
    ASSERT_TRUE(send("q", "m"));
    const auto handle = try_receive("q", request(1, {}, 12h)).value().at(0).receipt_handle;
    EXPECT_THAT(change_visibility("q", handle, 12h + 1s), FailsWith(QueueErrc::invalid_parameter));
    advance(2h);
    EXPECT_THAT(change_visibility("q", handle, 10h + 1s), FailsWith(QueueErrc::invalid_parameter));
    EXPECT_TRUE(change_visibility("q", handle, 10h));
}

TEST_F(Queue, messages_are_counted_as_visible_in_flight_and_delayed) {
    ASSERT_TRUE(create("q"));
    for (int i = 0; i < 5; ++i)
        ASSERT_TRUE(send("q", "m"));
    SendRequest delayed;
    delayed.body = "later";
    delayed.delay = 60s;
    ASSERT_TRUE(send("q", delayed));
    const auto messages = receive("q", 2);
    auto counts = info("q");
    EXPECT_EQ(counts.visible, 3u);
    EXPECT_EQ(counts.in_flight, 2u);
    EXPECT_EQ(counts.delayed, 1u);
    ASSERT_TRUE(remove("q", messages[0].receipt_handle));
    advance(60s);
    counts = info("q");
    EXPECT_EQ(counts.visible, 5u);
    EXPECT_EQ(counts.in_flight, 0u);
    EXPECT_EQ(counts.delayed, 0u);
    restart();
    EXPECT_EQ(info("q").visible, 5u);
}

TEST_F(Queue, what_an_internal_receiver_had_leased_is_visible_after_a_restart_and_stays_counted) {
    ASSERT_TRUE(create("q"));
    ASSERT_TRUE(send("q", "inside"));
    ASSERT_TRUE(send("q", "outside"));
    ReceiveRequest internal = request(1);
    internal.internal = true;
    EXPECT_THAT(bodies(try_receive("q", internal).value()), ElementsAre("inside"));
    EXPECT_THAT(receive_bodies("q"), ElementsAre("outside"));
    restart();
    const auto messages = receive("q");
    EXPECT_THAT(bodies(messages), ElementsAre("inside"));
    EXPECT_EQ(messages[0].receive_count, 2u);
    restart();
    EXPECT_THAT(receive("q"), IsEmpty()) << "the receiver of the second time was not internal";
}

}  // namespace
}  // namespace faasd::queue
