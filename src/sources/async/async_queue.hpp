// Invocations that are accepted now and run later: the model's AsyncInvoker over a durable queue a function.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <shared_mutex>
#include <string>
#include <vector>

#include "model/app.hpp"
#include "sources/async/async_delivery.hpp"
#include "sources/source.hpp"

namespace faasd::sources {

// Takes payloads of up to 1 MiB, of the characters that SQS takes. Submissions are accepted from the first
// configure() on, also before start() and after stop(): they wait in the store.
class AsyncQueue final : public model::AsyncInvoker {
  public:
    explicit AsyncQueue(const Dependencies& dependencies) : dependencies_(dependencies) {}

    // What the app's functions are: creates their queues, and where deliveries run, starts those of new
    // functions and stops those of removed ones (whose events stay in the store until the function is back).
    // Blocks on the store.
    [[nodiscard]] base::Result<> configure(const std::vector<model::FunctionDefinition>& functions);
    void start();
    void stop();
    bool wait(std::chrono::nanoseconds until);

    void submit(model::AsyncInvocation invocation, base::Completion<std::string> done) override;
    void submit_all(std::vector<model::AsyncInvocation> invocations,
                    base::Completion<std::vector<std::string>> done) override;
    base::Result<std::string> submit_in(model::Transaction& transaction,
                                        model::AsyncInvocation invocation) override;

  private:
    using Deliveries = std::map<std::string, std::shared_ptr<AsyncDelivery>, std::less<>>;
    [[nodiscard]] base::Result<> check(const model::AsyncInvocation& invocation);
    [[nodiscard]] AsyncMessage message_of(model::AsyncInvocation invocation) const;

    const Dependencies dependencies_;
    std::shared_mutex mutex_;  // guards what follows
    Deliveries deliveries_;
    std::vector<std::shared_ptr<AsyncDelivery>> retired_;  // stopped, perhaps with calls that still run
    bool running_ = false;
};

}  // namespace faasd::sources
