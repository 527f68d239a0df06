#include "services/table/transaction_writer.hpp"

#include <set>
#include <utility>

#include "services/table/tokens.hpp"
#include "items/attribute_value.hpp"

namespace faasd::table {

using namespace items;
namespace {

using base::Error;
using base::Result;
using model::TableErrc;

model::TransactionCanceledDetail::Reason reason_of(const Error& error) {
    model::TransactionCanceledDetail::Reason reason;
    reason.message = error.message;
    if (error.code == TableErrc::conditional_check_failed) {
        reason.code = "ConditionalCheckFailed";
        if (const auto* detail = dynamic_cast<const model::ConditionalCheckDetail*>(error.detail.get())) {
            reason.item = detail->item;
        }
    } else {
        reason.code = "ValidationError";
    }
    return reason;
}

Error cancelled(std::vector<model::TransactionCanceledDetail::Reason> reasons) {
    std::string codes;
    for (const auto& reason : reasons) codes += (codes.empty() ? "" : ", ") + reason.code;
    auto detail = std::make_shared<model::TransactionCanceledDetail>();
    detail->reasons = std::move(reasons);
    return {TableErrc::transaction_canceled,
            "Transaction cancelled, please refer cancellation reasons for specific reasons [" + codes + "]",
            std::move(detail)};
}

std::uint64_t size_of(const PlannedWrite& write) {
    const std::uint64_t stored = write.stored ? write.stored->size : 0;
    return write.new_item ? write.new_item->size : stored;
}

std::string too_many(const char* parameter, std::size_t limit) {
    return std::string("1 validation error detected: Value at '") + parameter +
           "' failed to satisfy constraint: Member must have length less than or equal to " + std::to_string(limit);
}
std::string none(const char* parameter) {
    return std::string("1 validation error detected: Value at '") + parameter +
           "' failed to satisfy constraint: Member must have length greater than or equal to 1";
}

}  // namespace

Result<PreparedTransaction> prepare_transaction(std::vector<model::WriteAction> actions, std::string token) {
    if (actions.empty()) return validation_error(none("transactItems"));
    if (actions.size() > kMaxTransactionActions) {
        return validation_error(too_many("transactItems", kMaxTransactionActions));
    }
    if (token.size() > kMaxTokenLength) return validation_error(too_many("clientRequestToken", kMaxTokenLength));
    PreparedTransaction transaction;
    if (!token.empty()) transaction.digest = digest_of(actions);
    transaction.token = std::move(token);
    for (model::WriteAction& action : actions) {
        auto write = prepare(std::move(action));
        if (!write) return write.error();
        transaction.writes.push_back(std::move(*write));
    }
    return transaction;
}

Result<> run_transaction(storage::Connection& connection, ItemWriter& writer, const PreparedTransaction& transaction,
                         base::TimePoint now) {
    if (!transaction.token.empty()) {
        const auto used = find_token(connection, transaction.token, now - kTokensKept);
        if (used && *used == transaction.digest) {
            for (const PreparedWrite& write : transaction.writes)
                if (write.usage) write.usage->read_bytes = writer.size_of_target(write);
            return {};
        }
        if (used) {
            return Error(TableErrc::idempotent_parameter_mismatch,
                         "DynamoDB rejected the request because you retried a request with a different payload but "
                         "with an idempotent token that was already used.");
        }
    }
    std::set<RowAddress> targets;
    for (const PreparedWrite& write : transaction.writes) {
        const auto target = writer.target_of(write);
        if (target && !targets.insert(*target).second) {
            return validation_error("Transaction request cannot include multiple operations on one item");
        }
    }
    std::vector<PlannedWrite> planned;
    std::vector<model::TransactionCanceledDetail::Reason> reasons(transaction.writes.size());
    std::uint64_t bytes = 0;
    bool failed = false;
    for (std::size_t i = 0; i < transaction.writes.size(); ++i) {
        auto write = writer.check(transaction.writes[i]);
        if (!write) {
            if (write.error().code == TableErrc::no_such_table) return write.error();
            reasons[i] = reason_of(write.error());
            failed = true;
            continue;
        }
        bytes += size_of(*write);
        planned.push_back(std::move(*write));
    }
    if (failed) return cancelled(std::move(reasons));
    if (bytes > kMaxTransactionBytes) {
        return validation_error("Transaction request cannot exceed 4 MB: the items of this one have " +
                                std::to_string(bytes) + " bytes");
    }
    for (const PlannedWrite& write : planned) writer.apply(write);
    if (!transaction.token.empty()) {
        save_token(connection, transaction.token, transaction.digest, now, now - kTokensKept);
    }
    return {};
}

Result<std::vector<PreparedWrite>> prepare_batch(std::vector<model::WriteAction> actions) {
    if (actions.empty()) return validation_error(none("requestItems"));
    if (actions.size() > kMaxBatchWrites) {
        return validation_error("Too many items requested for the BatchWriteItem call");
    }
    std::vector<PreparedWrite> writes;
    std::uint64_t bytes = 0;
    for (model::WriteAction& action : actions) {
        auto write = prepare(std::move(action));
        if (!write) return write.error();
        if ((write->kind != WriteKind::put && write->kind != WriteKind::remove) || write->condition) {
            return validation_error("A batch write takes puts and deletes without conditions only; use a transaction "
                                    "for anything else");
        }
        if (write->item) bytes += write->item->size;
        writes.push_back(std::move(*write));
    }
    if (bytes > kMaxBatchBytes) return validation_error("The items of a batch write cannot exceed 16 MB");
    return writes;
}

Result<> run_batch(ItemWriter& writer, const std::vector<PreparedWrite>& writes) {
    std::vector<PlannedWrite> planned;
    std::set<RowAddress> targets;
    for (const PreparedWrite& write : writes) {
        auto checked = writer.check(write);
        if (!checked) return checked.error();
        if (!targets.emplace(checked->schema->id, checked->key).second) {
            return validation_error("Provided list of item keys contains duplicates");
        }
        planned.push_back(std::move(*checked));
    }
    for (const PlannedWrite& write : planned) writer.apply(write);
    return {};
}

}  // namespace faasd::table
