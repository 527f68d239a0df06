// Tables with the semantics of Amazon DynamoDB (Developer Guide and API Reference, API version 2012-08-10).
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "model/transaction.hpp"

namespace faasd::model {

enum class TableErrc {
    no_such_table = 1,
    table_exists,
    validation,                    // ValidationException: the message is the documented one; some with ValidationDetail
    conditional_check_failed,      // detail: ConditionalCheckDetail
    transaction_canceled,          // detail: TransactionCanceledDetail
    transaction_conflict,
    item_collection_too_large,
    idempotent_parameter_mismatch,
    trimmed_data,                  // a stream position older than what is kept
    deletion_protected,            // the table must not be removed
};

struct AttributeValue;
using Item = std::map<std::string, AttributeValue>;

struct Null {
    auto operator<=>(const Null&) const = default;
};
struct Number {  // canonical decimal text: no leading zeros or '+', at most 38 significant digits
    std::string text;
    bool operator==(const Number&) const = default;
};
struct Binary {
    std::string bytes;
    auto operator<=>(const Binary&) const = default;
};
struct StringSet {
    std::set<std::string> values;
    bool operator==(const StringSet&) const = default;
};
struct NumberSet {
    std::set<std::string> values;  // canonical texts
    bool operator==(const NumberSet&) const = default;
};
struct BinarySet {
    std::set<std::string> values;
    bool operator==(const BinarySet&) const = default;
};
using List = std::vector<AttributeValue>;

struct AttributeValue {
    std::variant<Null, bool, std::string, Number, Binary, StringSet, NumberSet, BinarySet, List, Item> value;
    bool operator==(const AttributeValue&) const = default;
};

enum class KeyType { string, number, binary };
struct KeyAttribute {
    std::string name;
    KeyType type = KeyType::string;
    bool operator==(const KeyAttribute&) const = default;
};
struct KeySchema {
    KeyAttribute hash;
    std::optional<KeyAttribute> range;
    bool operator==(const KeySchema&) const = default;
};

enum class Projection { all, keys_only, include };
struct IndexDefinition {
    std::string name;
    KeySchema key;
    bool local = false;  // same hash key as the table, strongly consistent reads
    Projection projection = Projection::all;
    std::vector<std::string> include;  // for Projection::include
    bool operator==(const IndexDefinition&) const = default;
};
enum class StreamView { none, keys_only, new_image, old_image, new_and_old_images };

struct TableDefinition {
    std::string name;
    KeySchema key;
    std::vector<IndexDefinition> indexes;
    std::string ttl_attribute;  // epoch seconds; empty: no expiry
    StreamView stream = StreamView::none;
    bool deletion_protection = false;
    // What goes with the table and means nothing to the engine: billing, tags, ...
    std::map<std::string, std::string> settings{};
    bool operator==(const TableDefinition&) const = default;
};
struct TableInfo {
    TableDefinition definition;
    base::TimePoint created_at{};
    std::uint64_t items = 0;
    std::uint64_t bytes = 0;
    std::set<std::string> building{};  // indexes that can't be read from yet
    // Of the stream, if there is one: since when it is, and the sequence that all of its records are above.
    base::TimePoint stream_since{};
    std::uint64_t stream_start = 0;
};

// What a write costs in DynamoDB's capacity units, and what its answer says about item collections.
// Source: Developer Guide, "Capacity unit consumption for write operations"; a condition that fails is not counted.
struct WriteUsage {
    struct Index {
        bool local = false;
        std::uint64_t units = 0;
    };
    std::uint64_t table_units = 0;
    std::map<std::string, Index> indexes{};  // those that had to be written
    std::optional<AttributeValue> collection{};  // the hash key, where the table has local indexes
    // Where a transaction was only repeated by its token: the size of the item that it reads. The rest is nothing then.
    std::optional<std::uint64_t> read_bytes{};
};
using WriteUsagePtr = std::shared_ptr<WriteUsage>;  // null: not asked for; else filled in before the completion

// The two placeholder maps of every expression.
struct ExpressionNames {
    std::map<std::string, std::string> names;  // "#n" -> attribute name
    Item values;                               // ":v" -> value
    // The texts were made of what has limits of its own (older parameters): those of expressions, 4 KB and
    // 300 operators, are not theirs.
    bool unlimited = false;
};

enum class ReturnValues { none, all_old, updated_old, all_new, updated_new };

struct PutItem {
    std::string table;
    Item item;
    std::string condition;
    ExpressionNames names;
    bool return_old = false;
    bool return_old_on_condition_failure = false;
    std::string trace;
    WriteUsagePtr usage{};
};
struct UpdateItem {
    std::string table;
    Item key;
    std::string update;
    std::string condition;
    ExpressionNames names;
    ReturnValues return_values = ReturnValues::none;
    bool return_old_on_condition_failure = false;
    std::string trace;
    WriteUsagePtr usage{};
};
struct DeleteItem {
    std::string table;
    Item key;
    std::string condition;
    ExpressionNames names;
    bool return_old = false;
    bool return_old_on_condition_failure = false;
    std::string trace;
    WriteUsagePtr usage{};
};
struct ConditionCheck {
    std::string table;
    Item key;
    std::string condition;
    ExpressionNames names;
    bool return_old_on_condition_failure = false;
    WriteUsagePtr usage{};
};
using WriteAction = std::variant<PutItem, UpdateItem, DeleteItem, ConditionCheck>;

struct GetItem {
    std::string table;
    Item key;
    std::string projection;
    ExpressionNames names;
    std::uint64_t* read_bytes = nullptr;  // where set, gets the whole item's size; 0: there is none
};
struct Query {
    std::string table;
    std::string index;
    std::string key_condition;
    std::string filter;
    std::string projection;
    ExpressionNames names;
    bool forward = true;
    std::optional<std::uint32_t> limit;  // items examined, before the filter
    std::optional<Item> exclusive_start_key;
    bool count_only = false;
    bool all_attributes = false;  // a local index fetches from its table what it lacks
};
struct Scan {
    std::string table;
    std::string index;
    std::string filter;
    std::string projection;
    ExpressionNames names;
    std::optional<std::uint32_t> limit;
    std::optional<Item> exclusive_start_key;
    std::uint32_t segment = 0, total_segments = 1;
    bool count_only = false;
    bool all_attributes = false;  // a local index fetches from its table what it lacks
};
struct Page {
    std::vector<Item> items;
    std::uint64_t count = 0;          // after the filter
    std::uint64_t scanned_count = 0;  // before it
    std::uint64_t scanned_bytes = 0;
    std::uint64_t fetched_units = 0;  // of 4 KB, rounded up item by item: what a local index fetched from its table
    std::optional<Item> last_evaluated_key;  // set also where the 1 MiB of a page ended it
};

// With validation, where those who ask in another way have words of their own for it.
enum class TableMistake {
    operand_type,   // of an update's action
    key_in_filter,  // a query's filter names an attribute of the key
    item_key,       // an item lacks an attribute of its key, or has one of another type
};
struct ValidationDetail : base::ErrorDetail {
    explicit ValidationDetail(TableMistake which) : mistake(which) {}
    TableMistake mistake;
};
struct ConditionalCheckDetail : base::ErrorDetail {
    std::optional<Item> item;
};
struct TransactionCanceledDetail : base::ErrorDetail {
    struct Reason {
        std::string code = "None";  // ConditionalCheckFailed, ValidationError, ...
        std::string message;
        std::optional<Item> item;
    };
    std::vector<Reason> reasons;  // one an action
};

enum class ChangeKind { insert, modify, remove };
struct ChangeRecord {
    std::uint64_t sequence = 0;  // strictly increasing within a table
    ChangeKind kind{};
    std::string table;
    Item keys;
    std::optional<Item> old_image, new_image;  // as the stream's view type says
    StreamView view = StreamView::none;
    base::TimePoint at{};
    bool expired = false;  // removed by TTL (userIdentity dynamodb.amazonaws.com)
    std::uint64_t size_bytes = 0;
    std::string trace;
};

// Thread-safe. Reads block briefly and see every acknowledged write. Completions of writes run on the store's
// writer thread, or before the call returns where the arguments are refused: quick, and no blocking.
class Tables {
  public:
    virtual ~Tables() = default;
    virtual void create(TableDefinition definition, base::Completion<> done) = 0;
    // Creates it, or adds and removes indexes, stream and TTL of one with the same key; another key is an error. What
    // exists keeps its settings and its protection.
    virtual void ensure(TableDefinition definition, base::Completion<> done) = 0;
    // Changes a table in one step: `change` gets its definition as it is then, on the writer thread, and may refuse.
    // Name and key stay. A new index is built afterwards (TableInfo::building).
    virtual void alter(std::string table, base::UniqueFunction<base::Result<>(TableDefinition&)> change,
                       base::Completion<TableInfo> done) = 0;
    // Creates a table with the items that another of the same key has at this moment. One step of the writer thread,
    // however many they are; indexes are built afterwards. `prepare` gets the other's definition, makes it the new one
    // and may refuse.
    virtual void copy(std::string from, base::UniqueFunction<base::Result<>(TableDefinition&)> prepare,
                      base::Completion<TableInfo> done) = 0;
    virtual void remove(std::string table, base::Completion<> done) = 0;
    [[nodiscard]] virtual base::Result<TableInfo> info(std::string_view table) = 0;
    // Without the hidden ones, whose names begin with '$': what a service keeps for itself, such as a backup.
    [[nodiscard]] virtual std::vector<std::string> list() = 0;
    [[nodiscard]] virtual std::vector<std::string> list_hidden() = 0;

