#include "model/schedules.hpp"

namespace faasd::model {

std::string_view to_string(MissedRuns missed) {
    switch (missed) {
        case MissedRuns::skip:
            return "skip";
        case MissedRuns::once:
            return "once";
        case MissedRuns::all:
            return "all";
    }
    return "unknown";
}

}  // namespace faasd::model
