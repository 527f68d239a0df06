#include "model/body_intake.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/queued_executor.hpp"

namespace faasd::model {
namespace {

using ::testing::ElementsAre;

struct Stream final : HttpBodyStream {
    void read(base::Completion<std::string_view> done) override { wanted = std::move(done); }
    [[nodiscard]] std::string trailers() const override { return "X-Sum: 1\r\n"; }
    void bring(base::Result<std::string_view> piece) { std::exchange(wanted, nullptr)(std::move(piece)); }
    base::Completion<std::string_view> wanted;
};

class BodyIntake : public ::testing::Test {
  protected:
    void SetUp() override {
        take_in(stream_, executor_, {[this](std::string_view bytes) {
                                         taken_.emplace_back(bytes);
                                         if (while_taking_) std::exchange(while_taking_, nullptr)();
                                         return wants_more_;
                                     },
                                     [this](base::Result<std::string> end) { ends_.push_back(std::move(end)); }});
    }

    Stream stream_;
    const std::shared_ptr<QueuedExecutor> executor_ = std::make_shared<QueuedExecutor>();
    std::vector<std::string> taken_;
    std::vector<base::Result<std::string>> ends_;
    bool wants_more_ = true;
    base::UniqueFunction<void()> while_taking_;
};

TEST_F(BodyIntake, hands_the_bytes_over_in_order_and_then_the_trailers) {
    stream_.bring("one");
    executor_->run();
    stream_.bring("two");
    executor_->run();
    EXPECT_TRUE(ends_.empty());
    stream_.bring("");
    executor_->run();
    EXPECT_THAT(taken_, ElementsAre("one", "two"));
    ASSERT_EQ(ends_.size(), 1U);
    EXPECT_EQ(ends_[0].value(), "X-Sum: 1\r\n");
}

TEST_F(BodyIntake, reads_on_while_bytes_are_worked_on_and_hands_over_what_came_in_one_piece) {
    stream_.bring("one");
    while_taking_ = [this] {
        stream_.bring("two");
        stream_.bring("three");
    };
    executor_->run();
    EXPECT_THAT(taken_, ElementsAre("one", "twothree"));
    EXPECT_TRUE(stream_.wanted);
}

TEST_F(BodyIntake, asks_for_no_more_than_it_may_hold) {
    const std::string piece(64 * 1024, 'x');
    for (int i = 0; i < 4; ++i) {
        ASSERT_TRUE(stream_.wanted);
        stream_.bring(piece);
    }
    EXPECT_FALSE(stream_.wanted);
    executor_->run();
    EXPECT_TRUE(stream_.wanted);
    ASSERT_EQ(taken_.size(), 1U);
    EXPECT_EQ(taken_[0].size(), 4 * piece.size());
}

TEST_F(BodyIntake, calls_nobody_after_a_refusal) {
    wants_more_ = false;
    stream_.bring("one");
    executor_->run();
    stream_.bring("two");
    EXPECT_FALSE(stream_.wanted);
    executor_->run();
    EXPECT_THAT(taken_, ElementsAre("one"));
    EXPECT_TRUE(ends_.empty());
}

TEST_F(BodyIntake, tells_that_the_client_broke_off) {
    stream_.bring("one");
    stream_.bring(base::Error(std::make_error_code(std::errc::connection_reset)));
    executor_->run();
    EXPECT_THAT(taken_, ElementsAre("one"));
    ASSERT_EQ(ends_.size(), 1U);
    EXPECT_EQ(ends_[0].error().code, std::errc::connection_reset);
}

}  // namespace
}  // namespace faasd::model
