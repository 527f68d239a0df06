// The mistakes in queues, buckets and tables.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config_support.hpp"

namespace faasd::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::mistakes;
using testing::with_f;

TEST(Mistake, in_a_queue) {
    EXPECT_THAT(mistakes("queues: { q: { fifo: true } }"),
                ElementsAre("1:22: error: the name of a FIFO queue ends in .fifo | call it 'q.fifo'"));
    EXPECT_THAT(mistakes("queues: { q.fifo: { fifo: false } }"),
                ElementsAre(HasSubstr("1:27: error: a queue whose name ends in .fifo is a FIFO queue")));
    EXPECT_THAT(mistakes("queues: { q: { content_based_deduplication: true } }"),
                ElementsAre(HasSubstr("1:45: error: 'content_based_deduplication' is for FIFO queues only")));
    EXPECT_THAT(
        mistakes("queues: { q.fifo: { deduplication_scope: messagegroup } }"),
        ElementsAre(
            "1:42: error: 'deduplication_scope' can't be 'messagegroup' | did you mean 'messageGroup'? "
            "allowed: queue, messageGroup"));
    EXPECT_THAT(mistakes("queues: { q: { dead_letter_queue: q } }"),
                ElementsAre("1:35: error: a queue can't be its own dead-letter queue"));
    EXPECT_THAT(
        mistakes("queues: { q.fifo: { dead_letter_queue: d }, d: {} }"),
        ElementsAre(
            "1:40: error: queue 'q.fifo' is a FIFO queue, its dead-letter queue is not | the dead-letter "
            "queue of a FIFO queue is a FIFO queue: its name ends in .fifo"));
    EXPECT_THAT(mistakes("queues: { q: { dead_letter_queue: { max_receive_count: 0 } } }"),
                ElementsAre(HasSubstr("1:35: error: dead_letter_queue of queue 'q' needs 'queue'"),
                            HasSubstr("1:56: error: 'max_receive_count': '0' is out of range")));
    EXPECT_THAT(
        mistakes("queues: { q: { max_message_size: 2MiB } }"),
        ElementsAre(
            "1:34: error: 'max_message_size': '2MiB' is out of range | allowed: a size, 1 KiB to 1 MiB"));
    EXPECT_THAT(mistakes("queues: [a, a]"), ElementsAre("1:13: error: 'a' is there twice"));
    EXPECT_THAT(mistakes("queues: { q: { consumer: { batch_size: 10001 } } }"),
                ElementsAre(HasSubstr("1:26: error: consumer of queue 'q' needs 'function'"),
                            HasSubstr("1:40: error: 'batch_size': '10001' is out of range")));
}

TEST(Mistake, of_a_dead_letter_queue_that_is_fifo_for_calls_or_notifications) {
    EXPECT_THAT(mistakes("functions: { f: { module: x.so, dead_letter_queue: d.fifo } }\nqueues: [d.fifo]\n"
                         "buckets: { photos: { notifications: [{ queue: d.fifo }] } }\n"),
                ElementsAre(HasSubstr("1:52: error: the dead-letter queue of function 'f' is a FIFO queue"),
                            HasSubstr("3:47: error: a bucket can't notify a FIFO queue")));
}

TEST(Warning, of_a_visibility_timeout_that_is_shorter_than_the_functions_timeout) {
    const LoadResult result = testing::read(with_f("queues: { q: { visibility_timeout: 5s, consumer: f } }"));
    EXPECT_TRUE(result.app);
    ASSERT_EQ(result.diagnostics.size(), 1U);
    EXPECT_EQ(result.diagnostics[0].severity, Severity::warning);
    EXPECT_THAT(
        render(result.diagnostics[0]),
        HasSubstr(
            "2:36: warning: the visibility timeout of queue 'q' (5s) is shorter than the timeout of function "
            "'f' (30s)"));
}

TEST(Warning, of_a_dead_letter_queue_that_forgets_sooner_than_its_source) {
    EXPECT_THAT(mistakes("queues: { q: { dead_letter_queue: d }, d: { retention: 1d } }"),
                ElementsAre(HasSubstr(
                    "1:35: warning: the dead-letter queue keeps messages for 1d, its source for 4d")));
}

TEST(Mistake, in_a_bucket) {
    EXPECT_THAT(mistakes("buckets: { Photos: {} }"),
                ElementsAre(HasSubstr("1:12: error: 'Photos' can't be the name of a bucket")));
    EXPECT_THAT(mistakes("buckets: { photos: { notifications: [{ events: [ObjectCreate] }] } }"),
                ElementsAre(HasSubstr("1:38: error: notification of bucket 'photos' goes nowhere"),
                            HasSubstr("1:49: error: 'events' can't be 'ObjectCreate' | did you mean")));
    EXPECT_THAT(
        mistakes(with_f("buckets: { photos: { notifications: [{ function: f, queue: q }] } }\nqueues: [q]")),
        ElementsAre(
            HasSubstr("2:38: error: notification of bucket 'photos' has both 'function' and 'queue'")));
}

TEST(Mistake, in_a_table) {
    EXPECT_THAT(mistakes("tables: { users: {} }"),
                ElementsAre(HasSubstr("1:11: error: table 'users' needs 'key'")));
    EXPECT_THAT(
        mistakes("tables: { users: { key: id:strng } }"),
        ElementsAre(
            "1:25: error: 'key': 'id:strng' has an unknown type | did you mean 'string'? allowed: string, "
            "number, binary"));
    EXPECT_THAT(mistakes("tables: { users: { key: { hash: a, range: a } } }"),
                ElementsAre(HasSubstr("1:25: error: the hash and range key are the same attribute 'a'")));
    EXPECT_THAT(
        mistakes(
            "tables: { users: { key: a, indexes: { by_b: { key: { hash: b, range: c }, local: true } } } }"),
        ElementsAre(HasSubstr("error: the local index 'by_b' has another hash key than its table")));
    EXPECT_THAT(
        mistakes("tables: { users: { key: a, indexes: { by_a: { key: \"a:number\" } } } }"),
        ElementsAre(HasSubstr("1:52: error: the attribute 'a' is a number here and a string elsewhere")));
    EXPECT_THAT(
        mistakes("tables: { users: { key: a, stream: NEW_IMAGE } }"),
        ElementsAre(HasSubstr("1:36: error: 'stream' can't be 'NEW_IMAGE' | did you mean 'new_image'?")));
    EXPECT_THAT(
        mistakes("tables: { users: { partition_key: a } }"),
        ElementsAre(
            HasSubstr("1:11: error: table 'users' needs 'key'"),
            HasSubstr("1:20: error: unknown key 'partition_key' in table 'users' | write key: { hash: ")));
}

}  // namespace
}  // namespace faasd::config
