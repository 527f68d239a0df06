#include "services/blob/listing.hpp"

#include <algorithm>

#include "base/digest.hpp"

namespace faasd::blob {
namespace {

// Names the format of a token, so that a later one can be told apart.
constexpr char kTokenVersion = '1';

// A token holds the lower bound of the next page: where a page ended inside a key or behind a common prefix
// is all the same to it.
std::string encode_token(std::string_view lower) {
    std::string bytes(1, kTokenVersion);
    bytes += lower;
    return base::base64_encode(bytes);
}

base::Result<std::string> decode_token(std::string_view token) {
    auto bytes = base::base64_decode(token);
    if (!bytes || bytes->empty() || bytes->front() != kTokenVersion) {
        return base::Error{model::BlobErrc::invalid_argument,
                           "the continuation token is not one that a listing returned"};
    }
    return bytes->substr(1);
}

std::string next_string(std::string_view key) {
    return std::string(key) + '\0';
}

}  // namespace

std::string successor_of_prefix(std::string prefix) {
    if (!prefix.empty()) prefix.back() = static_cast<char>(static_cast<unsigned char>(prefix.back()) + 1);
    return prefix;
}

base::Result<> list_keys(KeyCursor& keys, const model::ListRequest& request, model::ListPage& page,
                         const std::function<void()>& take) {
    std::string lower = request.prefix;
    if (!request.continuation_token.empty()) {
        auto resumed = decode_token(request.continuation_token);
        if (!resumed) return resumed.error();
        lower = std::max(lower, *resumed);
    } else if (!request.start_after.empty()) {
        lower = std::max(lower, next_string(request.start_after));
    }
    const std::uint32_t limit = std::min(request.max_keys, kMaxListKeys);
    if (limit == 0) return {};
    const std::string& listed_prefix =
        request.continuation_token.empty() ? request.start_after : std::string{};

    std::uint32_t count = 0;
    std::string resume;
    bool more = keys.seek(lower);
    while (more && keys.key().starts_with(request.prefix)) {
        const std::string_view key = keys.key();
        const std::size_t found = request.delimiter.empty()
                                      ? std::string_view::npos
                                      : key.find(request.delimiter, request.prefix.size());
        if (found == std::string_view::npos) {
            if (count == limit) {
                page.truncated = true;
                break;
            }
            ++count;
            resume = next_string(key);
            take();
            more = keys.next();
            continue;
        }
        std::string common(key.substr(0, found + request.delimiter.size()));
        std::string behind = successor_of_prefix(common);
        if (common != listed_prefix) {
            if (count == limit) {
                page.truncated = true;
                break;
            }
            ++count;
            page.common_prefixes.push_back(std::move(common));
            resume = behind;
        }
        more = keys.seek(behind);
    }
    if (page.truncated) page.next_token = encode_token(resume);
    return {};
}

}  // namespace faasd::blob
