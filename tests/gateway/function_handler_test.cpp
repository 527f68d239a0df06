#include "gateway/function_handler.hpp"

#include <gtest/gtest.h>

#include "gateway/gateway_fixture.hpp"

namespace faasd::gateway::testing {
namespace {

// Answers in place, and remembers what it was asked.
struct TestInvoker : model::Invoker {
    void invoke(model::Invocation invocation, base::UniqueFunction<void(model::Outcome)> done) override {
        last = std::move(invocation);
        done(answer());
    }
    bool has_function(std::string_view) const override { return true; }
    const model::HttpRequest& request() const { return std::get<model::HttpRequest>(last.event); }

    model::Invocation last;
    std::function<model::Outcome()> answer = [] {
        model::Outcome outcome;
        outcome.response = model::HttpResponse::text(200, "hello");
        return outcome;
    };
};

model::Outcome failed(model::OutcomeStatus status, std::string type, std::string message) {
    model::Outcome outcome;
    outcome.status = status;
    outcome.error = {std::move(type), std::move(message)};
    outcome.request_id = "r-1";
    return outcome;
}
model::Outcome payload(std::string json) {
    model::Outcome outcome;
    outcome.response = model::Payload{std::move(json)};
    outcome.request_id = "r-1";
    return outcome;
}

struct Functions : ::testing::Test {
    Functions() {
        for (const auto& [method, path] : {std::pair{"GET", "/products/{id}"}, {"POST", "/products"}, {"ANY", "/files/{rest+}"}}) {
            model::RouteDefinition route;
            route.method = method;
            route.path = path;
            route.function = "shop";
            app.routes.push_back(std::move(route));
        }
        handler.update(app);
    }
    Answer ask(const std::string& method, const std::string& target, const std::string& fields = "", const std::string& body = "") {
        std::string request = method + " " + target + " HTTP/1.1\r\nHost: x\r\n" + fields;
        if (!body.empty()) request += "Content-Length: " + std::to_string(body.size()) + "\r\n";
        client.send(request + "\r\n" + body);
        return client.receive(method == "HEAD");
    }
    model::App app;
    TestInvoker invoker;
    base::ManualClock clock;
    FunctionHandler handler{invoker, clock};
    Gateway gateway{handler};
    Client client{gateway.port()};
};

TEST_F(Functions, a_request_becomes_an_invocation_of_the_function_of_its_route) {
    EXPECT_EQ(ask("GET", "/products/p%2F1%20x?a=b").body, "hello");
    EXPECT_EQ(invoker.last.function, "shop");
    EXPECT_EQ(invoker.last.cause.kind, model::CauseKind::http);
    EXPECT_EQ(invoker.last.cause.source, "GET /products/{id}");
    EXPECT_EQ(invoker.last.admission, model::Admission::reject);
    const auto& request = invoker.request();
    EXPECT_EQ(request.route_key, "GET /products/{id}");
    EXPECT_EQ(request.raw_path, "/products/p%2F1%20x");
    EXPECT_EQ(request.path, "/products/p/1 x");
    EXPECT_EQ(request.raw_query, "a=b");
    ASSERT_EQ(request.path_parameters.size(), 1U);
    EXPECT_EQ(request.path_parameters[0].name, "id");
    EXPECT_EQ(request.path_parameters[0].value, "p/1 x");
    EXPECT_TRUE(request.remote_address.starts_with("127.0.0.1:"));
}

TEST_F(Functions, a_request_stays_readable_after_its_connection_moved_on) {
    ask("GET", "/files/a%20b/c", "X-Mine: kept\r\n");
    const model::HttpRequest kept = invoker.request();
    for (int i = 0; i < 10; ++i) ask("GET", "/products/" + std::to_string(i));
    handler.update(model::App{});
    client.reset();
    EXPECT_EQ(kept.path_parameters[0].value, "a b/c");
    EXPECT_EQ(kept.route_key, "ANY /files/{rest+}");
    EXPECT_EQ(kept.header("x-mine"), "kept");
}

TEST_F(Functions, an_unknown_path_is_404_and_an_unknown_method_405_with_allow) {
    EXPECT_EQ(ask("GET", "/nothing").status, 404U);
    const Answer answer = ask("DELETE", "/products/1");
    EXPECT_EQ(answer.status, 405U);
    EXPECT_EQ(answer.field("allow"), "GET, HEAD, OPTIONS");
    EXPECT_EQ(ask("BREW", "/products/1").status, 501U);
    EXPECT_EQ(ask("GET", "/products/%zz").status, 400U);
    EXPECT_EQ(ask("POST", "/nothing", "", "a body").status, 404U);
}

TEST_F(Functions, options_says_what_is_allowed) {
    EXPECT_EQ(ask("OPTIONS", "/products/1").field("allow"), "GET, HEAD, OPTIONS");
    const Answer all = ask("OPTIONS", "*");
    EXPECT_EQ(all.status, 204U);
    EXPECT_TRUE(all.field("allow"));
    EXPECT_EQ(ask("OPTIONS", "/files/a").body, "hello") << "a route of its own comes first";
}

TEST_F(Functions, head_is_get_without_the_body) {
    const Answer answer = ask("HEAD", "/products/1");
    EXPECT_EQ(answer.status, 200U);
    EXPECT_EQ(answer.field("content-length"), "5");
    EXPECT_EQ(invoker.request().method, "HEAD");
}

TEST_F(Functions, routes_change_at_once_for_the_next_request) {
    app.routes[0].path = "/things/{id}";
    handler.update(app);
    EXPECT_EQ(ask("GET", "/products/1").status, 404U);
    EXPECT_EQ(ask("GET", "/things/1").status, 200U);
}

TEST_F(Functions, failures_have_their_status_and_say_why) {
    using model::OutcomeStatus;
    const std::pair<OutcomeStatus, unsigned> table[] = {
        {OutcomeStatus::function_error, 502}, {OutcomeStatus::crashed, 502},
        {OutcomeStatus::invalid_response, 502}, {OutcomeStatus::timeout, 504},
        {OutcomeStatus::throttled, 429}, {OutcomeStatus::unavailable, 503},
        {OutcomeStatus::no_such_function, 503}, {OutcomeStatus::shutting_down, 503}};
    for (const auto& [status, code] : table) {
        invoker.answer = [s = status] { return failed(s, "Some::Error", "went \"wrong\""); };
        const Answer answer = ask("GET", "/products/1");
        EXPECT_EQ(answer.status, code) << to_string(status);
        EXPECT_NE(answer.body.find(R"("errorType":"Some::Error")"), std::string::npos) << answer.body;
        EXPECT_NE(answer.body.find(R"("errorMessage":"went \"wrong\"")"), std::string::npos);
        EXPECT_EQ(answer.field("x-faasd-request-id"), "r-1");
        EXPECT_EQ(answer.field("retry-after").has_value(), code == 429);
    }
}

TEST_F(Functions, a_proxy_response_is_taken_apart) {
    invoker.answer = [] {
        return payload(R"({"statusCode":201,"headers":{"X-A":"b","X-N":5},"multiValueHeaders":{"X-M":["1","2"]},
                           "cookies":["a=1; Secure","b=2"],"body":"aGk=","isBase64Encoded":true})");
    };
    const Answer answer = ask("GET", "/products/1");
    EXPECT_EQ(answer.status, 201U);
    EXPECT_EQ(answer.body, "hi");
    EXPECT_EQ(answer.field("x-a"), "b");
    EXPECT_EQ(answer.field("x-n"), "5");
    EXPECT_EQ(answer.count("x-m"), 2U);
    EXPECT_EQ(answer.count("set-cookie"), 2U);
    EXPECT_EQ(answer.field("content-type"), "text/plain; charset=utf-8");
}

TEST_F(Functions, json_without_a_status_is_the_body) {
    for (const char* json : {R"({"a":1})", R"("text")", "[1,2]", "null", "5", R"({"statusCode":null})"}) {
        invoker.answer = [json] { return payload(json); };
        const Answer answer = ask("GET", "/products/1");
        EXPECT_EQ(answer.status, 200U);
        EXPECT_EQ(answer.body, json);
        EXPECT_EQ(answer.field("content-type"), "application/json");
    }
}

TEST_F(Functions, a_malformed_proxy_response_is_502_and_says_what_is_wrong) {
    const std::pair<const char*, const char*> table[] = {
        {R"({"statusCode":99})", "statusCode is 99"},
        {R"({"statusCode":"ok"})", "statusCode"},
        {R"({"statusCode":100})", "statusCode"},
        {R"({"statusCode":-200})", "statusCode"},
        {R"({"statusCode":200,"body":{"a":1}})", "body is not a string"},
        {R"({"statusCode":200,"body":"???","isBase64Encoded":true})", "base64"},
        {R"({"statusCode":200,"isBase64Encoded":"yes"})", "isBase64Encoded"},
        {R"({"statusCode":200,"headers":[]})", "headers is not an object"},
        {R"({"statusCode":200,"headers":{"A":{}}})", "\\\"A\\\""},
        {R"({"statusCode":200,"headers":{"A b":"c"}})", "no valid header name"},
        {R"({"statusCode":200,"headers":{"A":"b\r\nC: d"}})", "control characters"},
        {R"({"statusCode":200,"multiValueHeaders":{"A":"b"}})", "not an array"},
        {R"({"statusCode":200,"cookies":"a=b"})", "cookies"},
        {R"({"statusCode":200,"cookies":["a\nb"]})", "control characters"},
        {"not json", "not JSON"},
        {"", "not JSON"}};
    for (const auto& [json, reason] : table) {
        invoker.answer = [j = json] { return payload(j); };
        const Answer answer = ask("GET", "/products/1");
        EXPECT_EQ(answer.status, 502U) << json;
        EXPECT_NE(answer.body.find(reason), std::string::npos) << json << " -> " << answer.body;
    }
}

TEST_F(Functions, a_response_that_would_split_is_502) {
    invoker.answer = [] {
        model::Outcome outcome;
        auto response = model::HttpResponse::text(200, "x");
        response.headers.emplace_back("X", "a\r\nSet-Cookie: evil=1");
        outcome.response = std::move(response);
        return outcome;
    };
    const Answer answer = ask("GET", "/products/1");
    EXPECT_EQ(answer.status, 502U);
    EXPECT_FALSE(answer.field("set-cookie"));
}

struct Cors : Functions {
    void use(model::CorsPolicy policy) {
        app.cors = std::move(policy);
        handler.update(app);
    }
    Answer preflight(const std::string& origin) {
        return ask("OPTIONS", "/products/1", "Origin: " + origin + "\r\nAccess-Control-Request-Method: GET\r\nAccess-Control-Request-Headers: X-Mine\r\n");
    }
    model::CorsPolicy listed() {
        model::CorsPolicy policy;
        policy.allow_origins = {"https://a.example", "http://localhost:5173"};
        policy.allow_methods = {"GET", "POST"};
        policy.allow_headers = {"X-Mine"};
        policy.expose_headers = {"X-Total"};
        policy.max_age = std::chrono::hours{1};
        return policy;
    }
};

TEST_F(Cors, a_preflight_is_answered_without_a_function) {
    use(listed());
    invoker.answer = []() -> model::Outcome { throw std::logic_error("not to be called"); };
    const Answer answer = preflight("https://a.example");
    EXPECT_EQ(answer.status, 204U);
    EXPECT_EQ(answer.field("access-control-allow-origin"), "https://a.example");
    EXPECT_EQ(answer.field("access-control-allow-methods"), "GET, POST");
    EXPECT_EQ(answer.field("access-control-allow-headers"), "X-Mine");
    EXPECT_EQ(answer.field("access-control-max-age"), "3600");
    EXPECT_EQ(answer.field("vary"), "Origin");
    EXPECT_FALSE(answer.field("access-control-allow-credentials"));
}

TEST_F(Cors, an_origin_that_is_not_allowed_gets_no_permission) {
    use(listed());
    EXPECT_FALSE(preflight("https://evil.example").field("access-control-allow-origin"));
    const Answer answer = ask("GET", "/products/1", "Origin: https://evil.example\r\n");
    EXPECT_EQ(answer.status, 200U);
    EXPECT_FALSE(answer.field("access-control-allow-origin"));
    EXPECT_EQ(answer.field("vary"), "Origin");
}

TEST_F(Cors, answers_carry_the_policy_whatever_the_function_says) {
    use(listed());
    invoker.answer = [] {
        model::Outcome outcome;
        auto response = model::HttpResponse::text(200, "x");
        response.headers.emplace_back("Access-Control-Allow-Origin", "*");
        outcome.response = std::move(response);
        return outcome;
    };
    const Answer answer = ask("GET", "/products/1", "Origin: https://a.example\r\n");
    EXPECT_EQ(answer.count("access-control-allow-origin"), 1U);
    EXPECT_EQ(answer.field("access-control-allow-origin"), "https://a.example");
    EXPECT_EQ(answer.field("access-control-expose-headers"), "X-Total");
    EXPECT_EQ(ask("GET", "/nothing", "Origin: https://a.example\r\n").field("access-control-allow-origin"), "https://a.example");
}

TEST_F(Cors, a_wildcard_is_a_wildcard_only_without_credentials) {
    model::CorsPolicy policy;
    policy.allow_origins = policy.allow_methods = policy.allow_headers = {"*"};
    use(policy);
    EXPECT_EQ(preflight("https://b.example").field("access-control-allow-origin"), "*");
    EXPECT_FALSE(preflight("https://b.example").field("vary"));
    policy.allow_credentials = true;
    use(policy);
    const Answer answer = preflight("https://b.example");
    EXPECT_EQ(answer.field("access-control-allow-origin"), "https://b.example");
    EXPECT_EQ(answer.field("access-control-allow-credentials"), "true");
    EXPECT_EQ(answer.field("access-control-allow-methods"), "GET");
    EXPECT_EQ(answer.field("access-control-allow-headers"), "X-Mine");
    EXPECT_EQ(answer.field("vary"), "Origin");
}

}  // namespace
}  // namespace faasd::gateway::testing
