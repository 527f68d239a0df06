#include "model/stream_label.hpp"

#include "base/units.hpp"

namespace faasd::model {

std::string stream_label(base::TimePoint since) {
    std::string label = base::format_rfc3339(since);
    label.pop_back();  // the zone
    return label;
}

}  // namespace faasd::model
