#include "services/queue/queue_fixture.hpp"

namespace faasd::queue {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;
using testing::UnorderedElementsAre;

class Queue : public QueueTest {};

TEST_F(Queue, a_message_arrives_with_everything_that_was_sent) {
    ASSERT_TRUE(create("q"));
    SendRequest entry;
    entry.body = "héllo";
    entry.attributes = {{"city", {"String", "Paris"}}, {"data", {"Binary", std::string("\0\1", 2)}}};
    entry.system_attributes = {{"AWSTraceHeader", "Root=1"}};
    entry.trace = "trace-1";
    const auto sent = send("q", entry).value();
    EXPECT_THAT(sent.message_id, SizeIs(36));
    EXPECT_EQ(sent.md5_of_body, "be50e8478cf24ff3595bc7307fb91b50");
    EXPECT_FALSE(sent.sequence_number);

    const auto messages = receive("q");
    ASSERT_THAT(messages, SizeIs(1));
    const Message& message = messages.front();
    EXPECT_EQ(message.id, sent.message_id);
    EXPECT_EQ(message.body, entry.body);
    EXPECT_EQ(message.md5_of_body, sent.md5_of_body);
    EXPECT_EQ(message.attributes, entry.attributes);
    EXPECT_EQ(message.system_attributes, entry.system_attributes);
    EXPECT_EQ(message.trace, "trace-1");
    EXPECT_EQ(message.sent_at, clock_.now());
    EXPECT_EQ(message.first_received_at, clock_.now());
    EXPECT_EQ(message.receive_count, 1u);
    EXPECT_FALSE(message.receipt_handle.empty());
    EXPECT_TRUE(message.sequence_number.empty());
}

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

TEST_F(Queue, receives_are_counted_and_the_first_is_remembered) {
    ASSERT_TRUE(create("q"));
    ASSERT_TRUE(send("q", "m"));
    advance(5s);
    const auto first_at = clock_.now();
    EXPECT_EQ(receive("q").at(0).receive_count, 1u);
    advance(30s);
    const auto message = receive("q").at(0);
    EXPECT_EQ(message.receive_count, 2u);
    EXPECT_EQ(message.first_received_at, first_at);
    EXPECT_EQ(message.sent_at, first_at - 5s);
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

TEST_F(Queue, a_deleted_message_does_not_come_back) {
    ASSERT_TRUE(create("q"));
    ASSERT_TRUE(send("q", "m"));
    const auto handle = receive("q").at(0).receipt_handle;
    EXPECT_TRUE(remove("q", handle));
    advance(1h);
    EXPECT_THAT(receive("q"), IsEmpty());
    EXPECT_TRUE(remove("q", handle)) << "deleting what is gone succeeds";
}

TEST_F(Queue, the_handle_of_an_earlier_receive_still_deletes) {
    ASSERT_TRUE(create("q"));
    ASSERT_TRUE(send("q", "m"));
    const auto old_handle = receive("q").at(0).receipt_handle;
    advance(30s);
    EXPECT_NE(receive("q").at(0).receipt_handle, old_handle);
    EXPECT_TRUE(remove("q", old_handle));
    advance(30s);
    EXPECT_THAT(receive("q"), IsEmpty());
}

TEST_F(Queue, a_handle_that_was_made_up_altered_or_issued_by_another_queue_is_refused) {
    ASSERT_TRUE(create("q"));
    ASSERT_TRUE(create("other"));
    ASSERT_TRUE(send("q", "m"));
    const auto handle = receive("q").at(0).receipt_handle;
    EXPECT_THAT(remove("other", handle), FailsWith(QueueErrc::invalid_receipt_handle));
    auto altered = handle;
    altered[12] = altered[12] == 'A' ? 'B' : 'A';
    for (const std::string& bad : {std::string("nonsense"), std::string(), altered, handle + "AAAA"}) {
        EXPECT_THAT(remove("q", bad), FailsWith(QueueErrc::invalid_receipt_handle)) << bad;
        EXPECT_THAT(change_visibility("q", bad, 1s), FailsWith(QueueErrc::invalid_receipt_handle)) << bad;
    }
    EXPECT_EQ(info("q").in_flight, 1u);
}

TEST_F(Queue, handles_outlive_a_restart) {
    ASSERT_TRUE(create("q"));
    ASSERT_TRUE(send("q", "m"));
    const auto handle = receive("q").at(0).receipt_handle;
    restart();
    EXPECT_EQ(info("q").in_flight, 1u);
    EXPECT_TRUE(remove("q", handle));
    EXPECT_EQ(info("q").in_flight, 0u);
}

TEST_F(Queue, each_entry_of_a_batch_succeeds_or_fails_alone) {
    ASSERT_TRUE(create("q"));
    std::vector<SendRequest> entries(3);
    entries[0].body = "one";
    entries[1].body = "\x01";
    entries[2].body = "three";
    const auto results = send_all("q", entries).value();
    ASSERT_THAT(results, SizeIs(3));
    EXPECT_TRUE(results[0]);
    EXPECT_THAT(results[1], FailsWith(QueueErrc::invalid_message_contents));
    EXPECT_TRUE(results[2]);

    const auto messages = receive("q");
    EXPECT_THAT(bodies(messages), UnorderedElementsAre("one", "three"));
    const auto removed =
        base::wait_for<QueueEngine::Results>([&](auto done) {
            engine_->remove_messages(
                "q", {messages[0].receipt_handle, "nonsense", messages[1].receipt_handle}, std::move(done));
        }).value();
    EXPECT_TRUE(removed[0]);
    EXPECT_THAT(removed[1], FailsWith(QueueErrc::invalid_receipt_handle));
    EXPECT_TRUE(removed[2]);
    EXPECT_EQ(info("q").in_flight, 0u);
}

TEST_F(Queue, batches_that_are_empty_too_long_or_too_many_are_refused_whole) {
    ASSERT_TRUE(create("q"));
    EXPECT_THAT(send_all("q", {}), FailsWith(QueueErrc::empty_batch));
    std::vector<SendRequest> big(2);
    big[0].body = std::string(600 * 1024, 'x');
    big[1].body = std::string(600 * 1024, 'x');
    EXPECT_THAT(send_all("q", big), FailsWith(QueueErrc::batch_too_long));
    EXPECT_THAT(send_all("q", std::vector<SendRequest>(10'001)), FailsWith(QueueErrc::too_many_entries));
    EXPECT_EQ(info("q").visible, 0u);
}

TEST_F(Queue, a_mapping_may_receive_up_to_10000_at_once) {
    ASSERT_TRUE(create("q"));
    std::vector<SendRequest> entries(10'000);
    for (auto& entry : entries)
        entry.body = "m";
    ASSERT_TRUE(send_all("q", entries));
    ASSERT_TRUE(send("q", "one more"));
    EXPECT_THAT(receive("q", 10'000), SizeIs(10'000));
    EXPECT_THAT(receive("q", 10'000), SizeIs(1));
    EXPECT_THAT(try_receive("q", request(10'001)), FailsWith(QueueErrc::invalid_parameter));
    EXPECT_THAT(try_receive("q", request(0)), FailsWith(QueueErrc::invalid_parameter));
}

TEST_F(Queue, a_body_of_any_allowed_size_comes_back_unharmed_also_after_moves_and_restarts) {
    ASSERT_TRUE(create("dead"));
    ASSERT_TRUE(create("q", with_redrive("dead", 1)));
    const std::string body(1024 * 1024, 'b');
    ASSERT_TRUE(send("q", body));
    EXPECT_EQ(receive("q").at(0).body, body);
    advance(30s);
    EXPECT_THAT(receive("q"), IsEmpty());
    restart();
    const auto message = receive("dead").at(0);
    EXPECT_EQ(message.body, body);
    EXPECT_TRUE(remove("dead", message.receipt_handle));
    auto reader = store_->read();
    auto rows = reader->prepare("SELECT count(*) FROM message_contents");
    rows.step();
    EXPECT_EQ(rows.integer(0), 0) << "a long content goes with its message";
}

TEST_F(Queue, the_size_limit_counts_body_and_attributes) {
    QueueAttributes attributes;
    attributes.max_message_size = 1024;
    ASSERT_TRUE(create("q", attributes));
    EXPECT_TRUE(send("q", std::string(1024, 'x')));
    EXPECT_THAT(send("q", std::string(1025, 'x')), FailsWith(QueueErrc::message_too_long));
    SendRequest entry;
    entry.body = std::string(1024 - 3 - 6 - 1, 'x');
    entry.attributes = {{"key", {"String", "v"}}};
    EXPECT_TRUE(send("q", entry));
    entry.body += 'x';
    EXPECT_THAT(send("q", entry), FailsWith(QueueErrc::message_too_long));
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

TEST_F(Queue, peek_shows_messages_without_receiving_them) {
    ASSERT_TRUE(create("q"));
    ASSERT_TRUE(send("q", "a"));
    ASSERT_TRUE(send("q", "b"));
    (void)receive("q", 1);
    const auto seen = engine_->peek("q", 10).value();
    EXPECT_THAT(bodies(seen), ElementsAre("a", "b"));
    EXPECT_EQ(seen[0].receive_count, 1u);
    EXPECT_EQ(seen[0].receipt_handle, "");
    EXPECT_THAT(engine_->peek("q", 1).value(), SizeIs(1));
    EXPECT_THAT(receive_bodies("q"), ElementsAre("b"));
    EXPECT_THAT(engine_->peek("none", 1), FailsWith(QueueErrc::no_such_queue));
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

TEST_F(Queue, sending_and_deleting_can_be_part_of_a_larger_transaction) {
    ASSERT_TRUE(create("q"));
    ASSERT_TRUE(send("q", "consumed"));
    const auto handle = receive("q").at(0).receipt_handle;
    SendRequest entry;
    entry.body = "effect";
    const auto both = [&](model::Transaction& transaction) -> base::Result<> {
        if (auto sent = engine_->send_in(transaction, "q", entry); !sent) return sent.error();
        return engine_->remove_message_in(transaction, "q", handle);
    };
    const auto failed = storage::test::write(*store_, [&](model::Transaction& transaction) -> base::Result<> {
        if (auto done = both(transaction); !done) return done;
        return base::Error(std::make_error_code(std::errc::invalid_argument), "something else failed");
    });
    EXPECT_TRUE(failed.has_error());
    EXPECT_EQ(info("q").visible, 0u);
    EXPECT_EQ(info("q").in_flight, 1u);
    ASSERT_TRUE(storage::test::write(*store_, both));
    EXPECT_EQ(info("q").in_flight, 0u);
    EXPECT_THAT(receive_bodies("q"), ElementsAre("effect"));
    ASSERT_TRUE(storage::test::write(*store_, [&](model::Transaction& transaction) -> base::Result<> {
        EXPECT_THAT(engine_->send_in(transaction, "none", entry), FailsWith(QueueErrc::no_such_queue));
        EXPECT_THAT(engine_->remove_message_in(transaction, "none", handle),
                    FailsWith(QueueErrc::no_such_queue));
        return {};
    }));
}

TEST_F(Queue, a_queue_that_does_not_exist_is_an_error_of_every_call) {
    EXPECT_THAT(send("none", "m"), FailsWith(QueueErrc::no_such_queue));
    EXPECT_THAT(try_receive("none", request(1)), FailsWith(QueueErrc::no_such_queue));
    EXPECT_THAT(try_receive("none", request(1, 20s)), FailsWith(QueueErrc::no_such_queue));
    EXPECT_THAT(remove("none", "x"), FailsWith(QueueErrc::no_such_queue));
    EXPECT_THAT(change_visibility("none", "x", 1s), FailsWith(QueueErrc::no_such_queue));
    EXPECT_THAT(engine_->info("none"), FailsWith(QueueErrc::no_such_queue));
    EXPECT_THAT(purge("none"), FailsWith(QueueErrc::no_such_queue));
    EXPECT_THAT(remove_queue("none"), FailsWith(QueueErrc::no_such_queue));
    EXPECT_THAT(set_attributes("none", {}), FailsWith(QueueErrc::no_such_queue));
}

TEST_F(Queue, no_more_than_120000_messages_are_in_flight) {
    QueueAttributes attributes;
    attributes.visibility_timeout = 1h;
    ASSERT_TRUE(create("q", attributes));
    std::vector<SendRequest> entries(10'000);
    for (auto& entry : entries)
        entry.body = "m";
    for (int i = 0; i < 12; ++i)
        ASSERT_TRUE(send_all("q", entries));
    ASSERT_TRUE(send("q", "one too many"));
    Messages last;
    for (int i = 0; i < 12; ++i)
        last = receive("q", 10'000);
    ASSERT_THAT(last, SizeIs(10'000));
    EXPECT_THAT(try_receive("q", request(1)), FailsWith(QueueErrc::over_limit));
    auto waiting = start_receive("q", request(1, 20s));
    EXPECT_FALSE(waiting.is_done()) << "a long poll waits instead";
    advance(20s);
    EXPECT_THAT(waiting.get().value(), IsEmpty());
    ASSERT_TRUE(remove("q", last[0].receipt_handle));
    EXPECT_THAT(receive_bodies("q"), ElementsAre("one too many"));
}

}  // namespace
}  // namespace faasd::queue
