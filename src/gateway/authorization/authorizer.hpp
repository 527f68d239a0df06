// Asks an authorizer function about requests: once for each identity, as long as its answer counts.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "base/unique_function.hpp"
#include "gateway/authorization/answer_cache.hpp"
#include "gateway/authorization/identity.hpp"
#include "model/app.hpp"
#include "model/invocation.hpp"

namespace faasd::gateway {

// Thread-safe. `invoker` and `clock` outlive it and every question. Lives in a shared_ptr: a question keeps it.
class Authorizer : public std::enable_shared_from_this<Authorizer> {
  public:
    Authorizer(model::AuthorizerDefinition definition, model::Invoker& invoker, const base::Clock& clock);

    struct Reply {
        std::shared_ptr<const AuthorizerAnswer> answer;  // null: nothing that can be used came of it
        bool shutting_down = false;
        model::FunctionError error;  // where there is no answer
        std::string request_id;      // of the call; empty where the answer was kept
    };
    using Next = base::UniqueFunction<void()>;
    // Gets the reply for one request. It answers the request itself where that may not pass; otherwise it returns what
    // happens next, which is run after all requests with the same identity were judged.
    using Judge = base::UniqueFunction<Next(const Reply&)>;

    [[nodiscard]] const model::AuthorizerDefinition& definition() const { return definition_; }

    // Judges at once where an answer is kept. Otherwise the function is called; who asks for the same identity meanwhile
    // waits for that call's answer, unless answers are not kept at all. `request` is read before it returns. The judge
    // runs on any thread.
    void ask(const Identity& identity, const model::HttpRequest& request, std::string_view arn,
             const std::string& trace, Judge judge);

  private:
    [[nodiscard]] Reply reply_of(model::Outcome outcome) const;
    void call(const Identity& identity, const model::HttpRequest& request, std::string_view arn,
              const std::string& trace, base::UniqueFunction<void(const Reply&)> done);
    void on_reply(const std::string& key, const Reply& reply);

    const model::AuthorizerDefinition definition_;
    model::Invoker& invoker_;
    const base::Clock& clock_;
    std::mutex mutex_;
    AnswerCache cache_;                                           // guarded by mutex_
    std::unordered_map<std::string, std::vector<Judge>> waiting_;  // guarded by mutex_; by key, while it is called
};

}  // namespace faasd::gateway
