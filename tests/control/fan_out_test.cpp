#include <gmock/gmock.h>

#include "control/fan_out.hpp"

namespace faasd::control::test {
namespace {

using Outcomes = std::vector<model::Outcome>;

// Keeps the calls, for the test to end.
class Held final : public model::Invoker {
  public:
    void invoke(model::Invocation invocation, base::UniqueFunction<void(model::Outcome)> done) override {
        if (at_once) return done({});
        calls.emplace_back(std::move(invocation.function), std::move(done));
    }
    [[nodiscard]] bool has_function(std::string_view) const override { return true; }
    void end(std::size_t index, model::Outcome outcome = {}) {
        outcome.request_id = calls[index].first;
        std::exchange(calls[index].second, nullptr)(std::move(outcome));
    }
    std::vector<std::pair<std::string, base::UniqueFunction<void(model::Outcome)>>> calls;
    bool at_once = false;
};

std::vector<model::Invocation> calls(std::size_t count) {
    std::vector<model::Invocation> list(count);
    for (std::size_t i = 0; i < count; ++i)
        list[i].function = std::to_string(i);
    return list;
}

TEST(FanOut, keeps_the_order_of_the_calls_whatever_the_order_of_their_ends) {
    Held invoker;
    Outcomes got;
    std::make_shared<FanOut>(invoker, calls(3), 10, [&](Outcomes outcomes) { got = std::move(outcomes); })->start();
    ASSERT_EQ(invoker.calls.size(), 3U);
    model::Outcome failed;
    failed.status = model::OutcomeStatus::function_error;
    invoker.end(2);
    invoker.end(0, std::move(failed));
    EXPECT_TRUE(got.empty());
    invoker.end(1);
    ASSERT_EQ(got.size(), 3U);
    for (std::size_t i = 0; i < 3; ++i)
        EXPECT_EQ(got[i].request_id, std::to_string(i));
    EXPECT_EQ(got[0].status, model::OutcomeStatus::function_error);
    EXPECT_EQ(got[1].status, model::OutcomeStatus::success);
}

TEST(FanOut, runs_no_more_at_once_than_it_may) {
    Held invoker;
    bool done = false;
    std::make_shared<FanOut>(invoker, calls(5), 2, [&](const Outcomes&) { done = true; })->start();
    for (std::size_t i = 0; i < 5; ++i) {
        EXPECT_EQ(invoker.calls.size(), std::min<std::size_t>(i + 2, 5));
        EXPECT_FALSE(done);
        invoker.end(i);
    }
    EXPECT_TRUE(done);
}

TEST(FanOut, calls_that_end_at_once_need_no_deep_stack) {
    Held invoker;
    invoker.at_once = true;
    std::size_t got = 0;
    std::make_shared<FanOut>(invoker, calls(100'000), 1, [&](const Outcomes& outcomes) { got = outcomes.size(); })
        ->start();
    EXPECT_EQ(got, 100'000U);
}

}  // namespace
}  // namespace faasd::control::test
