// How large and how many: messages, batches, and what is in flight.
#include "services/queue/queue_fixture.hpp"

namespace faasd::queue {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

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
