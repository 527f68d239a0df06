// The event of a table's change stream, as AWS documents it ("DynamoDB Streams and Lambda triggers").
#pragma once

#include <string>
#include <string_view>

#include "model/tables.hpp"
#include "sources/events/aws_identity.hpp"

namespace faasd::sources {

// One record. Its sequence number is the record's own, in decimal.
[[nodiscard]] std::string table_record(const model::ChangeRecord& change, std::string_view stream_arn,
                                       const AwsIdentity& identity);

// Of the stream that the table has since then, as DescribeTable tells it.
[[nodiscard]] std::string stream_arn(std::string_view table, base::TimePoint since,
                                     const AwsIdentity& identity);

}  // namespace faasd::sources
