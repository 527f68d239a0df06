// The event of a table's change stream, as AWS documents it ("DynamoDB Streams and Lambda triggers").
#pragma once

#include <string>

#include "model/tables.hpp"
#include "sources/events/aws_identity.hpp"

namespace faasd::sources {

// One record. Its sequence number is the record's own, in decimal.
[[nodiscard]] std::string table_record(const model::ChangeRecord& change, const AwsIdentity& identity);

}  // namespace faasd::sources
