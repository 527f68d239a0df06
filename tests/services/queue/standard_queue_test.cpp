// Messages are sent, received and deleted, one by one, in batches and within transactions.
#include "services/queue/queue_fixture.hpp"

namespace faasd::queue {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

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

}  // namespace
}  // namespace faasd::queue
