// What a person sees when the daemon has started.
#pragma once

#include <string>

#include "model/app.hpp"

namespace faasd::daemon {

struct BannerFacts {
    std::string app_url, control_url, data;
    base::Duration start_up{};
    bool colour = false;
};

// The URLs, every function, route and trigger, and two lines to try.
[[nodiscard]] std::string banner(const model::App& app, const BannerFacts& facts);

}  // namespace faasd::daemon
