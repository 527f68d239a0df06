#include "services/table/item_writer.hpp"

#include <algorithm>

#include "services/table/change_log.hpp"
#include "services/table/expiry.hpp"
#include "services/table/expressions/key_paths.hpp"
#include "services/table/index_writer.hpp"
#include "services/table/usage.hpp"
#include "items/attribute_value.hpp"
#include "items/item_codec.hpp"
#include "items/key.hpp"

namespace faasd::table {

using namespace items;
namespace {

using base::Result;
using model::ReturnValues;

// An item in the store that can't be decoded: the database was damaged or written by something else.
[[noreturn]] void throw_damaged(const TableSchema& schema, const base::Error& error) {
    throw std::runtime_error("an item of the table " + schema.definition.name + " is damaged: " + error.message);
}

EncodedItemPtr decode(const TableSchema& schema, const StoredItem& stored) {
    auto item = decode_item(stored.bytes);
    if (!item) throw_damaged(schema, item.error());
    auto decoded = std::make_shared<EncodedItem>();
    decoded->item = std::move(*item);
    decoded->bytes = stored.bytes;
    decoded->size = stored.size;
    return decoded;
}

bool needs_old_item(const TableSchema& schema, const PreparedWrite& write) {
    return write.kind == WriteKind::update || write.kind == WriteKind::check || write.condition ||
           write.return_values != ReturnValues::none || !schema.indexes.empty() ||
           schema.definition.stream != model::StreamView::none;
}

base::Error condition_failed(const PreparedWrite& write, const EncodedItemPtr& old_item) {
    auto detail = std::make_shared<model::ConditionalCheckDetail>();
    if (write.return_old_on_condition_failure && old_item) detail->item = old_item->item;
    return {model::TableErrc::conditional_check_failed, "The conditional request failed", std::move(detail)};
}

std::optional<model::Item> unless_empty(model::Item item) {
    if (item.empty()) return {};
    return item;
}

std::optional<model::Item> returned_by_update(const PreparedWrite& write, const EncodedItem* before,
                                              const EncodedItem* after) {
    switch (write.return_values) {
        case ReturnValues::none: return {};
        case ReturnValues::all_old: return before ? std::optional(before->item) : std::nullopt;
        case ReturnValues::all_new: return after ? std::optional(after->item) : std::nullopt;
        case ReturnValues::updated_old:
            return before ? unless_empty(updated_attributes(write.update, before->item)) : std::nullopt;
        case ReturnValues::updated_new:
            return after ? unless_empty(updated_attributes(write.update, after->item)) : std::nullopt;
    }
    return {};
}

}  // namespace

Result<RowKey> ItemWriter::key_of_write(const PreparedWrite& write, const TableSchema& schema) {
    const model::KeySchema& key = schema.definition.key;
    if (write.kind != WriteKind::put) {
        if (auto ok = check_key(key, write.key); !ok) return ok.error();
        if (write.kind == WriteKind::update) {
            if (auto ok = check_update(write.update, schema.definition); !ok) return ok.error();
        }
    } else {
        if (auto ok = check_item_key(key, write.item->item); !ok) return ok.error();
        for (const IndexSchema& index : schema.indexes) {
            if (auto ok = check_index_key(index.definition, write.item->item); !ok) return ok.error();
        }
    }
    if (auto ok = check_key_paths(paths_of(write.condition), schema.definition); !ok) return ok.error();
    return row_key(key, write.kind == WriteKind::put ? write.item->item : write.key);
}

std::optional<RowAddress> ItemWriter::target_of(const PreparedWrite& write) {
    const auto schema = catalog_.find(connection_, write.table);
    if (!schema) return {};
    auto key = key_of_write(write, **schema);
    if (!key) return {};
    return RowAddress((*schema)->id, std::move(*key));
}

std::uint64_t ItemWriter::size_of_target(const PreparedWrite& write) {
    const auto target = target_of(write);
    const auto stored = target ? read_item(connection_, target->first, target->second, false) : std::nullopt;
    return stored && !is_expired(stored->expires_at, now_) ? stored->size : 0;
}

Result<PlannedWrite> ItemWriter::check(const PreparedWrite& write) {
    auto schema = catalog_.find(connection_, write.table);
    if (!schema) return schema.error();
    PlannedWrite planned;
    planned.schema = std::move(*schema);
    auto key = key_of_write(write, *planned.schema);
    if (!key) return key.error();
    planned.key = std::move(*key);
    planned.trace = write.trace;

    const bool with_item = needs_old_item(*planned.schema, write);
    // An expired item needs its bytes for leaving the indexes and the stream.
    planned.stored = read_item(connection_, planned.schema->id, planned.key, with_item);
    if (with_item && planned.stored && !is_expired(planned.stored->expires_at, now_)) {
        planned.old_item = decode(*planned.schema, *planned.stored);
    }
    if (write.condition) {
        static const model::Item no_item;
        if (!holds(write.condition, planned.old_item ? planned.old_item->item : no_item)) {
            return condition_failed(write, planned.old_item);
        }
    }
    switch (write.kind) {
        case WriteKind::check: break;
        case WriteKind::put:
            planned.effect = PlannedWrite::Effect::store;
            planned.new_item = write.item;
            break;
        case WriteKind::update:
            if (auto ok = plan_update(write, planned); !ok) return ok.error();
            break;
        case WriteKind::remove: planned.effect = PlannedWrite::Effect::erase; break;
    }
    if (write.kind != WriteKind::update && write.return_values == ReturnValues::all_old && planned.old_item) {
        planned.returned = planned.old_item->item;
    }
    if (write.usage) *write.usage = usage_of(planned, now_);
    return planned;
}

Result<> ItemWriter::plan_update(const PreparedWrite& write, PlannedWrite& planned) {
    const model::Item* old = planned.old_item ? &planned.old_item->item : nullptr;
    auto updated = table::apply(write.update, old, write.key);
    if (!updated) return updated.error();
    if (auto ok = check_updated_item(planned.schema->definition, *updated); !ok) return ok;
    planned.new_item = encode(std::move(*updated));
    planned.effect = PlannedWrite::Effect::store;
    planned.returned = returned_by_update(write, planned.old_item.get(), planned.new_item.get());
    return {};
}

void ItemWriter::apply(const PlannedWrite& write) {
    bool exists = write.stored.has_value();
    if (exists && is_expired(write.stored->expires_at, now_) && write.effect != PlannedWrite::Effect::nothing) {
        remove_expired(*write.schema, write.key, *write.stored);
        exists = false;
    }
    switch (write.effect) {
        case PlannedWrite::Effect::nothing: return;
        case PlannedWrite::Effect::store: store(write, exists); return;
        case PlannedWrite::Effect::erase:
            if (exists) erase(*write.schema, write.key, *write.stored, write.old_item.get(), false, write.trace);
            return;
    }
}

void ItemWriter::store(const PlannedWrite& write, bool exists) {
    const TableSchema& schema = *write.schema;
    const EncodedItem& item = *write.new_item;
    // DynamoDB, too, records no change for a write that changes nothing.
    if (write.old_item && write.old_item->bytes == item.bytes) return;
    const auto expires_at = expiry_of(schema.definition, item.item, now_);
    if (expires_at) earliest_expiry_ = std::min(earliest_expiry_.value_or(*expires_at), *expires_at);
    const auto size = static_cast<std::int64_t>(item.size);
    if (exists) {
        std::optional<std::optional<std::int64_t>> new_expiry;
        if (expires_at != write.stored->expires_at) new_expiry = expires_at;
        replace_item(connection_, schema.id, write.key, item.size, new_expiry, item.bytes);
        count(connection_, schema.id, 0, size - static_cast<std::int64_t>(write.stored->size));
    } else {
        insert_item(connection_, schema.id, write.key, item.size, expires_at, item.bytes);
        count(connection_, schema.id, 1, size);
    }
    update_indexes(connection_, schema, write.key, write.old_item ? &write.old_item->item : nullptr, &item.item);
    record(schema, write.old_item.get(), &item, false, write.trace);
}

void ItemWriter::erase(const TableSchema& schema, const RowKey& key, const StoredItem& stored,
                       const EncodedItem* old_item, bool expired, std::string_view trace) {
    erase_item(connection_, schema.id, key);
    count(connection_, schema.id, -1, -static_cast<std::int64_t>(stored.size));
    if (!old_item) return;
    update_indexes(connection_, schema, key, &old_item->item, nullptr);
    record(schema, old_item, nullptr, expired, trace);
}

void ItemWriter::remove_expired(const TableSchema& schema, const RowKey& key, const StoredItem& stored) {
    const bool needs_item = !schema.indexes.empty() || schema.definition.stream != model::StreamView::none;
    erase(schema, key, stored, needs_item ? decode(schema, stored).get() : nullptr, true, {});
}

void ItemWriter::record(const TableSchema& schema, const EncodedItem* old_item, const EncodedItem* new_item,
                        bool expired, std::string_view trace) {
    if (schema.definition.stream == model::StreamView::none) return;
    Change change;
    change.keys = key_of(schema.definition.key, (new_item ? new_item : old_item)->item);
    if (old_item) change.old_image = ChangeImage{.bytes = old_item->bytes, .size = old_item->size};
    if (new_item) change.new_image = ChangeImage{.bytes = new_item->bytes, .size = new_item->size};
    change.at = now_;
    change.expired = expired;
    change.trace = trace;
    append_change(connection_, schema, change);
    changed_tables_.insert(schema.definition.name);
}

}  // namespace faasd::table
