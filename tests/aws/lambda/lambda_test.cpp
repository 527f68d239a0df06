#include "aws/lambda/lambda.hpp"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "aws/lambda/functions.hpp"
#include "aws/recorded_answer.hpp"
#include "base/digest.hpp"
#include "base/random.hpp"

namespace faasd::aws::lambda {
namespace {

struct HereAndNow final : model::BlockingExecutor {
    void post(base::UniqueFunction<void()> job) override { job(); }
};

// Runs "double" (twice the number that it is given) and "broken".
struct Functions final : model::Invoker, model::AsyncInvoker, model::InvocationLog {
    std::vector<model::AsyncInvocation> accepted;
    bool busy = false;

    void invoke(model::Invocation invocation, base::UniqueFunction<void(model::Outcome)> done) override {
        model::Outcome outcome;
        outcome.request_id = invocation.request_id;
        outcome.duration = std::chrono::microseconds{1500};
        if (busy) {
            outcome.status = model::OutcomeStatus::throttled;
        } else if (invocation.function == "broken") {
            outcome.status = model::OutcomeStatus::function_error;
            outcome.error = {"ValidationError", "no such colour"};
        } else {
            const auto number = nlohmann::json::parse(std::get<model::Payload>(invocation.event).json);
            outcome.response = model::Payload{std::to_string(2 * number.get<int>())};
        }
        done(std::move(outcome));
    }
    [[nodiscard]] bool has_function(std::string_view name) const override { return name == "double" || name == "broken"; }
    void submit(model::AsyncInvocation invocation, base::Completion<std::string> done) override {
        accepted.push_back(std::move(invocation));
        done(std::string("request-1"));
    }
    void submit_all(std::vector<model::AsyncInvocation>, base::Completion<std::vector<std::string>>) override {}
    base::Result<std::string> submit_in(model::Transaction&, model::AsyncInvocation) override { return std::string(); }
    void read(model::LogQuery query, base::Duration, base::UniqueFunction<void(model::LogPage)> done) override {
        model::LogPage page;
        model::LogEntry line;
        line.message = "I double";
        line.request_id = query.request_id;
        page.entries.push_back(line);
        done(std::move(page));
    }
};

struct LambdaTest : testing::Test {
    Functions functions;
    std::shared_ptr<model::App> app = [] {
        auto made = std::make_shared<model::App>();
        for (const char* name : {"double", "broken", "other"}) {
            model::FunctionDefinition function;
            function.name = name;
            function.timeout = std::chrono::milliseconds{1500};
            made->functions.push_back(std::move(function));
        }
        return made;
    }();
    LambdaDoor door{{functions, functions, functions, [this] { return app; }, std::make_shared<HereAndNow>()}};
    Scope scope;

