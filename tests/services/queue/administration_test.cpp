#include "services/queue/queue_fixture.hpp"

namespace faasd::queue {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class QueueAdministration : public QueueTest {};

TEST_F(QueueAdministration, creating_a_queue_again_with_the_same_attributes_succeeds) {
    QueueAttributes attributes;
    attributes.visibility_timeout = 60s;
    attributes.other = {{"Policy", "{}"}};
    ASSERT_TRUE(create("q", attributes));
    EXPECT_TRUE(create("q", attributes));
    EXPECT_THAT(create("q"), FailsWith(QueueErrc::queue_exists_with_other_attributes));
    restart();
    EXPECT_EQ(info("q").attributes, attributes);
    EXPECT_EQ(info("q").name, "q");
}

TEST_F(QueueAdministration, ensure_makes_a_queue_or_changes_it) {
    ASSERT_TRUE(ensure("q"));
    const auto created_at = clock_.now();
    advance(1s);
    QueueAttributes attributes;
    attributes.delay = 5s;
    ASSERT_TRUE(ensure("q", attributes));
    EXPECT_EQ(info("q").attributes, attributes);
    EXPECT_EQ(info("q").created_at, created_at);
    EXPECT_EQ(info("q").modified_at, created_at + 1s);
}

TEST_F(QueueAdministration, every_attribute_is_held_to_its_documented_range) {
    const auto refused = [&](auto change) {
        QueueAttributes attributes;
        change(attributes);
        return create("bad", attributes);
    };
    const auto is_refused = FailsWith(QueueErrc::invalid_attribute);
    EXPECT_THAT(refused([](auto& a) { a.visibility_timeout = 12h + 1s; }), is_refused);
    EXPECT_THAT(refused([](auto& a) { a.visibility_timeout = -1s; }), is_refused);
    EXPECT_THAT(refused([](auto& a) { a.delay = 901s; }), is_refused);
    EXPECT_THAT(refused([](auto& a) { a.retention = 59s; }), is_refused);
    EXPECT_THAT(refused([](auto& a) { a.retention = 14 * 24h + 1s; }), is_refused);
    EXPECT_THAT(refused([](auto& a) { a.receive_wait = 21s; }), is_refused);
    EXPECT_THAT(refused([](auto& a) { a.max_message_size = 1023; }), is_refused);
    EXPECT_THAT(refused([](auto& a) { a.max_message_size = 1024 * 1024 + 1; }), is_refused);
    EXPECT_THAT(refused([](auto& a) { a.content_based_deduplication = true; }), is_refused);
    EXPECT_THAT(refused([](auto& a) { a.redrive = model::RedrivePolicy{"dead", 0}; }), is_refused);
    EXPECT_THAT(refused([](auto& a) { a.redrive = model::RedrivePolicy{"dead", 1001}; }), is_refused);
    EXPECT_THAT(refused([](auto& a) { a.redrive = model::RedrivePolicy{"bad", 1}; }), is_refused);
    EXPECT_THAT(refused([](auto& a) { a.redrive = model::RedrivePolicy{"dead.fifo", 1}; }), is_refused);
    EXPECT_THAT(refused([](auto& a) { a.redrive = model::RedrivePolicy{"missing", 1}; }),
                FailsWith(QueueErrc::no_such_dead_letter_queue));
    const auto error = refused([](auto& a) { a.delay = 901s; }).error();
    EXPECT_THAT(error.message, HasSubstr("queue bad: the delay"));
    EXPECT_THAT(error.message, HasSubstr("15m"));
    EXPECT_THAT(engine_->list(), IsEmpty());
}

TEST_F(QueueAdministration, names_are_checked) {
    EXPECT_THAT(create(""), FailsWith(QueueErrc::invalid_parameter));
    EXPECT_THAT(create(std::string(81, 'n')), FailsWith(QueueErrc::invalid_parameter));
    EXPECT_THAT(create("q.fifo"), FailsWith(QueueErrc::invalid_parameter));
    EXPECT_THAT(create("q", fifo()), FailsWith(QueueErrc::invalid_parameter));
    EXPECT_TRUE(create("späte bestellungen / 2"));
}

TEST_F(QueueAdministration, a_configuration_may_name_a_dead_letter_queue_before_it_is_there) {
    ASSERT_TRUE(ensure("q", with_redrive("dead", 1)));
    ASSERT_TRUE(send("q", "m"));
    EXPECT_THAT(receive("q"), SizeIs(1));
    advance(30s);
    EXPECT_THAT(receive("q"), SizeIs(1))
        << "it stays where it can be had while there is no dead-letter queue";
    ASSERT_TRUE(ensure("dead"));
    advance(30s);
    EXPECT_THAT(receive("q"), IsEmpty());
    EXPECT_THAT(receive("dead"), SizeIs(1));
}

TEST_F(QueueAdministration, queues_are_listed_by_prefix_in_order) {
    for (const char* name : {"orders", "orders-dead", "Orders", "users", "o%"})
        ASSERT_TRUE(create(name));
    EXPECT_THAT(engine_->list(), ElementsAre("Orders", "o%", "orders", "orders-dead", "users"));
    EXPECT_THAT(engine_->list("orders"), ElementsAre("orders", "orders-dead"));
    EXPECT_THAT(engine_->list("o%"), ElementsAre("o%"));
    EXPECT_THAT(engine_->list("none"), IsEmpty());
}

TEST_F(QueueAdministration, purging_removes_all_messages_and_nothing_of_other_queues) {
    ASSERT_TRUE(create("q"));
    ASSERT_TRUE(create("other"));
    std::vector<SendRequest> entries(5'000);
    for (auto& entry : entries)
        entry.body = "m";
    ASSERT_TRUE(send_all("q", entries));
    ASSERT_TRUE(send("other", "kept"));
    (void)receive("q");
    ASSERT_TRUE(purge("q"));
    const auto counts = info("q");
    EXPECT_EQ(counts.visible + counts.in_flight + counts.delayed, 0u);
    EXPECT_EQ(info("other").visible, 1u);
    EXPECT_THAT(purge("q"), FailsWith(QueueErrc::purge_in_progress));
    restart();
    EXPECT_THAT(purge("q"), FailsWith(QueueErrc::purge_in_progress));
    advance(60s);
    EXPECT_TRUE(purge("q"));
}

TEST_F(QueueAdministration, a_removed_queue_takes_its_messages_with_it) {
    ASSERT_TRUE(create("q.fifo", fifo()));
    for (int i = 0; i < 10; ++i)
        ASSERT_TRUE(send_fifo(std::to_string(i), "g" + std::to_string(i % 3)));
    ASSERT_TRUE(remove_queue("q.fifo"));
    EXPECT_THAT(engine_->list(), IsEmpty());
    EXPECT_THAT(send_fifo("m", "g"), FailsWith(QueueErrc::no_such_queue));
    ASSERT_TRUE(create("q.fifo", fifo()));
    EXPECT_THAT(receive("q.fifo"), IsEmpty());
    EXPECT_EQ(info("q.fifo").visible, 0u);
    ASSERT_TRUE(send_fifo("0", "g0")) << "deduplication starts anew";
    EXPECT_THAT(receive("q.fifo"), SizeIs(1));
    restart();
    settle();
    auto reader = store_->read();
    for (const char* table :
         {"messages", "message_groups", "message_deduplication", "queues", "queue_totals"}) {
        auto rows = reader->prepare("SELECT count(*) FROM " + std::string(table));
        rows.step();
        EXPECT_EQ(rows.integer(0), 1) << table;
    }
}

TEST_F(QueueAdministration, a_handle_of_a_removed_queue_is_none_of_the_new_queue_of_its_name) {
    ASSERT_TRUE(create("q"));
    ASSERT_TRUE(send("q", "m"));
    const auto handle = receive("q").at(0).receipt_handle;
    ASSERT_TRUE(remove_queue("q"));
    ASSERT_TRUE(create("q"));
    EXPECT_THAT(remove("q", handle), FailsWith(QueueErrc::invalid_receipt_handle));
}

TEST_F(QueueAdministration, what_kind_of_queue_it_is_cannot_be_changed) {
    ASSERT_TRUE(create("q"));
    EXPECT_THAT(ensure("q", fifo()), FailsWith(QueueErrc::invalid_parameter));
}

TEST_F(QueueAdministration,
       a_queue_can_be_used_in_the_transaction_after_the_one_that_makes_it_without_waiting) {
    Pending<void> created;
    Pending<QueueEngine::SendResults> sent;
    engine_->ensure("q", {}, created.completion());
    SendRequest entry;
    entry.body = "m";
    engine_->send("q", {entry}, sent.completion());
    EXPECT_TRUE(created.get());
    EXPECT_TRUE(sent.get());
    EXPECT_THAT(receive("q"), SizeIs(1));
}

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
