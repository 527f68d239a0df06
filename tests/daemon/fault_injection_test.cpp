#include "daemon/fault_injection.hpp"

#include <set>
#include <vector>

#include <gmock/gmock.h>

#include "base/log.hpp"

namespace {

[[maybe_unused]] const bool kQuiet = [] {
    spdlog::set_level(spdlog::level::off);
    return true;
}();

using namespace faasd;
using daemon::FailingInvoker;
using model::OutcomeStatus;

// Runs each call at once, and remembers that it ran.
class Ran final : public model::Invoker {
  public:
    void invoke(model::Invocation invocation, base::UniqueFunction<void(model::Outcome)> done) override {
        calls.push_back(invocation.request_id);
        model::Outcome outcome;
        outcome.request_id = invocation.request_id;
        outcome.response = model::Payload{"\"done\""};
        done(std::move(outcome));
    }
    [[nodiscard]] bool has_function(std::string_view name) const override { return name == "f"; }
    std::vector<std::string> calls;
};

model::Outcome call(model::Invoker& invoker, const std::string& id, const std::string& function = "f") {
    model::Invocation invocation;
    invocation.request_id = id;
    invocation.function = function;
    model::Outcome got;
    int answers = 0;
    invoker.invoke(std::move(invocation), [&](model::Outcome outcome) {
        got = std::move(outcome);
        ++answers;
    });
    EXPECT_EQ(answers, 1);
    return got;
}

struct Tally {
    int succeeded = 0, failed_before = 0, failed_after = 0;
    std::set<std::string> failed;
};

Tally tally(double rate, std::uint64_t seed, int calls) {
    Ran ran;
    FailingInvoker failing(ran, rate, seed);
    Tally out;
    for (int i = 0; i < calls; ++i) {
        const auto before = ran.calls.size();
        const auto outcome = call(failing, std::to_string(i));
        const bool it_ran = ran.calls.size() > before;
        if (outcome.status == OutcomeStatus::success) {
            ++out.succeeded;
            EXPECT_TRUE(it_ran);
        } else {
            ++(it_ran ? out.failed_after : out.failed_before);
            out.failed.insert(std::to_string(i));
        }
    }
    return out;
}

TEST(FaultInjection, fails_that_share_of_the_calls_half_of_them_before_and_half_after_they_ran) {
    const auto seen = tally(0.2, 7, 10'000);
    EXPECT_NEAR(seen.failed_before + seen.failed_after, 2'000, 150);
    EXPECT_LE(std::abs(seen.failed_before - seen.failed_after), 1);
}

TEST(FaultInjection, a_rate_of_one_fails_every_call_and_a_rate_of_zero_none) {
    EXPECT_EQ(tally(1, 7, 100).succeeded, 0);
    EXPECT_EQ(tally(0, 7, 100).succeeded, 100);
}

TEST(FaultInjection, the_seed_decides_which_calls_fail) {
    EXPECT_EQ(tally(0.2, 7, 1'000).failed, tally(0.2, 7, 1'000).failed);
    EXPECT_NE(tally(0.2, 7, 1'000).failed, tally(0.2, 8, 1'000).failed);
}

TEST(FaultInjection, the_failure_says_that_it_is_injected_and_keeps_the_request_id_but_not_the_answer) {
    Ran ran;
    FailingInvoker failing(ran, 1, 7);
    for (const char* when : {"before", "after"}) {
        const auto outcome = call(failing, "r-1");
        EXPECT_EQ(outcome.status, OutcomeStatus::function_error);
        EXPECT_EQ(outcome.error.type, "InjectedFailure");
        EXPECT_THAT(outcome.error.message, testing::HasSubstr(when));
        EXPECT_THAT(outcome.error.message, testing::HasSubstr("--fail-rate"));
        EXPECT_EQ(outcome.request_id, "r-1");
        EXPECT_TRUE(std::get<model::Payload>(outcome.response).json.empty());
    }
    EXPECT_EQ(ran.calls.size(), 1u);
}

TEST(FaultInjection, leaves_calls_of_functions_that_are_not_there_to_say_so) {
    Ran ran;
    FailingInvoker failing(ran, 1, 7);
    EXPECT_EQ(call(failing, "r-1", "nobody").status, OutcomeStatus::success);
}

}  // namespace
