// TransactWriteItems and BatchWriteItem.
// Source: API Reference, TransactWriteItems and BatchWriteItem; Developer Guide, "Amazon DynamoDB Transactions".
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "services/table/item_writer.hpp"
#include "services/table/prepared_write.hpp"

namespace faasd::table {

inline constexpr std::size_t kMaxTransactionActions = 100;
inline constexpr std::uint64_t kMaxTransactionBytes = 4 * 1024 * 1024;
inline constexpr std::size_t kMaxBatchWrites = 25;
inline constexpr std::uint64_t kMaxBatchBytes = 16 * 1024 * 1024;
inline constexpr std::size_t kMaxTokenLength = 36;
inline constexpr std::chrono::minutes kTokensKept{10};

struct PreparedTransaction {
    std::vector<PreparedWrite> writes;
    std::string token;   // empty: none
    std::string digest;  // of all that makes the request, if it has a token
};
[[nodiscard]] base::Result<PreparedTransaction> prepare_transaction(std::vector<model::WriteAction> actions,
                                                                    std::string token);
// Within a write transaction: all or, on an error, none. A token that was used within 10 minutes makes it a success
// without effect, or idempotent_parameter_mismatch where the request is another.
[[nodiscard]] base::Result<> run_transaction(storage::Connection& connection, ItemWriter& writer,
                                             const PreparedTransaction& transaction, base::TimePoint now);

// Only puts and deletes, without conditions.
[[nodiscard]] base::Result<std::vector<PreparedWrite>> prepare_batch(std::vector<model::WriteAction> actions);
// Whatever makes DynamoDB reject a whole batch (an unknown table, a wrong key, the same item twice) does so here.
[[nodiscard]] base::Result<> run_batch(ItemWriter& writer, const std::vector<PreparedWrite>& writes);

}  // namespace faasd::table
