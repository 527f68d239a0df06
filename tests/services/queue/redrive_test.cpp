// What is received too often goes to the dead-letter queue.
#include "services/queue/queue_fixture.hpp"

namespace faasd::queue {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class Redrive : public QueueTest {};

TEST_F(Redrive, a_message_received_too_often_goes_to_the_dead_letter_queue_instead_of_to_the_receiver) {
    ASSERT_TRUE(create("dead"));
    ASSERT_TRUE(create("q", with_redrive("dead", 2)));
    const auto sent_at = clock_.now();
    const auto sent = send("q", "poison").value();
    ASSERT_TRUE(send("q", "good"));
    EXPECT_THAT(receive_bodies("q", 1), ElementsAre("poison"));
    advance(30s);
    const auto good = receive("q", 1);
    ASSERT_THAT(bodies(good), ElementsAre("good"));
    ASSERT_TRUE(remove("q", good[0].receipt_handle));
    const auto handle = receive("q", 1).at(0).receipt_handle;
    advance(30s);
    EXPECT_EQ(info("q").visible, 1u);
    EXPECT_THAT(receive("q"), IsEmpty());
    EXPECT_EQ(info("q").visible, 0u);
    EXPECT_EQ(info("dead").visible, 1u);

    const auto dead = receive("dead");
    ASSERT_THAT(bodies(dead), ElementsAre("poison"));
    EXPECT_EQ(dead[0].id, sent.message_id);
    EXPECT_EQ(dead[0].sent_at, sent_at);
    EXPECT_EQ(dead[0].receive_count, 3u) << "counted across all queues";
    EXPECT_EQ(dead[0].system_attributes.at("DeadLetterQueueSourceArn"), "q");
    EXPECT_TRUE(remove("q", handle)) << "it is gone from the first queue";
    EXPECT_EQ(info("dead").in_flight, 1u);
}

TEST_F(Redrive, the_receive_that_moves_a_message_away_gets_the_next_one) {
    ASSERT_TRUE(create("dead"));
    ASSERT_TRUE(create("q", with_redrive("dead", 1)));
    ASSERT_TRUE(send("q", "poison"));
    (void)receive("q");
    advance(30s);
    ASSERT_TRUE(send("q", "good"));
    EXPECT_THAT(receive_bodies("q", 1), ElementsAre("good"));
}

TEST_F(Redrive, a_dead_letter_wakes_who_waits_for_it) {
    ASSERT_TRUE(create("dead"));
    ASSERT_TRUE(create("q", with_redrive("dead", 1)));
    ASSERT_TRUE(send("q", "poison"));
    ASSERT_EQ(try_receive("q", request(1, 0s, 5s)).value().size(), 1u);
    auto at_dead = start_receive("dead", request(1, 20s));
    auto at_queue = start_receive("q", request(1, 10s));
    advance(5s);
    EXPECT_THAT(bodies(at_dead.get().value()), ElementsAre("poison"));
    advance(5s);
    EXPECT_THAT(at_queue.get().value(), IsEmpty());
}

TEST_F(Redrive, many_dead_letters_are_moved_away_while_a_long_poll_waits) {
    ASSERT_TRUE(create("dead"));
    ASSERT_TRUE(create("q", with_redrive("dead", 1)));
    std::vector<SendRequest> entries(3'500);
    for (auto& entry : entries)
        entry.body = "poison";
    ASSERT_TRUE(send_all("q", entries));
    ASSERT_THAT(receive("q", 10'000), SizeIs(3'500));
    advance(30s);
    auto waiting = start_receive("q", request(1, 20s));
    for (int i = 0; i < 5; ++i)
        settle();
    EXPECT_EQ(info("dead").visible, 3'500u);
    ASSERT_TRUE(send("q", "good"));
    EXPECT_THAT(bodies(waiting.get().value()), ElementsAre("good"));
}

TEST_F(Redrive, receives_before_it_came_do_not_count_against_a_dead_letter_queue_of_a_dead_letter_queue) {
    ASSERT_TRUE(create("last"));
    ASSERT_TRUE(create("dead", with_redrive("last", 1)));
    ASSERT_TRUE(create("q", with_redrive("dead", 3)));
    ASSERT_TRUE(send("q", "m"));
    for (int i = 0; i < 3; ++i) {
        ASSERT_THAT(receive("q"), SizeIs(1));
        advance(30s);
    }
    ASSERT_THAT(receive("q"), IsEmpty());
    EXPECT_THAT(receive("dead"), SizeIs(1));
    advance(30s);
    EXPECT_THAT(receive("dead"), IsEmpty());
    EXPECT_EQ(receive("last").at(0).receive_count, 5u);
}

}  // namespace
}  // namespace faasd::queue
