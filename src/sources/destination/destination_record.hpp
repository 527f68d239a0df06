// What a destination is told about an event, as Lambda writes it (AWS Lambda Developer Guide, "Capturing
// records of Lambda asynchronous invocations" and "Retaining discarded batch records for a DynamoDB event
// source").
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "sources/events/aws_identity.hpp"

namespace faasd::sources {

// Why a record was written.
inline constexpr std::string_view kSuccess = "Success";
inline constexpr std::string_view kRetriesExhausted = "RetriesExhausted";
inline constexpr std::string_view kEventAgeExceeded = "EventAgeExceeded";
inline constexpr std::string_view kRecursiveLoop = "RecursiveLoop";  // faasd's own: Lambda names none

struct InvocationRecord {
    std::string request_id, function;
    std::string condition;
    std::uint32_t invoke_count = 0;
    std::string request;  // JSON
    bool ran = false;     // there is an answer
    bool failed = false;
    std::string response;  // JSON; of a failed call {"errorType":…,"errorMessage":…}
};
[[nodiscard]] std::string to_json(const InvocationRecord& record, base::TimePoint now,
                                  const AwsIdentity& identity);

// Changes of a table's stream that were given up on: where they are, not what they are, since the stream
// still has them.
struct StreamBatchRecord {
    std::string request_id, function, table;
    std::string condition;
    std::uint32_t invoke_count = 0;
    bool ran = false;
    std::string first_sequence, last_sequence;
    base::TimePoint first_at{}, last_at{};
    std::size_t size = 0;
    std::string stream_arn{};
};
[[nodiscard]] std::string to_json(const StreamBatchRecord& record, base::TimePoint now,
                                  const AwsIdentity& identity);

// The key of a record in a bucket: aws/lambda/<kind>/<name>/2026/11/24/2026-11-24T05.27.52-<id>.
[[nodiscard]] std::string record_key(std::string_view kind, std::string_view name, base::TimePoint at,
                                     std::string_view id);

}  // namespace faasd::sources
