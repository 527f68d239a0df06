// Which of a request's conditions hold, and which bytes its range selects. Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "model/blobs.hpp"

namespace faasd::blob {

// Of GET and HEAD, in the order of RFC 9110 section 13.2.2: If-Match, else If-Unmodified-Since
// (precondition_failed), then If-None-Match, else If-Modified-Since (not_modified). An ETag condition may be
// a list, quoted or not; If-None-Match compares weakly, If-Match strongly. Times count in whole seconds, as
// in the header Last-Modified that they come from.
[[nodiscard]] base::Result<> check_read_conditions(const model::ReadConditions& conditions,
                                                   const model::ObjectInfo& object);

// The same on the source of a copy, where whatever does not hold is precondition_failed (CopyObject).
[[nodiscard]] base::Result<> check_copy_conditions(const model::ReadConditions& conditions,
                                                   const model::ObjectInfo& object);

// Of a write (S3 User Guide, "Conditional writes"): If-None-Match: * wants no object there
// (precondition_failed), If-Match one with this ETag (precondition_failed, or no_such_key where there is
// none). `etag`: of the object that is there.
[[nodiscard]] base::Result<> check_write_conditions(const model::PutOptions& options, std::string_view key,
                                                    std::optional<std::string_view> etag);

// The header whose condition did not hold; empty with another error.
[[nodiscard]] std::string condition_of(const base::Error& error);

struct Slice {
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
    bool operator==(const Slice&) const = default;
};
// RFC 9110 section 14.1.2; without a range: all of it. invalid_range where no byte is selected, so for every
// range of an empty object, as S3 does.
[[nodiscard]] base::Result<Slice> resolve_range(const std::optional<model::ByteRange>& range,
                                                std::uint64_t size);

}  // namespace faasd::blob
