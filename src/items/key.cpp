#include "items/key.hpp"

#include <memory>
#include <variant>

#include "items/attribute_value.hpp"
#include "items/number.hpp"

namespace faasd::items {
namespace {

base::Error schema_mismatch() {
    return validation_error("The provided key element does not match the schema");
}
base::Error bad_start_key() {
    return validation_error("The provided starting key is invalid");
}

const std::string* bytes_of(const model::AttributeValue& value) {
    if (const auto* text = std::get_if<std::string>(&value.value)) return text;
    if (const auto* binary = std::get_if<model::Binary>(&value.value)) return &binary->bytes;
    return nullptr;
}

std::string_view empty_kind(model::KeyType type) {
    return type == model::KeyType::string ? "string" : "binary";
}

base::Result<> check_content(const model::KeyAttribute& key, const model::AttributeValue& value,
                             bool is_hash) {
    const std::string* bytes = bytes_of(value);
    if (!bytes) return {};
    if (bytes->empty()) {
        return validation_error(
            "One or more parameter values are not valid. The AttributeValue for a key attribute cannot "
            "contain an "
            "empty " +
            std::string(empty_kind(key.type)) + " value. Key: " + key.name);
    }
    if (is_hash && bytes->size() > kMaxHashKeyBytes) {
        return validation_error(
            "One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit "
            "of2048 bytes");
    }
    if (!is_hash && bytes->size() > kMaxRangeKeyBytes) {
        return validation_error(
            "One or more parameter values were invalid: Aggregated size of all range keys has exceeded the "
            "size "
            "limit of 1024 bytes");
    }
    return {};
}

base::Result<> check_key_part(const model::KeyAttribute& part, const model::Item& key, bool is_hash) {
    const auto found = key.find(part.name);
    if (found == key.end() || !has_type(found->second, part.type)) return schema_mismatch();
    return check_content(part, found->second, is_hash);
}

base::Error item_key_error(const std::string& what) {
    base::Error error = validation_error("One or more parameter values were invalid: " + what);
    error.detail = std::make_shared<model::ValidationDetail>(model::TableMistake::item_key);
    return error;
}

base::Result<> check_item_part(const model::KeyAttribute& part, const model::Item& item, bool is_hash) {
    const auto found = item.find(part.name);
    if (found == item.end()) return item_key_error("Missing the key " + part.name + " in the item");
    if (!has_type(found->second, part.type)) {
        return item_key_error("Type mismatch for key " + part.name + " expected: " +
                              std::string(type_name(part.type)) +
                              " actual: " + std::string(type_name(found->second)));
    }
    return check_content(part, found->second, is_hash);
}

base::Result<> check_index_part(const model::IndexDefinition& index, const model::KeyAttribute& part,
                                const model::Item& item, bool is_hash) {
    const auto found = item.find(part.name);
    if (found == item.end()) return {};
    if (!has_type(found->second, part.type)) {
        return validation_error("One or more parameter values were invalid: Type mismatch for Index Key " +
                                part.name + " Expected: " + std::string(type_name(part.type)) + " Actual: " +
                                std::string(type_name(found->second)) + " IndexName: " + index.name);
    }
    const std::string* bytes = bytes_of(found->second);
    if (bytes && bytes->empty()) {
        return validation_error(
            "One or more parameter values are not valid. A value specified for a secondary index key is not "
            "supported. The AttributeValue for a key attribute cannot contain an empty " +
            std::string(empty_kind(part.type)) + " value. IndexName: " + index.name +
            ", IndexKey: " + part.name);
    }
    return check_content(part, found->second, is_hash);
}

}  // namespace

std::string_view type_name(model::KeyType type) {
    switch (type) {
        case model::KeyType::string:
            return "S";
        case model::KeyType::number:
            return "N";
        case model::KeyType::binary:
            return "B";
    }
    return "S";
}

bool has_type(const model::AttributeValue& value, model::KeyType type) {
    switch (type) {
        case model::KeyType::string:
            return std::holds_alternative<std::string>(value.value);
        case model::KeyType::number:
            return std::holds_alternative<model::Number>(value.value);
        case model::KeyType::binary:
            return std::holds_alternative<model::Binary>(value.value);
    }
    return false;
}

std::string encode_key(const model::AttributeValue& value) {
    if (const std::string* bytes = bytes_of(value)) return *bytes;
    const auto decimal = Decimal::parse(std::get<model::Number>(value.value).text);
    return (decimal ? *decimal : Decimal{}).to_ordered_bytes();
}

base::Result<model::AttributeValue> decode_key(std::string_view bytes, model::KeyType type) {
    switch (type) {
        case model::KeyType::string:
            return model::AttributeValue{std::string(bytes)};
        case model::KeyType::binary:
            return model::AttributeValue{model::Binary{std::string(bytes)}};
        case model::KeyType::number:
            break;
    }
    const auto decimal = Decimal::from_ordered_bytes(bytes);
    if (!decimal) return decimal.error();
    return model::AttributeValue{model::Number{decimal->to_text()}};
}

std::string after_prefix(std::string_view prefix) {
    std::string out(prefix);
    while (!out.empty()) {
        const auto last = static_cast<unsigned char>(out.back());
        if (last != 0xFF) {
            out.back() = static_cast<char>(last + 1);
            break;
        }
        out.pop_back();
    }
    return out;
}

base::Result<> check_key(const model::KeySchema& schema, const model::Item& key) {
    if (key.size() != (schema.range ? 2U : 1U)) return schema_mismatch();
    if (auto good = check_key_part(schema.hash, key, true); !good) return good;
    return schema.range ? check_key_part(*schema.range, key, false) : base::Result<>{};
}

base::Result<> check_item_key(const model::KeySchema& schema, const model::Item& item) {
    if (auto good = check_item_part(schema.hash, item, true); !good) return good;
    return schema.range ? check_item_part(*schema.range, item, false) : base::Result<>{};
}

base::Result<> check_index_key(const model::IndexDefinition& index, const model::Item& item) {
    if (auto good = check_index_part(index, index.key.hash, item, true); !good) return good;
    return index.key.range ? check_index_part(index, *index.key.range, item, false) : base::Result<>{};
}

base::Result<> check_start_key(const model::KeySchema& table, const model::KeySchema* index,
                               const model::Item& key) {
    std::map<std::string_view, model::KeyType> expected;
    for (const model::KeySchema* schema : {&table, index}) {
        if (!schema) continue;
        expected.emplace(schema->hash.name, schema->hash.type);
        if (schema->range) expected.emplace(schema->range->name, schema->range->type);
    }
    if (key.size() != expected.size()) return bad_start_key();
    for (const auto& [name, type] : expected) {
        const auto found = key.find(std::string(name));
        if (found == key.end() || !has_type(found->second, type)) return bad_start_key();
        const std::string* bytes = bytes_of(found->second);
        if (bytes && bytes->empty()) return bad_start_key();
    }
    return {};
}

model::Item key_of(const model::KeySchema& schema, const model::Item& item) {
    model::Item key;
    const auto copy = [&](const std::string& name) {
        if (const auto found = item.find(name); found != item.end()) key.insert(*found);
    };
    copy(schema.hash.name);
    if (schema.range) copy(schema.range->name);
    return key;
}

}  // namespace faasd::items
