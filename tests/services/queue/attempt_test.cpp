#include "services/queue/queue_fixture.hpp"

namespace faasd::queue {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::IsEmpty;

class ReceiveAttempt : public QueueTest {
  protected:
    ReceiveAttempt() {
        EXPECT_TRUE(create("q.fifo", fifo()));
        EXPECT_TRUE(send_fifo("1", "g"));
        EXPECT_TRUE(send_fifo("2", "g"));
        EXPECT_TRUE(send_fifo("3", "g"));
    }
    Messages attempt(std::string id, std::uint32_t max = 2) {
        ReceiveRequest r = request(max);
        r.attempt_id = std::move(id);
        return try_receive("q.fifo", r).value();
    }
};

TEST_F(ReceiveAttempt, a_receive_that_is_tried_again_gets_the_same_messages_with_the_same_handles) {
    const auto first = attempt("a");
    EXPECT_THAT(bodies(first), ElementsAre("1", "2"));
    advance(20s);
    restart();
    const auto again = attempt("a");
    ASSERT_THAT(bodies(again), ElementsAre("1", "2"));
    EXPECT_EQ(again[0].receipt_handle, first[0].receipt_handle);
    EXPECT_EQ(again[0].receive_count, 1u);
    advance(20s);
    EXPECT_THAT(receive("q.fifo"), IsEmpty()) << "they were hidden anew";
    EXPECT_TRUE(remove("q.fifo", first[0].receipt_handle));
}

TEST_F(ReceiveAttempt, another_attempt_gets_nothing_of_what_is_hidden) {
    (void)attempt("a");
    EXPECT_THAT(attempt("b"), IsEmpty());
    EXPECT_THAT(attempt(""), IsEmpty());
}

TEST_F(ReceiveAttempt, an_attempt_whose_messages_were_handled_is_a_receive_as_any_other) {
    const auto first = attempt("a");
    ASSERT_TRUE(remove("q.fifo", first[0].receipt_handle));
    EXPECT_THAT(attempt("a"), IsEmpty()) << "the second is in flight";
    ASSERT_TRUE(change_visibility("q.fifo", first[1].receipt_handle, 0s));
    EXPECT_THAT(bodies(attempt("a")), ElementsAre("2", "3"));
}

TEST_F(ReceiveAttempt, an_attempt_is_forgotten_after_five_minutes) {
    ReceiveRequest r = request(2, {}, 600s);
    r.attempt_id = "a";
    ASSERT_THAT(bodies(try_receive("q.fifo", r).value()), ElementsAre("1", "2"));
    advance(5min);
    EXPECT_THAT(try_receive("q.fifo", r).value(), IsEmpty());
}

}  // namespace
}  // namespace faasd::queue
