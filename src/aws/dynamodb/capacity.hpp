// ReturnConsumedCapacity: what an operation has cost, by DynamoDB's arithmetic.
// Source: Developer Guide, "DynamoDB read and write operations" (capacity unit consumption).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "aws/dynamodb/answer.hpp"
#include "aws/dynamodb/input.hpp"
#include "model/tables.hpp"

namespace faasd::aws::dynamodb {

enum class CapacityWanted : std::uint8_t { none, total, indexes };
[[nodiscard]] CapacityWanted capacity_wanted(const Input& in);

// Of one table.
struct Capacity {
    double table = 0;
    std::map<std::string, double> local, global;
    void add(const model::WriteUsage& usage, double factor = 1);
    [[nodiscard]] double total() const;
};

// Reads are counted in 4 KB, half as much where they need not be consistent, and never nothing.
[[nodiscard]] double read_units(std::uint64_t bytes, bool consistent);

// {"TableName": …, "CapacityUnits": …}. `kind` is "ReadCapacityUnits" or "WriteCapacityUnits" where the operation says
// that too (transactions), else empty.
void write_capacity(std::string& out, std::string_view table, const Capacity& capacity, CapacityWanted wanted,
                    std::string_view kind = {});
// The member ConsumedCapacity: a list of these, one a table that was touched. Nothing where nothing was asked for.
void write_capacities(Answer& answer, const std::map<std::string, Capacity>& tables, CapacityWanted wanted,
                      std::string_view kind = {});

// Each unit of a transaction is paid twice.
inline constexpr double kTransactional = 2;
// Adds a write of a transaction, or what a request that comes again with its token reads instead (TransactWriteItems,
// "Idempotency"): then true.
bool add_transactional(Capacity& capacity, const model::WriteUsage& usage);

}  // namespace faasd::aws::dynamodb