    [[nodiscard]] virtual base::Result<std::optional<Item>> get(const GetItem& request) = 0;
    [[nodiscard]] virtual base::Result<Page> query(const Query& request) = 0;
    [[nodiscard]] virtual base::Result<Page> scan(const Scan& request) = 0;
    // All from one snapshot (TransactGetItems); up to 100.
    [[nodiscard]] virtual base::Result<std::vector<std::optional<Item>>> get_many(const std::vector<GetItem>& requests) = 0;

    // The old or new attributes that were asked for.
    virtual void put(PutItem request, base::Completion<std::optional<Item>> done) = 0;
    virtual void update(UpdateItem request, base::Completion<std::optional<Item>> done) = 0;
    virtual void remove_item(DeleteItem request, base::Completion<std::optional<Item>> done) = 0;
    // Up to 25 puts and deletes without conditions; each succeeds or fails alone.
    virtual void batch_write(std::vector<WriteAction> actions, base::Completion<std::vector<base::Result<>>> done) = 0;
    // Up to 100 actions, all or none; `token` makes a repetition within 10 minutes a success without effect.
    virtual void transact_write(std::vector<WriteAction> actions, std::string token, base::Completion<> done) = 0;

    // The change stream of a table, in order: records with sequence > `after`, at most `limit` and about 1 MiB, so
    // only an empty answer is the end. Kept for 24 h: where records after that position are gone, trimmed_data, and
    // the reader goes on at 0, the oldest record that is kept.
    [[nodiscard]] virtual base::Result<std::vector<ChangeRecord>> changes(std::string_view table, std::uint64_t after,
                                                                          std::uint32_t limit) = 0;
    [[nodiscard]] virtual base::Result<std::uint64_t> latest_change(std::string_view table) = 0;
    // Called after a commit that appended change records, with the table's name, on the writer thread.
    virtual void on_change(std::function<void(std::string_view table)> listener) = 0;
};

[[nodiscard]] const std::error_category& table_category();
[[nodiscard]] inline std::error_code make_error_code(TableErrc e) { return {static_cast<int>(e), table_category()}; }

}  // namespace faasd::model

template <>
struct std::is_error_code_enum<faasd::model::TableErrc> : std::true_type {};
