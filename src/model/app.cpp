#include "model/app.hpp"

namespace faasd::model {

std::string_view to_string(ResourceKind kind) {
    switch (kind) {
        case ResourceKind::queue: return "queue";
        case ResourceKind::bucket: return "bucket";
        case ResourceKind::table: return "table";
        case ResourceKind::function: return "function";
    }
    return "unknown";
}

}  // namespace faasd::model
