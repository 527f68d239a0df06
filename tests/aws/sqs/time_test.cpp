// What depends on the clock.
#include "aws/sqs/sqs_fixture.hpp"

namespace faasd::aws::sqs::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class SqsTime : public SqsTest {
  protected:
    Answer change(const std::string& url, const std::string& handle, int seconds) {
        return call("ChangeMessageVisibility",
                    {{"QueueUrl", url}, {"ReceiptHandle", handle}, {"VisibilityTimeout", seconds}});
    }
    Answer remove_message(const std::string& url, const std::string& handle) {
        return call("DeleteMessage", {{"QueueUrl", url}, {"ReceiptHandle", handle}});
    }
};

TEST_F(SqsTime, a_message_comes_back_when_its_visibility_timeout_ends) {
    const auto url = make_queue("q", {{"VisibilityTimeout", "10"}});
    send_text(url, "x");
    const auto handle = receive_handle(url);
    ASSERT_EQ(change(url, handle, 60).status, 200u);
    advance(59s);
    EXPECT_THAT(received_bodies(url), IsEmpty());
    advance(1s);
    const auto message = receive_all(url, {{"AttributeNames", {"All"}}}).at(0);
    EXPECT_EQ(message["Attributes"]["ApproximateReceiveCount"], "2");
    EXPECT_EQ(message["Attributes"]["SentTimestamp"], "1700000000000");
    EXPECT_EQ(message["Attributes"]["ApproximateFirstReceiveTimestamp"], "1700000000000");
}

TEST_F(SqsTime, a_handle_of_an_older_receive_still_deletes_but_does_not_change_visibility) {
    const auto url = make_queue("q");
    send_text(url, "x");
    const auto old = receive_handle(url);
    advance(30s);
    EXPECT_EQ(change(url, old, 5).error(), "MessageNotInflight");
    (void)receive_handle(url);
    EXPECT_EQ(change(url, old, 5).error(), "MessageNotInflight");
    EXPECT_EQ(remove_message(url, old).status, 200u);
    advance(30s);
    EXPECT_THAT(received_bodies(url), IsEmpty());
    const Answer gone = change(url, old, 5);
    EXPECT_EQ(gone.message(),
              "Value " + old +
                  " for parameter ReceiptHandle is invalid. Reason: Message does not exist or is "
                  "not available for visibility timeout change.");
    EXPECT_EQ(gone.headers.at("x-amzn-query-error"), "InvalidParameterValue;Sender");
}

TEST_F(SqsTime, a_handle_of_a_fifo_queue_ends_with_the_visibility_timeout) {
    const auto url = make_queue("q.fifo", {{"FifoQueue", "true"}, {"ContentBasedDeduplication", "true"}});
    send_text(url, "x", {{"MessageGroupId", "g"}});
    const auto handle = receive_handle(url);
    advance(30s);
    EXPECT_EQ(remove_message(url, handle).message(),
              "Value " + handle +
                  " for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.");
    EXPECT_THAT(received_bodies(url), ElementsAre("x"));
}

TEST_F(SqsTime, a_message_is_hidden_for_twelve_hours_at_most) {
    const auto url = make_queue("q");
    send_text(url, "x");
    const auto handle = receive_handle(url);
    ASSERT_EQ(change(url, handle, 40000).status, 200u);
    advance(5000s);
    EXPECT_EQ(change(url, handle, 43200).message(),
              "Value 43200 for parameter VisibilityTimeout is invalid. Reason: Total "
              "VisibilityTimeout for the message is beyond the limit [43200 seconds].");
}

TEST_F(SqsTime, delays_are_kept) {
    const auto url = make_queue("q", {{"DelaySeconds", "10"}});
    send_text(url, "queue's");
    send_text(url, "own", {{"DelaySeconds", 20}});
    send_text(url, "none", {{"DelaySeconds", 0}});
    EXPECT_THAT(received_bodies(url), ElementsAre("none"));
    advance(10s);
    EXPECT_THAT(received_bodies(url), ElementsAre("queue's"));
    advance(10s);
    EXPECT_THAT(received_bodies(url), ElementsAre("own"));
    const json counts =
        done("GetQueueAttributes", {{"QueueUrl", url}, {"AttributeNames", {"All"}}})["Attributes"];
    EXPECT_EQ(counts["ApproximateNumberOfMessagesNotVisible"], "3");
}