    RecordedAnswer request(std::string_view method, std::string_view path, std::string_view body = {},
                           std::vector<model::HttpField> headers = {}, std::string_view query = {}) {
        auto answer = std::make_shared<RecordedAnswer>();
        Visit visit;
        visit.target = {Service::lambda, Protocol::rest_json, {}, {}};
        visit.scope = scope;
        visit.request_id = "id-1";
        visit.request.method = method;
        visit.request.raw_path = path;
        visit.request.raw_query = query;
        visit.request.body = body;
        visit.request.headers = headers;
        visit.responder = std::make_unique<RecordingResponder>(answer);
        door.handle(std::move(visit));
        return std::move(*answer);
    }
    RecordedAnswer invoke(std::string_view function, std::string_view body, std::vector<model::HttpField> headers = {}) {
        return request("POST", "/2015-03-31/functions/" + std::string(function) + "/invocations", body, std::move(headers));
    }
};

TEST_F(LambdaTest, a_function_is_invoked_by_its_name_and_by_its_arn) {
    for (const char* name : {"double", "double:$LATEST", "000000000000:function:double",
                             "arn%3Aaws%3Alambda%3Aus-east-1%3A000000000000%3Afunction%3Adouble"}) {
        const auto answer = invoke(name, "21");
        EXPECT_EQ(answer.status(), 200u) << name;
        EXPECT_EQ(answer.body(), "42");
        EXPECT_EQ(answer.header("X-Amz-Executed-Version"), "$LATEST");
        EXPECT_EQ(answer.header("X-Amz-Function-Error"), "");
        EXPECT_EQ(answer.header("x-amzn-RequestId"), "id-1");
    }
}

TEST_F(LambdaTest, an_error_of_the_function_is_an_answer) {
    const auto answer = invoke("broken", "{}");
    EXPECT_EQ(answer.status(), 200u);
    EXPECT_EQ(answer.header("X-Amz-Function-Error"), "Unhandled");
    EXPECT_EQ(answer.json()["errorType"], "ValidationError");
    EXPECT_EQ(answer.json()["errorMessage"], "no such colour");
}

TEST_F(LambdaTest, an_event_is_accepted_and_runs_later) {
    const auto answer = invoke("double", "21", {{"X-Amz-Invocation-Type", "Event"}});
    EXPECT_EQ(answer.status(), 202u);
    EXPECT_EQ(answer.body(), "");
    EXPECT_EQ(answer.header("x-amzn-RequestId"), "request-1");
    ASSERT_EQ(functions.accepted.size(), 1u);
    EXPECT_EQ(functions.accepted[0].payload, "21");
}

TEST_F(LambdaTest, a_dry_run_runs_nothing) {
    EXPECT_EQ(invoke("double", "21", {{"X-Amz-Invocation-Type", "DryRun"}}).status(), 204u);
    EXPECT_EQ(invoke("nobody", "21", {{"X-Amz-Invocation-Type", "DryRun"}}).status(), 404u);
}

TEST_F(LambdaTest, the_log_tail_has_the_lines_of_the_call) {
    const auto answer = invoke("double", "1", {{"X-Amz-Log-Type", "Tail"}});
    const std::string log = base::base64_decode(answer.header("X-Amz-Log-Result")).value_or("");
    EXPECT_EQ(log, "START RequestId: id-1 Version: $LATEST\n[info] I double\nEND RequestId: id-1\n"
                   "REPORT RequestId: id-1\tDuration: 1.50 ms\tBilled Duration: 2 ms\n");
}

TEST_F(LambdaTest, what_cannot_be_invoked_is_refused_in_lambdas_words) {
    auto answer = invoke("nobody", "1");
    EXPECT_EQ(answer.status(), 404u);
    EXPECT_EQ(answer.header("x-amzn-ErrorType"), "ResourceNotFoundException");
    EXPECT_EQ(answer.json()["Message"], "Function not found: arn:aws:lambda:us-east-1:000000000000:function:nobody");
    answer = invoke("double", "{not json");
    EXPECT_EQ(answer.status(), 400u);
    EXPECT_EQ(answer.header("x-amzn-ErrorType"), "InvalidRequestContentException");
    answer = invoke("double", "1", {{"X-Amz-Invocation-Type", "Sometimes"}});
    EXPECT_EQ(answer.header("x-amzn-ErrorType"), "InvalidParameterValueException");
    answer = invoke("double", '"' + std::string(std::size_t{1} << 20, 'x') + '"', {{"X-Amz-Invocation-Type", "Event"}});
    EXPECT_EQ(answer.status(), 413u);
    EXPECT_EQ(answer.header("x-amzn-ErrorType"), "RequestTooLargeException");
    functions.busy = true;
    answer = invoke("double", "1");
    EXPECT_EQ(answer.status(), 429u);
    EXPECT_EQ(answer.header("x-amzn-ErrorType"), "TooManyRequestsException");
    EXPECT_EQ(answer.json()["Reason"], "ReservedFunctionConcurrentInvocationLimitExceeded");
}

TEST_F(LambdaTest, the_functions_belong_to_the_default_account) {
    scope.account = "123456789012";
    EXPECT_EQ(invoke("double", "1").status(), 404u);
    EXPECT_EQ(request("GET", "/2015-03-31/functions/").json()["Functions"].size(), 0u);
}

TEST_F(LambdaTest, functions_are_listed_page_by_page_in_the_order_of_their_names) {
    auto page = request("GET", "/2015-03-31/functions/", {}, {}, "MaxItems=2").json();
    ASSERT_EQ(page["Functions"].size(), 2u);
    EXPECT_EQ(page["Functions"][0]["FunctionName"], "broken");
    EXPECT_EQ(page["NextMarker"], "double");
    page = request("GET", "/2015-03-31/functions/", {}, {}, "MaxItems=2&Marker=double").json();
    ASSERT_EQ(page["Functions"].size(), 1u);
    EXPECT_FALSE(page.contains("NextMarker"));
    EXPECT_EQ(request("GET", "/2015-03-31/functions", {}, {}, "MaxItems=x").status(), 400u);
}

TEST_F(LambdaTest, a_function_is_described) {
    const auto about = request("GET", "/2015-03-31/functions/double").json();
    EXPECT_EQ(about["Configuration"]["FunctionArn"], "arn:aws:lambda:us-east-1:000000000000:function:double");
    EXPECT_EQ(about["Configuration"]["Timeout"], 2) << "whole seconds";
    EXPECT_EQ(about["Configuration"]["State"], "Active");
    EXPECT_EQ(request("GET", "/2015-03-31/functions/double/configuration").json()["FunctionName"], "double");
    EXPECT_EQ(request("GET", "/2015-03-31/functions/nobody").status(), 404u);
}

TEST_F(LambdaTest, an_operation_that_is_not_there_is_not_implemented) {
    const auto answer = request("POST", "/2015-03-31/functions", "{}");
    EXPECT_EQ(answer.status(), 501u);
    EXPECT_EQ(answer.header("x-amzn-ErrorType"), "NotImplemented");
}

TEST(LambdaCode, is_read_again_when_the_file_changed) {
    const auto file = std::filesystem::temp_directory_path() / ("faasd-code-" + base::random_hex(12));
    const auto write = [&](const char* text, int second) {
        std::ofstream(file) << text;
        std::filesystem::last_write_time(
            file, std::filesystem::file_time_type{} + std::chrono::seconds{1'000'000 + second});
    };
    model::FunctionDefinition function;
    function.module = file;
    const auto digest = [&] { return configuration_of(function, {})["CodeSha256"].get<std::string>(); };
    write("one", 0);
    const std::string one = digest();
    write("two", 0);
    EXPECT_EQ(digest(), one);  // as it was: nobody looks into the file
    write("two", 1);
    const std::string two = digest();
    EXPECT_NE(two, one);
    write("three", 1);
    EXPECT_NE(digest(), two);
    std::filesystem::remove(file);
}

}  // namespace
}  // namespace faasd::aws::lambda
