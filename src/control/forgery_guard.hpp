// Keeps web pages in somebody's browser away from the control port.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/http.hpp"

namespace faasd::control {

// A page elsewhere can make a browser send requests here, and by rebinding its DNS name it can even read the
// answers. Both show: the first in Origin or Sec-Fetch-Site, the second in Host. Clients that are not browsers send
// neither. Thread-safe, immutable.
class ForgeryGuard {
  public:
    // `hosts`: names besides the loopback ones that the daemon is reached by (its --host).
    explicit ForgeryGuard(std::vector<std::string> hosts = {}) : hosts_(std::move(hosts)) {}
    // Why the request is refused (403), or nothing.
    [[nodiscard]] std::optional<std::string> refusal(const model::HttpRequest& request) const;

  private:
    [[nodiscard]] bool is_ours(std::string_view host) const;
    std::vector<std::string> hosts_;
};

}  // namespace faasd::control
