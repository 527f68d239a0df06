#include "aws/s3/address.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace faasd::aws::s3 {
namespace {

// "photos.s3.eu-west-1.amazonaws.com:4566": where ".s3" begins, for a bucket may have dots and hyphens as
// well.
std::size_t service_label(std::string_view host) {
    return std::max(host.rfind(".s3.") + 1, host.rfind(".s3-") + 1);  // npos + 1 is 0
}

}  // namespace

Address address_of(const model::HttpRequest& request) {
    Address address;
    const std::string host = base::to_lower(request.host.substr(0, request.host.rfind(':')));
    if (const std::size_t label = service_label(host); label > 1) {
        address.bucket = host.substr(0, label - 1);
        address.in_host = true;
        address.website = std::string_view(host).substr(label).starts_with("s3-website");
    }
    std::string_view path = request.raw_path;
    if (path.starts_with('/')) path.remove_prefix(1);
    const auto decoded = [&](std::string_view text) {
        auto result = base::percent_decode(text);
        if (!result) address.valid = false;
        return result.value_or(std::string(text));
    };
    if (!address.in_host) {
        const std::string_view name = path.substr(0, path.find('/'));
        path.remove_prefix(std::min(name.size() + 1, path.size()));
        address.bucket = decoded(name);
    }
    address.key = decoded(path);
    return address;
}

}  // namespace faasd::aws::s3
