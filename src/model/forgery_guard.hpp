// Keeps web pages in somebody's browser away from the control port.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/http.hpp"

namespace faasd::model {

// A page elsewhere can make a browser send requests here, and by rebinding its DNS name it can even read the
// answers. Both show: the first in Origin or Sec-Fetch-Site, the second in Host. Clients that are not browsers send
// neither. Thread-safe, immutable.
class ForgeryGuard {
  public:
    struct Admitted {
        std::vector<std::string> hosts{};     // names besides the loopback ones that the daemon is reached by (its --host)
        std::vector<std::string> suffixes{};  // ".amazonaws.com": names below these as well
        bool pages_of_this_machine = false;   // of any port of localhost: somebody's own frontend
    };
    explicit ForgeryGuard(std::vector<std::string> hosts = {}) : admitted_{std::move(hosts)} {}
    explicit ForgeryGuard(Admitted admitted) : admitted_(std::move(admitted)) {}

    // Why the request is refused (403), or nothing.
    [[nodiscard]] std::optional<std::string> refusal(const HttpRequest& request) const;
    // The two halves of it: by the name that we were reached by, and by the page that sends the request.
    [[nodiscard]] std::optional<std::string> host_refusal(const HttpRequest& request) const;
    [[nodiscard]] std::optional<std::string> page_refusal(const HttpRequest& request) const;

  private:
    [[nodiscard]] bool is_ours(std::string_view host) const;
    [[nodiscard]] bool is_admitted(std::string_view origin, std::string_view host) const;
    Admitted admitted_;
};

}  // namespace faasd::model
