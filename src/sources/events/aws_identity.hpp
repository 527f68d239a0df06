// The names that AWS-shaped events carry: one account and region for the whole local cloud.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace faasd::sources {

struct AwsIdentity {
    std::string account = "000000000000";
    std::string region = "us-east-1";

    // "arn:aws:<service>:<region>:<account>:<resource>"
    [[nodiscard]] std::string arn(std::string_view service, std::string_view resource) const;
};

// 2026-11-24T05:27:52Z, as EventBridge writes times.
[[nodiscard]] std::string format_seconds(base::TimePoint time);

}  // namespace faasd::sources
