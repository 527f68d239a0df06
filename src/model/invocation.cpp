#include "model/invocation.hpp"

#include <nlohmann/json.hpp>

#include "base/json.hpp"

namespace faasd::model {

std::string_view to_string(CauseKind kind) {
    switch (kind) {
        case CauseKind::http: return "http";
        case CauseKind::queue: return "queue";
        case CauseKind::bucket: return "bucket";
        case CauseKind::table: return "table";
        case CauseKind::timer: return "timer";
        case CauseKind::file: return "file";
        case CauseKind::invoke: return "invoke";
        case CauseKind::async: return "async";
        case CauseKind::test: return "test";
    }
    return "unknown";
}

std::string_view to_string(OutcomeStatus status) {
    switch (status) {
        case OutcomeStatus::success: return "ok";
        case OutcomeStatus::function_error: return "error";
        case OutcomeStatus::timeout: return "timeout";
        case OutcomeStatus::crashed: return "crashed";
        case OutcomeStatus::throttled: return "throttled";
        case OutcomeStatus::no_such_function: return "no such function";
        case OutcomeStatus::unavailable: return "unavailable";
        case OutcomeStatus::shutting_down: return "shutting down";
        case OutcomeStatus::invalid_response: return "invalid response";
        case OutcomeStatus::recursive_loop: return "loop";
    }
    return "unknown";
}

std::string error_json(const Outcome& outcome) {
    return base::to_text(nlohmann::json{{"errorType", outcome.error.type}, {"errorMessage", outcome.error.message}});
}

}  // namespace faasd::model
