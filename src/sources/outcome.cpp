#include "sources/outcome.hpp"

namespace faasd::sources {

std::string describe(const model::Outcome& outcome) {
    const std::string& type = outcome.error.type;
    const std::string& message = outcome.error.message;
    if (!type.empty() && !message.empty()) return type + ": " + message;
    if (!message.empty()) return message;
    return type.empty() ? std::string(model::to_string(outcome.status)) : type;
}

bool could_not_start(model::OutcomeStatus status) {
    return status == model::OutcomeStatus::throttled || status == model::OutcomeStatus::unavailable ||
           status == model::OutcomeStatus::no_such_function || status == model::OutcomeStatus::shutting_down;
}

}  // namespace faasd::sources
