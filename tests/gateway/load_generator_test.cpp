#include "gateway/load_generator.hpp"

#include <map>
#include <mutex>
#include <set>

#include "gateway/gateway_fixture.hpp"

namespace {

using namespace faasd;
using namespace faasd::gateway;
using namespace faasd::gateway::testing;

// Answers with what `status` says of the body, and remembers the bodies.
class Answers : public ::testing::Test {
  protected:
    Answers() : gateway_(handler_) {
        handler_.on_plan = [](const model::HttpRequest&) { return model::BodyPlan{}; };
        handler_.on_handle = [this](model::HttpRequest request, std::unique_ptr<model::HttpBodyStream>,
                                    std::unique_ptr<model::HttpResponder> responder) {
            std::lock_guard lock(mutex_);
            const std::string body(request.body);
            const unsigned status = status_(++times_[body]);
            addresses_.insert(std::string(request.remote_address));
            responder->respond(model::HttpResponse::json(status, status < 300 ? "{}" : R"({"errorType":"TooMany"})"));
        };
        options_.port = gateway_.port();
        options_.body = R"({"id":"{n}"})";
        options_.requests = 200;
        options_.connections = 8;
    }
    EchoHandler handler_;
    std::mutex mutex_;
    std::map<std::string, int> times_;  // guarded by mutex_, as are the next two
    std::set<std::string> addresses_;
    std::function<unsigned(int)> status_ = [](int) { return 202u; };
    Gateway gateway_;
    LoadOptions options_;
};

TEST_F(Answers, each_number_is_posted_once_over_as_many_connections_as_were_asked_for) {
    const auto result = run_load(options_).value();
    EXPECT_EQ(result.accepted, 200u);
    EXPECT_EQ(result.sent, 200u);
    EXPECT_EQ(times_.size(), 200u);
    EXPECT_TRUE(times_.contains(R"({"id":"1"})"));
    EXPECT_TRUE(times_.contains(R"({"id":"200"})"));
    EXPECT_EQ(addresses_.size(), 8u);
    EXPECT_EQ(result.statuses.at(202), 200u);
}

TEST_F(Answers, refusals_are_counted_by_status_and_kind_and_not_repeated) {
    status_ = [](int) { return 502u; };
    const auto result = run_load(options_).value();
    EXPECT_EQ(result.accepted, 0u);
    EXPECT_EQ(result.refused, 200u);
    EXPECT_EQ(result.statuses.at(502), 200u);
    EXPECT_EQ(result.errors.at("TooMany"), 200u);
}

TEST_F(Answers, with_again_each_number_is_posted_until_it_is_accepted) {
    status_ = [](int tries) { return tries < 3 ? 502u : 202u; };
    options_.again = true;
    const auto result = run_load(options_).value();
    EXPECT_EQ(result.accepted, 200u);
    EXPECT_EQ(result.sent, 600u);
    for (const auto& [body, times] : times_)
        EXPECT_EQ(times, 3) << body;
}

TEST_F(Answers, nobody_listening_counts_as_unanswered_and_ends_after_a_while_even_with_again) {
    options_.port = 1;
    EXPECT_EQ(run_load(options_).value().unanswered, 200u);
    options_.again = true;
    options_.give_up = std::chrono::milliseconds{50};
    EXPECT_TRUE(run_load(options_).has_error());
}

TEST_F(Answers, a_host_that_is_no_address_is_refused) {
    options_.host = "no such host";
    EXPECT_TRUE(run_load(options_).has_error());
}

}  // namespace
