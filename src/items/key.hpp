// Keys: what may be one, and the bytes they are stored under.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "model/tables.hpp"

namespace faasd::items {

inline constexpr std::size_t kMaxHashKeyBytes = 2048;
inline constexpr std::size_t kMaxRangeKeyBytes = 1024;

// "S", "N" or "B".
[[nodiscard]] std::string_view type_name(model::KeyType type);
[[nodiscard]] bool has_type(const model::AttributeValue& value, model::KeyType type);

// Bytes in DynamoDB's order: comparing them with memcmp, a prefix first (SQLite's BLOB comparison), orders
// the keys. Strings and binaries are stored as they are, so begins_with is a range of bytes. Precondition: a
// string, number or binary.
[[nodiscard]] std::string encode_key(const model::AttributeValue& value);
// The inverse, for the type that the schema gives.
[[nodiscard]] base::Result<model::AttributeValue> decode_key(std::string_view bytes, model::KeyType type);
// The smallest bytes above everything that begins with `prefix`; empty where there is none (all bytes 0xFF).
[[nodiscard]] std::string after_prefix(std::string_view prefix);

// `key` is exactly the key of `schema`: nothing missing, nothing more, right types, not empty, within the
// limits. For Key parameters (GetItem, UpdateItem, DeleteItem, …).
[[nodiscard]] base::Result<> check_key(const model::KeySchema& schema, const model::Item& key);

// `item` holds a good key of `schema` (PutItem).
[[nodiscard]] base::Result<> check_item_key(const model::KeySchema& schema, const model::Item& item);

// An attribute that an index uses as its key may be missing from an item (then the item is not in the index),
// but not have another type or be empty.
[[nodiscard]] base::Result<> check_index_key(const model::IndexDefinition& index, const model::Item& item);

// `key` is a start key of a scan or query of the table, or of its index (then the table's key belongs to it
// too).
[[nodiscard]] base::Result<> check_start_key(const model::KeySchema& table, const model::KeySchema* index,
                                             const model::Item& key);

// The key attributes of an item that has them.
[[nodiscard]] model::Item key_of(const model::KeySchema& schema, const model::Item& item);

}  // namespace faasd::items
