// The init hook of a module, and what its callers are told while it does not end.
#include <algorithm>
#include <utility>

#include <spdlog/spdlog.h>

#include "base/units.hpp"
#include "runtime/call.hpp"
#include "runtime/unit.hpp"

namespace faasd::runtime {
namespace {

// A hook that hangs would keep every caller waiting: they are told, until it ends after all.
class SlowInit final : public Deadlined {
  public:
    SlowInit(std::vector<std::shared_ptr<Function>> functions, std::string error)
        : functions_(std::move(functions)), error_(std::move(error)) {}
    void out_of_time() override {
        spdlog::error("{}", error_);
        for (const auto& function : functions_) {
            function->set_error(FunctionState::failed, error_);
            Call::pump(*function);
        }
    }

  private:
    const std::vector<std::shared_ptr<Function>> functions_;
    const std::string error_;
};

}  // namespace

base::Result<> Runtime::run_init(const std::vector<UnitUser>& users, const std::shared_ptr<const Binding>& binding) {
    // Lambda gives an init phase 10 seconds.
    auto patience = base::Duration{options_.init_patience};
    std::vector<std::shared_ptr<Function>> functions;
    for (const auto& user : users) {
        functions.push_back(user.function);
        patience = std::max(patience, user.definition->timeout);
    }
    const auto slow = std::make_shared<SlowInit>(
        std::move(functions), "the init hook of " + users.front().definition->name + " has not ended within " +
                                  base::format_duration(patience) + "; its functions are served once it does");
    host_->deadlines.add(*slow, base::monotonic_now() + patience);
    auto done = Call::run_init(host_, users.front().function, binding);
    host_->deadlines.remove(*slow);
    return done;
}

}  // namespace faasd::runtime
