// The Date field, formatted once a second.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/units.hpp"

namespace faasd::gateway {

// Not thread-safe.
class HttpDate {
  public:
    explicit HttpDate(const base::Clock& clock) : clock_(clock) {}
    // IMF-fixdate of RFC 9110 section 5.6.7; valid until the next call.
    [[nodiscard]] std::string_view now() {
        const auto second = std::chrono::floor<std::chrono::seconds>(clock_.now());
        if (second != second_ || text_.empty()) {
            second_ = second;
            text_ = base::format_http_date(second);
        }
        return text_;
    }

  private:
    const base::Clock& clock_;
    std::chrono::sys_seconds second_{};
    std::string text_;
};

}  // namespace faasd::gateway
