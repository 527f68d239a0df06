// Messages end when their retention period does.
#include "services/queue/queue_fixture.hpp"

namespace faasd::queue {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::IsEmpty;

class Retention : public QueueTest {
  protected:
    Retention() {
        attributes_.retention = 60s;
        EXPECT_TRUE(create("q", attributes_));
    }
    std::int64_t rows() {
        auto reader = store_->read();
        auto count = reader->prepare("SELECT count(*) FROM messages");
        count.step();
        return count.integer(0);
    }
    QueueAttributes attributes_;
};

TEST_F(Retention, an_expired_message_is_never_received_and_is_removed) {
    ASSERT_TRUE(send("q", "old"));
    advance(59s);
    ASSERT_TRUE(send("q", "new"));
    settle();
    EXPECT_EQ(info("q").visible, 2u);
    advance(1s);
    EXPECT_EQ(info("q").visible, 1u);
    EXPECT_THAT(bodies(engine_->peek("q", 10).value()), ElementsAre("new"));
    EXPECT_THAT(receive_bodies("q"), ElementsAre("new"));
    settle();
    EXPECT_EQ(rows(), 1);
    advance(59s);
    settle();
    EXPECT_EQ(rows(), 0) << "also while it is in flight, and without anybody asking";
    EXPECT_EQ(info("q").in_flight, 0u);
    EXPECT_FALSE(timers_.next_deadline()) << "an empty queue waits for nothing";
}

TEST_F(Retention, what_expired_while_the_daemon_was_down_is_not_received) {
    ASSERT_TRUE(send("q", "old"));
    stop();
    advance(60s);
    start();
    EXPECT_THAT(receive("q"), IsEmpty());
    timers_.run_due();
    settle();
    EXPECT_EQ(rows(), 0);
}

TEST_F(Retention, what_was_sent_before_a_restart_expires_after_it) {
    ASSERT_TRUE(send("q", "old"));
    restart();
    advance(60s);
    settle();
    EXPECT_EQ(rows(), 0);
}

TEST_F(Retention, a_shorter_period_applies_to_what_is_there) {
    attributes_.retention = 1h;
    ASSERT_TRUE(set_attributes("q", attributes_));
    ASSERT_TRUE(send("q", "m"));
    advance(2min);
    attributes_.retention = 60s;
    ASSERT_TRUE(set_attributes("q", attributes_));
    settle();
    EXPECT_EQ(rows(), 0);
    EXPECT_THAT(receive("q"), IsEmpty());
}

TEST_F(Retention, of_a_message_sent_while_older_ones_are_being_removed_ends_as_well) {
    attributes_.retention = 2min;
    Pending<QueueEngine::SendResults> sent;
    // The removal is handed in before this completion: the two share a commit.
    engine_->set_attributes("q", attributes_, [&](const base::Result<>&) {
        std::vector<SendRequest> entries(1);
        entries[0].body = "m";
        engine_->send("q", std::move(entries), sent.completion());
    });
    ASSERT_TRUE(sent.get());
    settle();
    EXPECT_EQ(rows(), 1);
    advance(2min);
    settle();
    EXPECT_EQ(rows(), 0);
}

TEST_F(Retention, goes_on_from_the_first_sending_in_a_dead_letter_queue) {
    ASSERT_TRUE(create("dead", attributes_));
    ASSERT_TRUE(set_attributes("q", with_redrive("dead", 1, attributes_)));
    ASSERT_TRUE(send("q", "m"));
    (void)receive("q");
    advance(30s);
    EXPECT_THAT(receive("q"), IsEmpty());
    settle();
    EXPECT_EQ(info("dead").visible, 1u);
    advance(30s);
    settle();
    EXPECT_EQ(rows(), 0);
}

}  // namespace
}  // namespace faasd::queue
