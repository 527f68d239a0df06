#include <algorithm>

#include "config/consumer_section.hpp"
#include "config/destination_field.hpp"
#include "config/sections.hpp"

namespace faasd::config {
namespace {

using model::IndexDefinition;
using model::KeyAttribute;
using model::KeySchema;
using model::KeyType;
using model::Projection;
using model::ResourceKind;
using model::StreamConsumer;
using model::StreamView;
using model::TableConfiguration;

const std::vector<std::string> kTypes{"string", "number", "binary"};
const std::vector<std::string> kViews{"keys_only", "new_image", "old_image", "new_and_old_images"};
constexpr const char* kKeyPattern = "^[^:]+(:(string|number|binary))?$";

// "userId", "at:number"
std::optional<KeyAttribute> read_attribute(Reading& reading, const std::string& key, const Node& node) {
    const auto text = reading.text(key, node);
    if (!text) return std::nullopt;
    KeyAttribute attribute;
    const std::size_t colon = text->rfind(':');
    attribute.name = text->substr(0, colon);
    if (colon != std::string::npos) {
        const std::string word = text->substr(colon + 1);
        const auto type = std::find(kTypes.begin(), kTypes.end(), word);
        if (type == kTypes.end()) {
            reading.error(node, in_quotes(key) + ": " + shown(node) + " has an unknown type",
                          guess_or_list(word, kTypes));
            return std::nullopt;
        }
        attribute.type = static_cast<KeyType>(type - kTypes.begin());
    }
    if (!kAttributeName.valid(attribute.name)) {
        reading.error(node, in_quotes(key) + ": " + shown(node) + " can't be the name of an attribute",
                      "1 to 255 bytes, then optionally :string, :number or :binary");
        return std::nullopt;
    }
    return attribute;
}

Field<KeySchema> attribute_field(std::string key, bool range, std::string doc) {
    return {{key,
             ValueDescription::text("an attribute, optionally with :string, :number or :binary", kKeyPattern),
             std::move(doc),
             {},
             !range},
            [key, range](Reading& reading, const Node& node, KeySchema& into) {
                const auto attribute = read_attribute(reading, key, node);
                if (!attribute) return;
                if (range)
                    into.range = *attribute;
                else
                    into.hash = *attribute;
            }};
}

template <class T, class Member>
Field<T> key_field(Member member, std::string doc) {
    return {{"key", key_section().value(), std::move(doc), {}, true},
            [member](Reading& reading, const Node& node, T& into) {
                Reading::Scope scope(reading, "key");
                key_section().read(reading, node, node, std::invoke(member, into));
            }};
}

Field<IndexDefinition> projection_field() {
    ValueDescription word;
    word.kind = ValueDescription::Kind::choice;
    word.choices = {"all", "keys_only"};
    return {
        {"projection",
         ValueDescription::either({word, ValueDescription::list_of(ValueDescription::text("attributes"))}),
         "Which attributes the index holds beside the keys.", R"("all")", false},
        [choices = word.choices](Reading& reading, const Node& node, IndexDefinition& into) {
            if (node.is_list()) {
                into.projection = Projection::include;
                for (const Node& item : node.items) {
                    if (auto name = reading.text("projection", item))
                        into.include.push_back(std::move(*name));
                }
                if (node.items.empty()) reading.error(node, "'projection' is empty", "write keys_only");
            } else if (const auto index = reading.choice("projection", node, choices)) {
                into.projection = *index == 0 ? Projection::all : Projection::keys_only;
            }
        }};
}

void check_key(Reading& reading, const Node& at, const Node&, KeySchema& key) {
    if (key.range && key.range->name == key.hash.name)
        reading.error(at, "the hash and range key are the same attribute " + in_quotes(key.hash.name));
}

const Node* key_node(const Node& map) {
    const Node* key = map.find("key");
    return key ? key : &map;
}

// DynamoDB CreateTable: a local index shares the table's hash key; an attribute has one type; 5 local and 20
// global indexes.
void check_table(Reading& reading, const Node& at, const Node& map, TableConfiguration& table) {
    const KeySchema& key = table.definition.key;
    const Node* nodes = map.find("indexes");
    const auto node_of = [&](const IndexDefinition& index) -> const Node& {
        const Node* node = nodes ? nodes->find(index.name) : nullptr;
        return node && node->is_map() ? *key_node(*node) : at;
    };
    std::vector<KeyAttribute> known{key.hash};
    if (key.range) known.push_back(*key.range);
    const auto local = std::count_if(table.definition.indexes.begin(), table.definition.indexes.end(),
                                     [](const IndexDefinition& index) { return index.local; });
    const auto global = static_cast<std::ptrdiff_t>(table.definition.indexes.size()) - local;
    if (local > 5 || global > 20) {
        reading.error(*nodes,
                      reading.where() + " has " + std::to_string(local) + " local and " +
                          std::to_string(global) + " global indexes",
                      "at most 5 local and 20 global ones");
        return;
    }
    for (const IndexDefinition& index : table.definition.indexes) {
        if (index.key.hash.name.empty()) continue;
        if (index.local && index.key.hash != key.hash && !key.hash.name.empty())
            reading.error(node_of(index),
                          "the local index " + in_quotes(index.name) + " has another hash key than its table",
                          "a local index starts with " + in_quotes(key.hash.name) +
                              "; leave out 'local' for another key");
        if (index.local && !index.key.range)
            reading.error(node_of(index), "the local index " + in_quotes(index.name) + " has no range key",
                          "write key: { hash: " + key.hash.name + ", range: attribute }");
        std::vector<KeyAttribute> used{index.key.hash};
        if (index.key.range) used.push_back(*index.key.range);
        for (const KeyAttribute& attribute : used) {
            const auto same = std::find_if(known.begin(), known.end(),
                                           [&](const KeyAttribute& k) { return k.name == attribute.name; });
            if (same == known.end()) {
                known.push_back(attribute);
            } else if (same->type != attribute.type) {
                reading.error(node_of(index),
                              "the attribute " + in_quotes(attribute.name) + " is a " +
                                  kTypes[static_cast<std::size_t>(attribute.type)] + " here and a " +
                                  kTypes[static_cast<std::size_t>(same->type)] + " elsewhere in this table",
                              "an attribute of a key has one type: write '" + attribute.name + ':' +
                                  kTypes[static_cast<std::size_t>(same->type)] + "' in both places");
            }
        }
    }
}

Field<TableConfiguration> ttl_field() {
    return {{"ttl",
             ValueDescription::text("an attribute"),
             "The attribute with the time, in seconds since 1970, at which an item expires.",
             {},
             false},
            [](Reading& reading, const Node& node, TableConfiguration& into) {
                if (node.is_scalar() && !kAttributeName.valid(node.text)) {
                    reading.error(node, "'ttl' is no name of an attribute", "1 to 255 bytes");
                } else if (auto name = reading.text("ttl", node)) {
                    into.definition.ttl_attribute = std::move(*name);
                }
            }};
}

Field<TableConfiguration> indexes_field() {
    return {{"indexes",
             ValueDescription::map_of(index_section().value(), "a mapping by name", kTableName.pattern),
             "Secondary indexes by name.",
             {},
             false},
            [](Reading& reading, const Node& node, TableConfiguration& into) {
                if (node.is_null()) return;
                if (!node.is_map()) {
                    reading.wrong_form("indexes", node,
                                       "a mapping by name: 'indexes: { by_email: { key: email } }'");
                    return;
                }
                for (const Entry& entry : node.entries) {
                    check_name(reading, entry.key, kTableName);
                    Reading::Scope scope(reading, "index " + in_quotes(entry.key.written));
                    IndexDefinition& index = into.definition.indexes.emplace_back();
                    index.name = entry.key.text;
                    index_section().read(reading, entry.key, entry.value, index);
                }
            }};
}

Field<TableConfiguration> stream_field() {
    return {{"stream",
             stream_section().value(),
             "Keeps the changes of items, in order, and hands them to a function.",
             {},
             false},
            [](Reading& reading, const Node& node, TableConfiguration& into) {
                Reading::Scope scope(reading, "stream");
                if (node.is_map()) into.definition.stream = StreamView::new_and_old_images;
                stream_section().read(reading, node, node, into);
            }};
}

Field<TableConfiguration> view_field() {
    ValueDescription what;
    what.kind = ValueDescription::Kind::choice;
    what.choices = kViews;
    return {{"view", what, "What a change record holds.", R"("new_and_old_images")", false},
            [](Reading& reading, const Node& node, TableConfiguration& into) {
                if (const auto index = reading.choice("view", node, kViews))
                    into.definition.stream = static_cast<StreamView>(*index + 1);
            }};
}

}  // namespace

const Section<KeySchema>& key_section() {
    static const Section<KeySchema> section =
        Section<KeySchema>("key", "key of a table or index",
                           "The short form is the hash key's attribute alone. A type stands behind a colon: "
                           "`at:number`; without one it is a string.",
                           {attribute_field("hash", false, "The hash (partition) key."),
                            attribute_field("range", true, "The range (sort) key.")})
            .short_form(ValueDescription::text("an attribute, optionally with :string, :number or :binary",
                                               kKeyPattern),
                        [](Reading& reading, const Node& node, KeySchema& into) {
                            if (const auto attribute = read_attribute(reading, "key", node))
                                into.hash = *attribute;
                        })
            .check(check_key)
            .foreign({{"partition", "did you mean 'hash'?"},
                      {"partition_key", "did you mean 'hash'?"},
                      {"sort", "did you mean 'range'?"},
                      {"sort_key", "did you mean 'range'?"}});
    return section;
}

const Section<IndexDefinition>& index_section() {
    using I = IndexDefinition;
    static const Section<I> section = Section<I>(
        "index", "tables.<name>.indexes.<name>", "A secondary index.",
        {key_field<I>(&I::key, "Its key."), projection_field(),
         boolean_field<I>(
             "local", &I::local,
             "Local: the table's hash key with another range key, read consistently. Otherwise global.")});
    return section;
}

const Section<StreamConsumer>& stream_consumer_section() {
    using C = StreamConsumer;
    static const Section<C> section = consumer_section<C>(
        "tables.<name>.stream.consumer", "the changes", "records",
        {integer_field<C>("max_retries", &C::max_retries, 0, 10'000,
                          "Retries of a batch that fails. Without it: until its records expire."),
         destination_field<C>("on_failure", &C::on_failure,
                              "Where a record of a batch that was given up on goes: where its changes are, not they "
                              "themselves.")});
    return section;
}

const Section<TableConfiguration>& stream_section() {
    using T = TableConfiguration;
    static const Section<T> section = [] {
        ValueDescription word;
        word.kind = ValueDescription::Kind::choice;
        word.choices = kViews;
        return Section<T>("stream", "tables.<name>.stream",
                          "The change stream. The short form is the view alone.",
                          {view_field(), section_field<T>("consumer", &T::consumer, stream_consumer_section(),
                                                          "The function that gets the changes.")})
            .short_form(word,
                        [](Reading& reading, const Node& node, T& into) {
                            if (const auto index = reading.choice("stream", node, kViews))
                                into.definition.stream = static_cast<StreamView>(*index + 1);
                        })
            .foreign({{"function", "did you mean 'consumer'?"}});
    }();
    return section;
}

const Section<TableConfiguration>& table_section() {
    using T = TableConfiguration;
    static const Section<T> section =
        Section<T>(
            "table", "tables.<name>", "A table, with the semantics of Amazon DynamoDB.",
            {key_field<T>([](T& table) -> KeySchema& { return table.definition.key; }, "Its primary key."),
             indexes_field(), ttl_field(), stream_field(),
             integer_field<T>("max_connections", &T::max_connections, 1, 1'000'000,
                              "Invocations that may use the table at once: each holds a connection from its first use "
                              "to its end, and one more gets the error `TooManyConnections`. Default: no limit.")})
            .check(check_table)
            .foreign({{"hash", "write key: { hash: attribute, range: attribute }"},
                      {"range", "write key: { hash: attribute, range: attribute }"},
                      {"partition_key", "write key: { hash: attribute, range: attribute }"},
                      {"sort_key", "write key: { hash: attribute, range: attribute }"},
                      {"consumer", "write stream: { view: new_and_old_images, consumer: name }"}});
    return section;
}

}  // namespace faasd::config