TEST_F(SqsTime, a_message_is_not_taken_twice_within_five_minutes) {
    const auto url = make_queue("q.fifo", {{"FifoQueue", "true"}});
    const auto send_one = [&] {
        return send_text(url, "x", {{"MessageGroupId", "g"}, {"MessageDeduplicationId", "d"}})["MessageId"];
    };
    const auto first = send_one();
    advance(299s);
    EXPECT_EQ(send_one(), first);
    advance(1s);
    EXPECT_NE(send_one(), first);
}

TEST_F(SqsTime, a_queue_can_be_purged_again_after_a_minute) {
    const auto url = make_queue("q");
    ASSERT_EQ(call("PurgeQueue", {{"QueueUrl", url}}).status, 200u);
    advance(59s);
    const Answer refused = call("PurgeQueue", {{"QueueUrl", url}});
    EXPECT_EQ(refused.status, 403u);
    EXPECT_EQ(refused.error(), "PurgeQueueInProgress");
    advance(1s);
    EXPECT_EQ(call("PurgeQueue", {{"QueueUrl", url}}).status, 200u);
}

TEST_F(SqsTime, a_long_poll_waits_as_long_as_it_says) {
    const auto url = make_queue("q", {{"ReceiveMessageWaitTimeSeconds", "5"}});
    auto short_one = start("ReceiveMessage", {{"QueueUrl", url}});
    auto long_one = start("ReceiveMessage", {{"QueueUrl", url}, {"WaitTimeSeconds", 20}});
    EXPECT_EQ(call("ReceiveMessage", {{"QueueUrl", url}, {"WaitTimeSeconds", 0}}).text, "{}");
    settle();
    EXPECT_FALSE(short_one.has_answer());
    advance(5s);
    EXPECT_EQ(short_one.get().text, "{}");
    EXPECT_FALSE(long_one.has_answer());
    send_text(url, "x");
    EXPECT_EQ(long_one.get().body()["Messages"][0]["Body"], "x");
}

TEST_F(SqsTime, a_client_that_goes_away_takes_no_message_with_it) {
    const auto url = make_queue("q");
    auto gone = start("ReceiveMessage", {{"QueueUrl", url}, {"WaitTimeSeconds", 20}});
    settle();
    gone.client_goes_away();
    EXPECT_EQ(gone.get().text, "{}");
    send_text(url, "x");
    EXPECT_THAT(received_bodies(url), ElementsAre("x"));
}

TEST_F(SqsTime, removing_a_queue_ends_the_polls_of_it) {
    const auto url = make_queue("q");
    auto waiting = start("ReceiveMessage", {{"QueueUrl", url}, {"WaitTimeSeconds", 20}});
    settle();
    ASSERT_EQ(call("DeleteQueue", {{"QueueUrl", url}}).status, 200u);
    EXPECT_EQ(waiting.get().error(), "QueueDoesNotExist");
    EXPECT_EQ(make_queue("q"), url) << "it can be made again at once";
}

TEST_F(SqsTime, a_move_keeps_to_its_rate) {
    const auto dead = make_queue("dead"), other = make_queue("other");
    const std::string arn = "arn:aws:sqs:us-east-1:000000000000:";
    make_queue("source", {{"RedrivePolicy",
                           json{{"deadLetterTargetArn", arn + "dead"}, {"maxReceiveCount", 1}}.dump()}});
    for (int i = 0; i < 5; ++i)
        send_text(dead, std::to_string(i));
    done("StartMessageMoveTask", {{"SourceArn", arn + "dead"},
                                  {"DestinationArn", arn + "other"},
                                  {"MaxNumberOfMessagesPerSecond", 2}});
    settle();
    for (int i = 0; i < 6; ++i) {
        advance(500ms);
        settle();
    }
    EXPECT_EQ(received_bodies(other).size(), 5u);
    const json task = done("ListMessageMoveTasks", {{"SourceArn", arn + "dead"}})["Results"][0];
    EXPECT_EQ(task["Status"], "COMPLETED");
    EXPECT_EQ(task["StartedTimestamp"], 1700000000000);
}

}  // namespace
}  // namespace faasd::aws::sqs::test
