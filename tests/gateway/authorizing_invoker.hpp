// Functions, one of which is asked who may call the others.
#pragma once

#include <deque>
#include <functional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "model/invocation.hpp"

namespace faasd::gateway::testing {

inline model::Outcome answered(std::string text) {
    model::Outcome outcome;
    outcome.response = model::Payload{std::move(text)};
    outcome.request_id = "r-1";
    return outcome;
}

// "authorize" answers what the test says; all others answer hello and remember what they got.
struct AuthorizingInvoker : model::Invoker {
    void invoke(model::Invocation invocation, base::UniqueFunction<void(model::Outcome)> done) override {
        if (invocation.function == "authorize") {
            questions.push_back(nlohmann::json::parse(std::get<model::Payload>(invocation.event).json));
            traces.push_back(invocation.cause.trace);
            if (hold) return held.push_back(std::move(done));
            return done(answer());
        }
        traces.push_back(invocation.cause.trace);
        last = std::move(invocation);
        ++calls;
        model::Outcome outcome;
        outcome.response = model::HttpResponse::text(200, "hello");
        done(std::move(outcome));
    }
    bool has_function(std::string_view) const override { return true; }
    [[nodiscard]] const model::Authorization* authorization() const {
        return std::get<model::HttpRequest>(last.event).authorization;
    }

    std::vector<nlohmann::json> questions;
    std::vector<std::string> traces;
    std::deque<base::UniqueFunction<void(model::Outcome)>> held;
    bool hold = false;
    int calls = 0;
    model::Invocation last;
    std::function<model::Outcome()> answer = [] {
        return answered(R"({"isAuthorized": true, "context": {"user": "ada", "level": 7}})");
    };
};

}  // namespace faasd::gateway::testing
