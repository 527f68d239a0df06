// Listing with prefix, delimiter and continuation, over any ordered set of keys (ListObjectsV2).
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "model/blobs.hpp"

namespace faasd::blob {

constexpr std::uint32_t kMaxListKeys = 1000;

// The keys of a bucket in the order of their bytes, which is the order of UTF-8.
class KeyCursor {
  public:
    virtual ~KeyCursor() = default;
    // To the first key at or after `lower`; false where there is none.
    virtual bool seek(std::string_view lower) = 0;
    virtual bool next() = 0;
    // Until the next move.
    [[nodiscard]] virtual std::string_view key() const = 0;
};

// Fills common_prefixes, next_token and truncated of `page`, and calls `take` while the cursor stands on a
// key that belongs on it. A common prefix counts as one key and costs one seek, whatever it holds. More than
// 1000 keys are never returned; max_keys = 0 is an empty page. A common prefix equal to start_after counts as
// listed, so that a page may be continued from its last entry. invalid_argument: a continuation token that is
// none.
[[nodiscard]] base::Result<> list_keys(KeyCursor& keys, const model::ListRequest& request,
                                       model::ListPage& page, const std::function<void()>& take);

// The smallest string that is greater than every string with this prefix. The prefix must not end in byte
// 0xFF, which UTF-8 never contains.
[[nodiscard]] std::string successor_of_prefix(std::string prefix);

}  // namespace faasd::blob
