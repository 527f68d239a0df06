#include <future>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "control/operations.hpp"

namespace faasd::control {
namespace {

using nlohmann::json;
using testing::HasSubstr;

struct Nightly final : model::Schedules {
    std::vector<model::ScheduleInfo> schedules(std::size_t firings) override {
        model::ScheduleInfo info{"nightly", "tidy", "cron(0 2 * * *)", "UTC", true, model::MissedRuns::skip, {}, {}};
        for (std::size_t day = 0; day < firings; ++day)
            info.next.push_back(base::TimePoint{std::chrono::hours{24 * day + 2}});
        return {info};
    }
    bool has_schedule(std::string_view name) override { return name == "nightly"; }
    void run_schedule(const std::string&, base::Completion<std::string> done) override { done(std::string("id-1")); }
};

class ScheduleOperations : public testing::Test {
  protected:
    ScheduleOperations() { add_schedule_operations(table_, schedules_); }
    model::OperationResult run(const std::string& name, const std::string& params, const std::string& function = {}) {
        std::promise<model::OperationResult> promise;
        model::OperationRequest request;
        request.name = name;
        request.params = params;
        request.function = function;
        table_.run(std::move(request), [&](model::OperationResult result) { promise.set_value(std::move(result)); });
        return promise.get_future().get();
    }
    Nightly schedules_;
    OperationTable table_;
};

TEST_F(ScheduleOperations, list_shows_the_next_runs) {
    const auto result = run("schedule.list", R"({"next": 2})");
    ASSERT_TRUE(result);
    EXPECT_EQ(json::parse(result->json)["schedules"],
              json::parse(R"json([{"name": "nightly", "function": "tidy", "expression": "cron(0 2 * * *)",
                               "time_zone": "UTC", "enabled": true, "missed": "skip",
                               "next": ["1970-01-01T02:00:00.000Z", "1970-01-02T02:00:00.000Z"]}])json"));
    EXPECT_FALSE(run("schedule.list", R"({"next": 101})"));
}

TEST_F(ScheduleOperations, run_answers_with_the_request_id_or_says_that_there_is_none) {
    EXPECT_EQ(json::parse(run("schedule.run", R"({"name": "nightly"})")->json)["request_id"], "id-1");
    const auto unknown = run("schedule.run", R"({"name": "daily"})");
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().code, "NoSuchSchedule");
    EXPECT_EQ(unknown.error().http_status, 404U);
    EXPECT_THAT(unknown.error().message, HasSubstr("'daily'"));
}

TEST_F(ScheduleOperations, run_is_not_for_functions) {
    const auto refused = run("schedule.run", R"({"name": "nightly"})", "tidy");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "AccessDenied");
}

}  // namespace
}  // namespace faasd::control
