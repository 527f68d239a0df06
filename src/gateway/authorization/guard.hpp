// Whether a request may pass: the app's policy and the route's authorizer together.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "gateway/authorization/authorizer.hpp"
#include "model/app.hpp"
#include "model/http.hpp"
#include "model/invocation.hpp"

namespace faasd::gateway {

struct Route;

// Immutable but for what authorizers answered; thread-safe. `invoker` and `clock` outlive it.
//
// API Gateway's order ("How API Gateway resource policies affect authorization workflow", developer guide): what the
// policy denies is refused at once; without an authorizer, what it does not allow as well; with one, either of them may
// allow what the other does not mention, and a deny of either wins.
class Guard {
  public:
    Guard(const model::App& app, model::Invoker& invoker, const base::Clock& clock);

    // Everybody may pass everywhere.
    [[nodiscard]] bool is_open() const { return !policy_ && authorizers_.empty(); }
    [[nodiscard]] bool asks(const Route& route) const;

    // The refusal that the head alone calls for, or nothing.
    [[nodiscard]] std::optional<model::HttpResponse> refuse(const model::HttpRequest& request, const Route& route) const;

    struct Verdict {
        std::optional<model::HttpResponse> refusal;
        // Of a request that may pass: what its HttpRequest::authorization points to.
        std::shared_ptr<const AuthorizerAnswer> answer;
    };
    using Next = Authorizer::Next;
    // Asks the route's authorizer, which it has. `judged` is called once, on any thread: it sends a refusal itself, or
    // returns what happens next to a request that may pass. `request` is read before this returns.
    void ask(const model::HttpRequest& request, const Route& route, const std::string& trace,
             base::UniqueFunction<Next(Verdict)> judged) const;

  private:
    std::optional<model::PolicyDocument> policy_;
    std::map<std::string, std::shared_ptr<Authorizer>, std::less<>> authorizers_;
};

}  // namespace faasd::gateway
