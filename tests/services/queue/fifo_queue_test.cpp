#include "base/digest.hpp"
#include "services/queue/queue_fixture.hpp"

namespace faasd::queue {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

class FifoQueue : public QueueTest {
  protected:
    FifoQueue() { EXPECT_TRUE(create("q.fifo", fifo())); }
};

TEST_F(FifoQueue, one_receive_gets_several_messages_of_a_group_in_order) {
    for (const char* body : {"1", "2", "3"})
        ASSERT_TRUE(send_fifo(body, "g"));
    const auto messages = receive("q.fifo");
    EXPECT_THAT(bodies(messages), ElementsAre("1", "2", "3"));
    EXPECT_EQ(messages[0].group_id, "g");
    EXPECT_EQ(messages[0].deduplication_id, "1");
}

TEST_F(FifoQueue, while_a_message_of_a_group_is_in_flight_no_later_one_is_delivered) {
    for (const char* body : {"1", "2", "3"})
        ASSERT_TRUE(send_fifo(body, "g"));
    const auto first = receive("q.fifo", 2);
    EXPECT_THAT(bodies(first), ElementsAre("1", "2"));
    EXPECT_THAT(receive("q.fifo"), IsEmpty());
    ASSERT_TRUE(remove("q.fifo", first[0].receipt_handle));
    EXPECT_THAT(receive("q.fifo"), IsEmpty()) << "the second is still in flight";
    ASSERT_TRUE(remove("q.fifo", first[1].receipt_handle));
    EXPECT_THAT(receive_bodies("q.fifo"), ElementsAre("3"));
}

TEST_F(FifoQueue, a_message_that_was_not_deleted_comes_again_before_the_later_ones) {
    for (const char* body : {"1", "2", "3"})
        ASSERT_TRUE(send_fifo(body, "g"));
    const auto first = receive("q.fifo", 2);
    ASSERT_TRUE(remove("q.fifo", first[1].receipt_handle));
    advance(30s);
    EXPECT_THAT(receive_bodies("q.fifo"), ElementsAre("1", "3"));
}

TEST_F(FifoQueue, a_group_in_flight_does_not_block_the_others) {
    ASSERT_TRUE(send_fifo("a1", "a"));
    ASSERT_TRUE(send_fifo("b1", "b"));
    ASSERT_TRUE(send_fifo("a2", "a"));
    ASSERT_TRUE(send_fifo("c1", "c"));
    EXPECT_THAT(receive_bodies("q.fifo", 1), ElementsAre("a1"));
    EXPECT_THAT(receive_bodies("q.fifo"), UnorderedElementsAre("b1", "c1"));
}

TEST_F(FifoQueue, a_large_blocked_group_costs_the_others_nothing) {
    std::vector<SendRequest> entries(10'000);
    for (std::size_t i = 0; i < entries.size(); ++i) {
        entries[i].body = entries[i].deduplication_id = std::to_string(i);
        entries[i].group_id = "large";
    }
    ASSERT_TRUE(send_all("q.fifo", entries));
    ASSERT_TRUE(send_fifo("x", "small"));
    EXPECT_THAT(receive_bodies("q.fifo", 1), ElementsAre("0"));
    EXPECT_THAT(receive_bodies("q.fifo", 1), ElementsAre("x"));
}

TEST_F(FifoQueue, giving_a_message_back_frees_its_group) {
    ASSERT_TRUE(send_fifo("1", "g"));
    ASSERT_TRUE(send_fifo("2", "g"));
    const auto handle = receive("q.fifo", 1).at(0).receipt_handle;
    ASSERT_TRUE(change_visibility("q.fifo", handle, 0s));
    EXPECT_THAT(receive_bodies("q.fifo"), ElementsAre("1", "2"));
}

TEST_F(FifoQueue, an_expired_handle_cannot_delete) {
    ASSERT_TRUE(send_fifo("1", "g"));
    const auto handle = receive("q.fifo").at(0).receipt_handle;
    advance(30s);
    EXPECT_THAT(remove("q.fifo", handle), FailsWith(QueueErrc::receipt_handle_expired));
    const auto second = receive("q.fifo").at(0).receipt_handle;
    EXPECT_THAT(remove("q.fifo", handle), FailsWith(QueueErrc::receipt_handle_expired));
    EXPECT_TRUE(remove("q.fifo", second));
    EXPECT_TRUE(remove("q.fifo", second)) << "deleting what is gone succeeds";
}

TEST_F(FifoQueue, sequence_numbers_have_20_digits_and_increase_also_over_restarts) {
    std::string last;
    for (int i = 0; i < 6; ++i) {
        const auto sent = send_fifo(std::to_string(i), "g").value();
        ASSERT_TRUE(sent.sequence_number);
        EXPECT_THAT(*sent.sequence_number, SizeIs(20));
        EXPECT_GT(*sent.sequence_number, last);
        last = *sent.sequence_number;
        const auto received = receive("q.fifo").at(0);
        EXPECT_EQ(received.sequence_number, last);
        ASSERT_TRUE(remove("q.fifo", received.receipt_handle));
        if (i % 2 == 1) restart();
    }
}

TEST_F(FifoQueue, a_deduplication_id_is_accepted_once_in_five_minutes) {
    const auto first = send_fifo("one", "g", "id").value();
    const auto again = send_fifo("two", "g", "id").value();
    EXPECT_EQ(again.message_id, first.message_id);
    EXPECT_EQ(again.sequence_number, first.sequence_number);
    const auto messages = receive("q.fifo");
    EXPECT_THAT(bodies(messages), ElementsAre("one"));
    ASSERT_TRUE(remove("q.fifo", messages[0].receipt_handle));
    restart();
    advance(5min - 1us);
    ASSERT_TRUE(send_fifo("three", "g", "id"));
    EXPECT_THAT(receive("q.fifo"), IsEmpty()) << "also when the first was received and deleted";
    advance(1us);
    ASSERT_TRUE(send_fifo("four", "g", "id"));
    EXPECT_THAT(receive_bodies("q.fifo"), ElementsAre("four"));
}

TEST_F(FifoQueue, deduplication_can_be_by_content) {
    auto attributes = fifo();
    attributes.content_based_deduplication = true;
    ASSERT_TRUE(set_attributes("q.fifo", attributes));
    SendRequest entry;
    entry.body = "same";
    entry.group_id = "g";
    const auto first = send("q.fifo", entry).value();
    entry.attributes = {{"differs", {"String", "but does not count"}}};
    EXPECT_EQ(send("q.fifo", entry).value().message_id, first.message_id);
    entry.deduplication_id = "explicit-wins";
    EXPECT_NE(send("q.fifo", entry).value().message_id, first.message_id);
    const auto messages = receive("q.fifo");
    ASSERT_THAT(messages, SizeIs(2));
    EXPECT_EQ(messages[0].deduplication_id, base::sha256_hex("same"));
}

TEST_F(FifoQueue, deduplication_is_for_the_queue_or_for_each_group) {
    ASSERT_TRUE(send_fifo("m", "a", "id"));
    ASSERT_TRUE(send_fifo("m", "b", "id"));
    EXPECT_THAT(receive("q.fifo"), SizeIs(1));
    auto attributes = fifo();
    attributes.deduplicate_by_group = true;
    ASSERT_TRUE(set_attributes("q.fifo", attributes));
    ASSERT_TRUE(send_fifo("m", "c", "id2"));
    ASSERT_TRUE(send_fifo("m", "d", "id2"));
    EXPECT_THAT(receive("q.fifo"), SizeIs(2));
}

TEST_F(FifoQueue, what_a_message_needs_and_must_not_have_is_checked) {
    SendRequest entry;
    entry.body = "m";
    EXPECT_THAT(send("q.fifo", entry), FailsWith(QueueErrc::missing_group_id)) << "no group";
    entry.group_id = "g";
    EXPECT_THAT(send("q.fifo", entry), FailsWith(QueueErrc::missing_deduplication_id)) << "no deduplication id";
    entry.deduplication_id = "id";
    entry.delay = 1s;
    EXPECT_THAT(send("q.fifo", entry), FailsWith(QueueErrc::wrong_queue_type)) << "own delay";
    entry.delay.reset();
    EXPECT_TRUE(send("q.fifo", entry));
    entry.group_id = "no spaces";
    EXPECT_THAT(send("q.fifo", entry), FailsWith(QueueErrc::invalid_parameter));
    entry.group_id = std::string(129, 'g');
    EXPECT_THAT(send("q.fifo", entry), FailsWith(QueueErrc::invalid_parameter));
    ASSERT_TRUE(create("standard"));
    entry.group_id = "g";
    EXPECT_THAT(send("standard", entry), FailsWith(QueueErrc::wrong_queue_type)) << "deduplication id";
    entry.deduplication_id.clear();
    EXPECT_TRUE(send("standard", entry)) << "a group id makes a fair queue of it";
    EXPECT_EQ(receive("standard").at(0).group_id, "g");
}

TEST_F(FifoQueue, the_delay_of_the_queue_holds_messages_back_in_order) {
    auto attributes = fifo();
    attributes.delay = 10s;
    ASSERT_TRUE(set_attributes("q.fifo", attributes));
    ASSERT_TRUE(send_fifo("1", "g"));
    advance(5s);
    ASSERT_TRUE(send_fifo("2", "g"));
    EXPECT_THAT(receive("q.fifo"), IsEmpty());
    advance(5s);
    const auto first = receive("q.fifo");
    EXPECT_THAT(bodies(first), ElementsAre("1"));
    advance(5s);
    EXPECT_THAT(receive("q.fifo"), IsEmpty());
    ASSERT_TRUE(remove("q.fifo", first[0].receipt_handle));
    EXPECT_THAT(receive_bodies("q.fifo"), ElementsAre("2"));
}

TEST_F(FifoQueue, a_deletion_wakes_a_receiver_that_waits_for_the_group) {
    ASSERT_TRUE(send_fifo("1", "g"));
    ASSERT_TRUE(send_fifo("2", "g"));
    const auto handle = receive("q.fifo", 1).at(0).receipt_handle;
    auto waiting = start_receive("q.fifo", request(10, 20s));
    EXPECT_FALSE(waiting.is_done());
    ASSERT_TRUE(remove("q.fifo", handle));
    EXPECT_THAT(bodies(waiting.get().value()), ElementsAre("2"));
}

TEST_F(FifoQueue, the_end_of_a_lease_wakes_a_receiver_that_waits) {
    ASSERT_TRUE(send_fifo("1", "g"));
    ASSERT_TRUE(send_fifo("2", "g"));
    ASSERT_EQ(try_receive("q.fifo", request(1, 0s, 5s)).value().size(), 1u);
    auto waiting = start_receive("q.fifo", request(10, 20s));
    advance(5s);
    EXPECT_THAT(bodies(waiting.get().value()), ElementsAre("1", "2"));
}

TEST_F(FifoQueue, the_end_of_a_message_in_flight_wakes_a_receiver_that_waits_for_its_group) {
    auto attributes = fifo();
    attributes.retention = 60s;
    ASSERT_TRUE(set_attributes("q.fifo", attributes));
    ASSERT_TRUE(send_fifo("1", "g"));
    ASSERT_EQ(try_receive("q.fifo", request(1, 0s, 12h)).value().size(), 1U);
    advance(50s);
    ASSERT_TRUE(send_fifo("2", "g"));
    auto waiting = start_receive("q.fifo", request(1, 20s, 12h));
    advance(10s);  // it expires
    settle();
    ASSERT_TRUE(waiting.is_done());
    EXPECT_THAT(bodies(waiting.get().value()), ElementsAre("2"));
    waiting = start_receive("q.fifo", request(1, 20s, 12h));
    ASSERT_TRUE(send_fifo("3", "g"));
    settle();
    EXPECT_FALSE(waiting.is_done());
    ASSERT_TRUE(purge("q.fifo"));
    ASSERT_TRUE(send_fifo("4", "g"));
    EXPECT_THAT(bodies(waiting.get().value()), ElementsAre("4"));
}

TEST_F(FifoQueue, a_failed_message_goes_to_the_dead_letter_queue_and_blocked_its_group_only) {
    ASSERT_TRUE(create("dead.fifo", fifo()));
    ASSERT_TRUE(set_attributes("q.fifo", with_redrive("dead.fifo", 2, fifo())));
    ASSERT_TRUE(send_fifo("poison", "a"));
    ASSERT_TRUE(send_fifo("a2", "a"));
    ASSERT_TRUE(send_fifo("b1", "b"));
    const auto sent_at = clock_.now();
    EXPECT_THAT(receive_bodies("q.fifo", 1), ElementsAre("poison"));
    EXPECT_THAT(receive_bodies("q.fifo", 1), ElementsAre("b1"));
    advance(30s);
    EXPECT_THAT(bodies(receive("q.fifo", 1)), ElementsAre("poison"));
    advance(30s);
    EXPECT_THAT(receive_bodies("q.fifo"), UnorderedElementsAre("a2", "b1"));
    const auto dead = receive("dead.fifo");
    ASSERT_THAT(bodies(dead), ElementsAre("poison"));
    EXPECT_EQ(dead[0].group_id, "a");
    EXPECT_EQ(dead[0].receive_count, 3u);
    EXPECT_EQ(dead[0].sent_at, sent_at + 60s) << "on a FIFO queue the time of sending is renewed";
    EXPECT_EQ(info("q.fifo").visible + info("q.fifo").in_flight, 2u);
}

TEST_F(FifoQueue, what_an_internal_receiver_had_leased_comes_again_in_order_after_a_restart) {
    for (const char* body : {"1", "2", "3"})
        ASSERT_TRUE(send_fifo(body, "g"));
    auto internal = request(2);
    internal.internal = true;
    ASSERT_EQ(try_receive("q.fifo", internal).value().size(), 2u);
    restart();
    EXPECT_THAT(receive_bodies("q.fifo"), ElementsAre("1", "2", "3"));
}

TEST_F(FifoQueue, a_zero_visibility_timeout_delivers_each_message_once_a_receive) {
    for (const char* body : {"1", "2"})
        ASSERT_TRUE(send_fifo(body, "g"));
    EXPECT_THAT(bodies(try_receive("q.fifo", request(10, 0s, 0s)).value()), ElementsAre("1", "2"));
    EXPECT_THAT(bodies(try_receive("q.fifo", request(10, 0s, 0s)).value()), ElementsAre("1", "2"));
}

}  // namespace
}  // namespace faasd::queue
