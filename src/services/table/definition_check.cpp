#include "services/table/definition_check.hpp"

#include <map>
#include <set>

#include "items/attribute_value.hpp"
#include "items/key.hpp"

namespace faasd::table {

using namespace items;
namespace {

using base::Result;

constexpr const char* kInvalid = "One or more parameter values were invalid: ";

std::string key_text(const model::KeySchema& key) {
    std::string text = "hash " + key.hash.name + " (" + std::string(type_name(key.hash.type)) + ")";
    if (key.range) text += ", range " + key.range->name + " (" + std::string(type_name(key.range->type)) + ")";
    return text;
}

Result<> check_key_schema(const std::string& where, const model::KeySchema& key,
                          std::map<std::string, model::KeyType>& types) {
    std::vector<model::KeyAttribute> attributes{key.hash};
    if (key.range) attributes.push_back(*key.range);
    for (const model::KeyAttribute& attribute : attributes) {
        if (attribute.name.empty()) return validation_error(kInvalid + where + " has a key attribute without a name");
        const auto [known, added] = types.emplace(attribute.name, attribute.type);
        if (!added && known->second != attribute.type) {
            return validation_error(kInvalid + where + " has the key attribute " + attribute.name + " of type " +
                                    std::string(type_name(attribute.type)) + ", elsewhere it is of type " +
                                    std::string(type_name(known->second)));
        }
    }
    if (key.range && key.range->name == key.hash.name) {
        return validation_error(kInvalid + where + " has the attribute " + key.hash.name +
                                " as both hash and range key: Both the Hash Key and the Range Key element in the "
                                "KeySchema have the same name");
    }
    return {};
}

Result<> check_index(const model::TableDefinition& table, const model::IndexDefinition& index) {
    const std::string where = "the index " + index.name + " of the table " + table.name;
    if (index.local) {
        if (!table.key.range) {
            return validation_error(kInvalid + std::string("Table KeySchema does not have a range key, which is "
                                                           "required when specifying a LocalSecondaryIndex"));
        }
        if (index.key.hash.name != table.key.hash.name) {
            return validation_error(kInvalid + std::string("Index KeySchema does not have the same leading hash key "
                                                           "as table KeySchema for index: ") +
                                    index.name + ". index hash key: " + index.key.hash.name +
                                    ", table hash key: " + table.key.hash.name);
        }
        if (!index.key.range) {
            return validation_error(
                kInvalid + std::string("Index KeySchema does not have a range key for index: ") + index.name);
        }
    }
    if (index.projection != model::Projection::include && !index.include.empty()) {
        return validation_error(kInvalid + where + " lists attributes to include, but its projection is not INCLUDE");
    }
    if (index.projection == model::Projection::include && index.include.empty()) {
        return validation_error(kInvalid + where + " has the projection INCLUDE and lists no attribute to include");
    }
    return {};
}

}  // namespace

Result<> check_definition(const model::TableDefinition& table) {
    if (table.name.empty()) return validation_error(kInvalid + std::string("a table needs a name"));
    std::map<std::string, model::KeyType> types;
    if (auto ok = check_key_schema("the table " + table.name, table.key, types); !ok) return ok;
    std::set<std::string> names;
    for (const model::IndexDefinition& index : table.indexes) {
        if (index.name.empty()) {
            return validation_error(kInvalid + std::string("an index of the table ") + table.name + " has no name");
        }
        if (!names.insert(index.name).second) {
            return validation_error(kInvalid + std::string("Duplicate index name: ") + index.name);
        }
        if (auto ok = check_key_schema("the index " + index.name, index.key, types); !ok) return ok;
        if (auto ok = check_index(table, index); !ok) return ok;
    }
    return {};
}

Result<> check_key_unchanged(const model::TableDefinition& from, const model::TableDefinition& to) {
    if (from.key == to.key) return {};
    return validation_error("The table " + from.name + " exists with the key " + key_text(from.key) + ", not " +
                            key_text(to.key) + ". A key can't be changed: give the new table another name, or " +
                            "remove the old one with all its items first");
}

}  // namespace faasd::table
