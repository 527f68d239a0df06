// Objects as HTTP bodies, and the ranges that are asked of them: for every door to the buckets.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "model/blobs.hpp"
#include "model/blocking_executor.hpp"
#include "model/http.hpp"

namespace faasd::model {

// The bytes that the reader selects, piece by piece; each is read on the executor.
[[nodiscard]] std::unique_ptr<HttpBodySource> object_body(std::shared_ptr<BlockingExecutor> executor,
                                                          std::unique_ptr<ObjectReader> reader);

// A single range of RFC 9110 section 14.1.2. Anything else, several ranges too, is no range: the whole is sent.
[[nodiscard]] std::optional<ByteRange> parse_byte_range(std::string_view text);

}  // namespace faasd::model
