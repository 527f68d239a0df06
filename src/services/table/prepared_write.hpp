// A write with everything done that needs no look at the table: on the caller's thread, so that the one writer
// thread has less to do.
#pragma once

#include <memory>
#include <string>

#include "base/result.hpp"
#include "model/tables.hpp"
#include "services/table/expressions/condition.hpp"
#include "services/table/expressions/update.hpp"

namespace faasd::table {

// An item with the bytes it is stored as.
struct EncodedItem {
    model::Item item;
    std::string bytes;       // encode_item()
    std::uint64_t size = 0;  // item_size()
};
using EncodedItemPtr = std::shared_ptr<const EncodedItem>;
[[nodiscard]] EncodedItemPtr encode(model::Item item);

enum class WriteKind { put, update, remove, check };

struct PreparedWrite {
    WriteKind kind{};
    std::string table;
    EncodedItemPtr item;  // of a put
    model::Item key;      // of the others
    Condition condition;
    UpdatePlan update;
    model::ReturnValues return_values = model::ReturnValues::none;
    bool return_old_on_condition_failure = false;
    std::string trace;
    model::WriteUsagePtr usage;
};

// Values are brought into canonical form, expressions parsed, an item's size checked.
[[nodiscard]] base::Result<PreparedWrite> prepare(model::PutItem request);
[[nodiscard]] base::Result<PreparedWrite> prepare(model::UpdateItem request);
[[nodiscard]] base::Result<PreparedWrite> prepare(model::DeleteItem request);
[[nodiscard]] base::Result<PreparedWrite> prepare(model::ConditionCheck request);
[[nodiscard]] base::Result<PreparedWrite> prepare(model::WriteAction action);

// Numbers of the values in canonical text, as the engine compares them.
[[nodiscard]] base::Result<> canonicalize(model::ExpressionNames& names);

}  // namespace faasd::table
