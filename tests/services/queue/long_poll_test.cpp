#include "services/queue/queue_fixture.hpp"

namespace faasd::queue {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::IsEmpty;

class LongPoll : public QueueTest {
  protected:
    LongPoll() { EXPECT_TRUE(create("q")); }
};

TEST_F(LongPoll, waits_for_a_message_and_gets_it_as_soon_as_it_is_sent) {
    auto waiting = start_receive("q", request(10, 20s));
    EXPECT_FALSE(waiting.is_done());
    ASSERT_TRUE(send("q", "m"));
    EXPECT_THAT(bodies(waiting.get().value()), ElementsAre("m"));
}

TEST_F(LongPoll, ends_empty_when_its_wait_is_over) {
    auto waiting = start_receive("q", request(10, 20s));
    advance(20s - 1us);
    settle();
    EXPECT_FALSE(waiting.is_done());
    advance(1us);
    EXPECT_THAT(waiting.get().value(), IsEmpty());
    EXPECT_FALSE(timers_.next_deadline()) << "nothing is left to wait for";
}

TEST_F(LongPoll, the_queue_gives_the_wait_where_the_receive_does_not) {
    QueueAttributes attributes;
    attributes.receive_wait = 5s;
    ASSERT_TRUE(set_attributes("q", attributes));
    auto waiting = start_receive("q", request(1));
    EXPECT_FALSE(waiting.is_done());
    advance(5s);
    EXPECT_THAT(waiting.get().value(), IsEmpty());
    EXPECT_THAT(try_receive("q", request(1, 0s)).value(), IsEmpty());
    EXPECT_THAT(try_receive("q", request(1, 21s)), FailsWith(QueueErrc::invalid_parameter));
}

TEST_F(LongPoll, those_who_wait_are_served_in_the_order_in_which_they_came) {
    auto first = start_receive("q", request(1, 20s));
    auto second = start_receive("q", request(1, 20s));
    auto third = start_receive("q", request(1, 20s));
    ASSERT_TRUE(send("q", "a"));
    EXPECT_THAT(bodies(first.get().value()), ElementsAre("a"));
    EXPECT_FALSE(second.is_done());
    std::vector<SendRequest> two(2);
    two[0].body = "b";
    two[1].body = "c";
    ASSERT_TRUE(send_all("q", two));
    EXPECT_THAT(bodies(second.get().value()), ElementsAre("b"));
    EXPECT_THAT(bodies(third.get().value()), ElementsAre("c"));
}

TEST_F(LongPoll, a_delay_that_ends_wakes_it) {
    auto waiting = start_receive("q", request(1, 20s));
    SendRequest entry;
    entry.body = "later";
    entry.delay = 10s;
    ASSERT_TRUE(send("q", entry));
    settle();
    advance(10s - 1us);
    settle();
    EXPECT_FALSE(waiting.is_done());
    advance(1us);
    EXPECT_THAT(bodies(waiting.get().value()), ElementsAre("later"));
}

TEST_F(LongPoll, a_visibility_timeout_that_ends_wakes_it) {
    ASSERT_TRUE(send("q", "m"));
    ASSERT_EQ(try_receive("q", request(1, 0s, 7s)).value().size(), 1u);
    auto waiting = start_receive("q", request(1, 20s));
    advance(7s);
    EXPECT_EQ(waiting.get().value().at(0).receive_count, 2u);
}

TEST_F(LongPoll, a_lease_given_back_wakes_it) {
    ASSERT_TRUE(send("q", "m"));
    const auto handle = receive("q").at(0).receipt_handle;
    auto waiting = start_receive("q", request(1, 20s));
    ASSERT_TRUE(change_visibility("q", handle, 0s));
    EXPECT_THAT(bodies(waiting.get().value()), ElementsAre("m"));
}

TEST_F(LongPoll, a_shortened_lease_wakes_it_at_its_new_end) {
    ASSERT_TRUE(send("q", "m"));
    const auto handle = receive("q").at(0).receipt_handle;
    auto waiting = start_receive("q", request(1, 20s));
    ASSERT_TRUE(change_visibility("q", handle, 3s));
    settle();
    advance(3s);
    EXPECT_THAT(bodies(waiting.get().value()), ElementsAre("m"));
}

TEST_F(LongPoll, can_be_cancelled_and_takes_no_message_with_it) {
    auto waiting = start_receive("q", request(1, 20s));
    engine_->cancel_receive(last_receive_);
    EXPECT_THAT(waiting.get().value(), IsEmpty());
    ASSERT_TRUE(send("q", "m"));
    const auto messages = receive("q");
    ASSERT_THAT(bodies(messages), ElementsAre("m"));
    EXPECT_EQ(messages[0].receive_count, 1u);
    engine_->cancel_receive(last_receive_);
    engine_->cancel_receive(12345);
}

TEST_F(LongPoll, ends_with_an_error_when_its_queue_is_removed) {
    auto waiting = start_receive("q", request(1, 20s));
    ASSERT_TRUE(remove_queue("q"));
    EXPECT_THAT(waiting.get(), FailsWith(QueueErrc::no_such_queue));
}

TEST_F(LongPoll, ends_empty_when_the_engine_stops) {
    auto waiting = start_receive("q", request(1, 20s));
    stop();
    EXPECT_THAT(waiting.get().value(), IsEmpty());
    advance(1h);
}

TEST_F(LongPoll, a_message_sent_by_a_larger_transaction_wakes_it) {
    auto waiting = start_receive("q", request(1, 20s));
    ASSERT_TRUE(storage::test::write(*store_, [&](model::Transaction& transaction) -> base::Result<> {
        SendRequest entry;
        entry.body = "m";
        auto sent = engine_->send_in(transaction, "q", entry);
        return sent ? base::Result<>() : sent.error();
    }));
    EXPECT_THAT(bodies(waiting.get().value()), ElementsAre("m"));
}

TEST_F(LongPoll, thousands_wait_at_once_and_each_message_goes_to_one) {
    constexpr int receivers = 3000;
    std::vector<Pending<Messages>> waiting(receivers);
    for (auto& pending : waiting)
        engine_->receive("q", request(1, 20s), pending.completion());
    settle();
    for (int i = 0; i < receivers / 2; ++i) {
        SendRequest entry;
        entry.body = std::to_string(i);
        engine_->send("q", {entry}, [](auto result) { EXPECT_TRUE(result); });
    }
    settle();
    advance(20s);
    int got = 0;
    for (int i = 0; i < receivers; ++i) {
        const auto messages = waiting[static_cast<std::size_t>(i)].get().value();
        got += static_cast<int>(messages.size());
        if (i < receivers / 2) {
            EXPECT_THAT(bodies(messages), ElementsAre(std::to_string(i)));
        }
    }
    EXPECT_EQ(got, receivers / 2);
}

}  // namespace
}  // namespace faasd::queue
