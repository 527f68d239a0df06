// Whether an upstream works, from the outcomes of its health checks.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

namespace faasd::gateway {

// Sans I/O. Healthy until proven otherwise, so that nothing waits for a first check; so many failures in a row make it
// unhealthy, so many successes in a row healthy again.
class HealthState {
  public:
    HealthState(std::uint32_t unhealthy_after, std::uint32_t healthy_after)
        : unhealthy_after_(unhealthy_after), healthy_after_(healthy_after) {}

    // Whether the state changed.
    bool success() {
        failures_ = 0;
        if (healthy_ || ++successes_ < healthy_after_) return false;
        healthy_ = true;
        reason_.clear();
        return true;
    }
    bool failure(std::string reason) {
        successes_ = 0;
        reason_ = std::move(reason);
        if (!healthy_ || ++failures_ < unhealthy_after_) return false;
        healthy_ = false;
        return true;
    }
    [[nodiscard]] bool healthy() const { return healthy_; }
    [[nodiscard]] const std::string& reason() const { return reason_; }  // of the last failure

  private:
    std::uint32_t unhealthy_after_, healthy_after_;
    std::uint32_t failures_ = 0, successes_ = 0;
    bool healthy_ = true;
    std::string reason_;
};

}  // namespace faasd::gateway
