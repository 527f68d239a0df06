#include "sources/events/aws_identity.hpp"

#include "base/units.hpp"

namespace faasd::sources {

std::string AwsIdentity::arn(std::string_view service, std::string_view resource) const {
    std::string out = "arn:aws:";
    out.append(service).append(":").append(region).append(":").append(account).append(":").append(resource);
    return out;
}

std::string format_seconds(base::TimePoint time) {
    std::string out = base::format_rfc3339(std::chrono::floor<std::chrono::seconds>(time));
    const std::size_t point = out.find('.');
    if (point != std::string::npos) out.replace(point, out.size() - point, "Z");
    return out;
}

}  // namespace faasd::sources
