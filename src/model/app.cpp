#include "model/app.hpp"

namespace faasd::model {

std::string_view to_string(ResourceKind kind) {
    switch (kind) {
        case ResourceKind::queue: return "queue";
        case ResourceKind::bucket: return "bucket";
        case ResourceKind::table: return "table";
        case ResourceKind::function: return "function";
        case ResourceKind::dependency: return "dependency";
    }
    return "unknown";
}

std::string UpstreamDefinition::authority() const {
    const std::string shown = host.find(':') == std::string::npos ? host : '[' + host + ']';
    return port == 80 ? shown : shown + ':' + std::to_string(port);
}

}  // namespace faasd::model
