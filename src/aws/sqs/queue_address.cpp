#include "aws/sqs/queue_address.hpp"

#include <array>

#include "aws/protocol/operation_door.hpp"
#include "aws/protocol/temporary_key.hpp"
#include "aws/sqs/errors.hpp"

namespace faasd::aws::sqs {
namespace {

[[noreturn]] void refuse_address(std::string_view url) {
    throw Refusal{
        error_of("InvalidAddress", "The address " + std::string(url) + " is not valid for this endpoint.")};
}

// Names of regions have it, those of hosts in these places do not.
bool is_region(std::string_view label) {
    return label.find('-') != std::string_view::npos;
}

// "sqs.eu-west-1.example" and "eu-west-1.queue.example" name a region; nothing where the host does not.
std::string_view region_of_host(std::string_view host) {
    const auto first = host.substr(0, host.find('.'));
    const auto rest = first.size() < host.size() ? host.substr(first.size() + 1) : std::string_view{};
    const auto second = rest.substr(0, rest.find('.'));
    if (first == "sqs" && is_region(second)) return second;
    if (second == "queue" && is_region(first)) return first;
    return {};
}

// The last five at most, the last one first.
struct Parts {
    std::array<std::string_view, 5> last{};
    std::size_t count = 0;
};
Parts split(std::string_view path) {
    Parts parts;
    while (!path.empty() && parts.count < parts.last.size()) {
        const std::size_t slash = path.rfind('/');
        parts.last[parts.count++] = slash == std::string_view::npos ? path : path.substr(slash + 1);
        path = slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash);
    }
    return parts;
}

// Queues that begin with '~' are the daemon's own.
bool may_be_a_name(std::string_view name) {
    return !name.empty() && name.front() != '~';
}

}  // namespace

QueueAddress address_of(std::string_view url, const Scope& caller) {
    std::string_view rest = url.substr(0, url.find('?'));
    std::string_view host;
    if (const std::size_t scheme = rest.find("://"); scheme != std::string_view::npos) {
        rest.remove_prefix(scheme + 3);
        const std::size_t slash = rest.find('/');
        host = rest.substr(0, slash);
        rest = slash == std::string_view::npos ? std::string_view{} : rest.substr(slash);
    }
    while (rest.ends_with('/'))
        rest.remove_suffix(1);
    if (rest.starts_with('/')) rest.remove_prefix(1);
    const Parts parts = split(rest);
    if (parts.count == 0) refuse_address(url);
    QueueAddress address{caller, std::string(parts.last[0])};
    if (parts.count > 1 || !host.empty()) {
        if (!is_account(parts.last[1])) refuse_address(url);
        address.scope.account = parts.last[1];
        const bool names_region = parts.count > 3 && parts.last[3] == "queue";
        if (host.empty() && parts.count == (names_region ? 5u : 3u)) host = parts.last[parts.count - 1];
        const std::string_view region = names_region ? parts.last[2] : region_of_host(host);
        if (!region.empty()) address.scope.region = region;
    }
    if (!may_be_a_name(address.name)) throw Refusal{no_such_queue()};
    return address;
}

bool address_of_arn(std::string_view text, QueueAddress& into) {
    Arn arn;
    if (!parse_arn(text, arn) || arn.service != "sqs" || !is_account(arn.account) || arn.region.empty())
        return false;
    if (arn.resource.find('/') != std::string_view::npos || !may_be_a_name(arn.resource)) return false;
    into = {{std::string(arn.account), std::string(arn.region)}, std::string(arn.resource)};
    return true;
}

std::string url_of(std::string_view base, const Scope& scope, std::string_view name) {
    std::string url(base);
    return url.append("/").append(scope.account).append("/").append(name);
}

}  // namespace faasd::aws::sqs
