// Any bytes as each kind of table expression: parsed, checked, and applied to an item. Nothing may crash,
// hang or leave an item that can't be stored and read back.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "services/table/expressions/condition.hpp"
#include "services/table/expressions/key_condition.hpp"
#include "services/table/expressions/projection.hpp"
#include "services/table/expressions/update.hpp"
#include "items/item_codec.hpp"
#include "items/number.hpp"
#include "items/plain_json.hpp"
#include "items/validation.hpp"

namespace {

using namespace faasd;
using namespace faasd::items;

void require(bool holds) {
    if (!holds) std::abort();
}

const model::Item& sample() {
    static const model::Item item = items::item_from_plain_text(R"({
        "id": "p", "a": 1, "b": "text", "c": [1, "x", {"d": [true]}], "d": {"e": {"f": null}, "g": 2.5},
        "s": {"$strings": ["x", "y"]}, "n": {"$numbers": [1, 2]}, "bin": {"$binary": "aGk="}})")
                                        .value();
    return item;
}

const model::ExpressionNames& placeholders() {
    static const model::ExpressionNames names{
        {{"#a", "a"}, {"#d", "d"}, {"#x", "not there"}},
        items::item_from_plain_text(R"({":n": 1, ":s": "x", ":l": [1], ":m": {"k": "v"}, ":t": true,
            ":ss": {"$strings": ["x"]}, ":ns": {"$numbers": [2]}, ":b": {"$binary": "aGk="}, ":type": "S"})")
            .value()};
    return names;
}

void check_update(std::string_view text) {
    table::NameUsage usage(placeholders());
    const auto plan = table::parse_update(text, usage);
    if (!plan) return;
    const model::Item key{{"id", sample().at("id")}};
    for (const model::Item* old : {&sample(), static_cast<const model::Item*>(nullptr)}) {
        const auto after = table::apply(*plan, old, key);
        if (!after) continue;
        model::Item copy = *after;
        require(items::canonicalize(copy) && copy == *after);
        require(items::decode_item(items::encode_item(copy)).value() == copy);
        static_cast<void>(table::updated_attributes(*plan, copy));
    }
}

void check_reads(std::string_view text) {
    table::NameUsage usage(placeholders());
    if (const auto condition = table::parse_condition(table::ExpressionKind::condition, text, usage)) {
        static_cast<void>(table::holds(*condition, sample()));
        static_cast<void>(table::holds(*condition, {}));
    }
    if (const auto paths = table::parse_projection(text, usage)) {
        const model::Item chosen = table::project(sample(), *paths);
        require(table::project(chosen, {}).empty());
    }
    const model::KeySchema schema{{"id", model::KeyType::string},
                                  model::KeyAttribute{"b", model::KeyType::string}};
    if (const auto key = table::parse_key_condition(text, usage, schema)) {
        static_cast<void>(table::bounds_of(key->range));
    }
}

void check_values(std::string_view bytes) {
    if (const auto item = items::decode_item(bytes)) {
        require(items::decode_item(items::encode_item(*item)).value() == *item);
    }
    if (const auto value = items::value_from_plain_text(bytes)) {
        require(items::value_from_plain_text(items::to_plain_text(*value)).value() == *value);
    }
    if (const auto number = items::Decimal::parse(bytes)) {
        require(items::Decimal::parse(number->to_text()).value() == *number);
        require(items::Decimal::from_ordered_bytes(number->to_ordered_bytes()).value() == *number);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    check_update(text);
    check_reads(text);
    check_values(text);
    return 0;
}
