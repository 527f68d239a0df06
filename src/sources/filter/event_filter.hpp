// Which events a consumer wants (AWS Lambda Developer Guide, "Control which events Lambda sends to your
// function").
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "model/pattern/event_pattern.hpp"

namespace faasd::sources {

// Immutable, so thread-safe. An event is wanted when one of the patterns matches, or when there are none.
class EventFilter {
  public:
    explicit EventFilter(std::vector<model::EventPattern> patterns) : patterns_(std::move(patterns)) {}

    [[nodiscard]] bool wants_all() const { return patterns_.empty(); }

    // A message of a queue: its body, and `record`, which renders the rest (as the function would get it) and
    // is asked for only where a pattern looks there. A pattern that has an object for `body` wants a body
    // that is JSON (an object or a list); one that lists texts for it wants a body that is not: as Lambda has
    // it, a message of the other kind does not match. A pattern without `body` does not look at it.
    [[nodiscard]] bool wants_message(std::string_view body, const std::function<std::string()>& record) const;
    // Any other event, as rendered for the function.
    [[nodiscard]] bool wants_record(std::string_view record) const;

  private:
    std::vector<model::EventPattern> patterns_;
};

}  // namespace faasd::sources
