#include <thread>

#include "fixture.hpp"

namespace faasd::runtime::testing {
namespace {

using model::OutcomeStatus;
using nlohmann::json;
using ::testing::HasSubstr;
using namespace std::chrono_literals;

using Invoke = RuntimeTest;

TEST_F(Invoke, an_http_handler_answers_an_http_event_with_a_response) {
    start({function_of("basics", "hello")});
    const auto outcome = invoke(runtime, http_call("hello", "world"));
    EXPECT_EQ(outcome.status, OutcomeStatus::success);
    EXPECT_EQ(body(outcome), "hello GET world");
    EXPECT_FALSE(outcome.request_id.empty());
}

TEST_F(Invoke, a_json_handler_gets_the_payload_and_its_answer_is_the_payload) {
    start({function_of("basics", "echo")});
    EXPECT_EQ(json::parse(payload(invoke(runtime, json_call("echo", R"({"a":[1,2]})")))),
              json::parse(R"({"a":[1,2]})"));
}

TEST_F(Invoke, static_state_lasts_between_calls_and_init_runs_once_a_load) {
    start({function_of("basics", "count")});
    EXPECT_TRUE(invoke(runtime, json_call("count")).cold);
    const auto second = invoke(runtime, json_call("count"));
    EXPECT_FALSE(second.cold);
    EXPECT_EQ(json::parse(payload(second)), json::parse(R"({"calls":2,"loads":1})"));
}

TEST_F(Invoke, an_exception_is_a_function_error_with_its_type_and_message) {
    start({function_of("basics", "throws")});
    const auto outcome = invoke(runtime, json_call("throws"));
    EXPECT_EQ(outcome.status, OutcomeStatus::function_error);
    EXPECT_EQ(outcome.error.type, "std::out_of_range");
    EXPECT_EQ(outcome.error.message, "no such shelf");
}

TEST_F(Invoke, what_is_not_json_is_an_invalid_response) {
    start({function_of("basics", "garbage")});
    EXPECT_EQ(invoke(runtime, json_call("garbage")).status, OutcomeStatus::invalid_response);
}

TEST_F(Invoke, a_string_from_an_http_handler_is_text_whatever_it_looks_like) {
    start({function_of("basics", "text")});
    const auto outcome = invoke(runtime, http_call("text", "x"));
    EXPECT_EQ(body(outcome), "{not json: x");
    const auto& response = std::get<model::HttpResponse>(outcome.response);
    EXPECT_EQ(response.status, 200U);
    EXPECT_THAT(response.headers, ::testing::Contains(std::pair<std::string, std::string>(
                                      "Content-Type", "text/plain; charset=utf-8")));
}

TEST_F(Invoke, an_http_error_is_the_answer_of_every_handler_of_http_requests) {
    start({function_of("basics", "text")});
    const auto outcome = invoke(runtime, http_call("text"));
    EXPECT_EQ(std::get<model::HttpResponse>(outcome.response).status, 404U);
    EXPECT_EQ(json::parse(body(outcome)), json::parse(R"({"message":"nothing was sent"})"));
}

TEST_F(Invoke, a_header_with_a_line_break_is_an_invalid_response) {
    start({function_of("basics", "splits")});
    const auto outcome = invoke(runtime, http_call("splits"));
    EXPECT_EQ(outcome.status, OutcomeStatus::invalid_response);
    EXPECT_THAT(outcome.error.message, HasSubstr("line break"));
}

TEST_F(Invoke, a_json_handler_sees_an_http_request_as_the_event_of_api_gateway) {
    start({function_of("basics", "echo")});
    auto invocation = http_call("echo", "text");
    const auto event = json::parse(body(invoke(runtime, std::move(invocation))));
    EXPECT_EQ(event["version"], "2.0");
    EXPECT_EQ(event["requestContext"]["http"]["method"], "GET");
    EXPECT_EQ(event["body"], "text");
}

TEST_F(Invoke, an_http_handler_takes_an_api_gateway_event_and_answers_with_a_proxy_response) {
    start({function_of("basics", "hello")});
    const auto outcome = invoke(
        runtime,
        json_call("hello", R"({"rawPath":"/","body":"x","requestContext":{"http":{"method":"PUT"}}})"));
    const auto answer = json::parse(payload(outcome));
    EXPECT_EQ(answer["statusCode"], 200);
    EXPECT_EQ(answer["body"], "hello PUT x");
}

TEST_F(Invoke, an_http_handler_refuses_an_event_that_is_no_http_request) {
    start({function_of("basics", "hello")});
    const auto outcome = invoke(runtime, json_call("hello", R"({"Records":[]})"));
    EXPECT_EQ(outcome.status, OutcomeStatus::function_error);
    EXPECT_EQ(outcome.error.type, "InvalidEvent");
}

TEST_F(Invoke, an_unknown_function_is_refused_with_the_nearest_name) {
    start({function_of("basics", "hello")});
    const auto outcome = invoke(runtime, json_call("helo"));
    EXPECT_EQ(outcome.status, OutcomeStatus::no_such_function);
    EXPECT_THAT(outcome.error.message, HasSubstr("did you mean hello?"));
}

TEST_F(Invoke, the_context_tells_who_is_called_and_gives_the_environment) {
    auto definition = function_of("basics", "context_of");
    definition.environment["GREETING"] = "moin";
    start({definition});
    auto invocation = json_call("context_of");
    invocation.request_id = "id-1";
    invocation.attempt = 3;
    EXPECT_EQ(json::parse(payload(invoke(runtime, std::move(invocation)))),
              json::parse(R"({"request_id":"id-1","function":"context_of","attempt":3,"greeting":"moin"})"));
}

TEST_F(Invoke, over_the_concurrency_limit_a_caller_is_refused_at_once_or_waits_in_line) {
    auto definition = function_of("basics", "sleeps");
    definition.concurrency = 1;
    start({definition});
    auto first = invoke_async(runtime, json_call("sleeps", R"({"ms":100})"));
    EXPECT_EQ(invoke(runtime, json_call("sleeps")).status, OutcomeStatus::throttled);
    auto waiting = json_call("sleeps", R"({"ms":1})");
    waiting.admission = model::Admission::wait;
    auto second = invoke_async(runtime, std::move(waiting));
    EXPECT_EQ(runtime.status().functions[0].waiting, 1);
    EXPECT_EQ(first.get().status, OutcomeStatus::success);
    EXPECT_EQ(second.get().status, OutcomeStatus::success);
    EXPECT_EQ(runtime.status().functions[0].throttled, 1);
}

TEST_F(Invoke, a_caller_gets_its_timeout_while_the_function_goes_on_and_its_slot_is_free_again) {
    auto definition = function_of("basics", "sleeps");
    definition.concurrency = 1;
    definition.timeout = 20ms;
    start({definition});
    const auto before = std::chrono::steady_clock::now();
    const auto outcome = invoke(runtime, json_call("sleeps", R"({"ms":300})"));
    EXPECT_EQ(outcome.status, OutcomeStatus::timeout);
    EXPECT_LT(std::chrono::steady_clock::now() - before, 250ms);
    EXPECT_EQ(runtime.status().functions[0].written_off, 1);
    EXPECT_EQ(invoke(runtime, json_call("sleeps", R"({"ms":1})")).status, OutcomeStatus::success);
    while (runtime.status().functions[0].written_off > 0)
        std::this_thread::sleep_for(1ms);
}

TEST_F(Invoke, a_caller_in_line_is_answered_when_its_own_deadline_comes) {
    auto definition = function_of("basics", "sleeps");
    definition.concurrency = 1;
    start({definition});
    auto first = invoke_async(runtime, json_call("sleeps", R"({"ms":150})"));
    auto waiting = json_call("sleeps");
    waiting.admission = model::Admission::wait;
    waiting.deadline = clock.now() + 10ms;
    EXPECT_EQ(invoke(runtime, std::move(waiting)).status, OutcomeStatus::timeout);
    EXPECT_EQ(first.get().status, OutcomeStatus::success);
}

TEST_F(Invoke, shutting_down_lets_calls_end_and_refuses_new_ones) {
    start({function_of("basics", "sleeps")});
    auto running = invoke_async(runtime, json_call("sleeps", R"({"ms":50})"));
    EXPECT_TRUE(runtime.shutdown(10s));
    EXPECT_EQ(running.get().status, OutcomeStatus::success);
    EXPECT_EQ(invoke(runtime, json_call("sleeps")).status, OutcomeStatus::shutting_down);
}

TEST_F(Invoke, shutting_down_answers_what_does_not_end_within_the_grace_period) {
    start({function_of("basics", "sleeps")});
    auto running = invoke_async(runtime, json_call("sleeps", R"({"ms":500})"));
    EXPECT_FALSE(runtime.shutdown(10ms));
    EXPECT_EQ(running.get().status, OutcomeStatus::shutting_down);
}

TEST_F(RuntimeTest, the_seventeenth_call_of_a_function_in_one_chain_is_refused_as_a_loop) {
    auto allowed = function_of("basics", "echo");
    allowed.name = "allowed";
    allowed.handler = "echo";
    allowed.allow_recursion = true;
    start({function_of("basics", "echo"), allowed});
    auto call = json_call("echo", "1");
    call.cause.trace = "chain;echo=15;allowed=99";
    EXPECT_EQ(invoke(runtime, call).status, model::OutcomeStatus::success);
    call.cause.trace = "chain;echo=16;allowed=99";
    const auto refused = invoke(runtime, call);
    EXPECT_EQ(refused.status, model::OutcomeStatus::recursive_loop);
    EXPECT_EQ(refused.error.type, "RecursiveInvocationException");
    EXPECT_THAT(refused.error.message, ::testing::HasSubstr("echo ×16, allowed ×99; trace chain"));
    call.function = "allowed";
    EXPECT_EQ(invoke(runtime, call).status, model::OutcomeStatus::success);
}

}  // namespace
}  // namespace faasd::runtime::testing
