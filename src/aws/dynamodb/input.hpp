// A request as its operation sees it: read along its shape, items as items, everything in its type.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "aws/dynamodb/json_reader.hpp"
#include "aws/dynamodb/shape.hpp"
#include "aws/dynamodb/value_json.hpp"
#include "model/tables.hpp"

namespace faasd::aws::dynamodb {

// One value, or none where a member was not sent. Asked for another type than its shape's, it throws std::bad_variant_access.
class Input {
  public:
    using List = std::vector<Input>;
    using Map = std::vector<std::pair<std::string, Input>>;  // in the order in which it was sent
    struct Structure {
        const Shape* shape = nullptr;
        std::vector<Input> members;  // in the shape's order
    };
    // With what is wrong with it, where something is; to be refused when its turn comes.
    struct NotedItem {
        model::Item item;
        Note note;
    };
    struct NotedValue {
        model::AttributeValue value;
        Note note;
    };

    Input() = default;
    template <class T>
    explicit Input(T content) : content_(std::move(content)) {}

    [[nodiscard]] explicit operator bool() const { return !std::holds_alternative<std::monostate>(content_); }
    // Of a structure. Nothing where this is nothing.
    [[nodiscard]] const Input& operator[](std::string_view member) const;
    [[nodiscard]] Input& operator[](std::string_view member);

    [[nodiscard]] const std::string& text() const { return std::get<std::string>(content_); }
    [[nodiscard]] std::string text_or(std::string_view otherwise) const { return *this ? text() : std::string(otherwise); }
    [[nodiscard]] bool is(std::string_view wanted) const { return *this && text() == wanted; }
    [[nodiscard]] bool flag() const { return *this && std::get<bool>(content_); }  // false where it is nothing
    [[nodiscard]] bool flag_or(bool otherwise) const { return *this ? std::get<bool>(content_) : otherwise; }
    [[nodiscard]] std::int64_t integer() const { return std::get<std::int64_t>(content_); }
    [[nodiscard]] double decimal() const { return std::get<double>(content_); }
    [[nodiscard]] const List& list() const { return std::get<List>(content_); }
    [[nodiscard]] List& list() { return std::get<List>(content_); }
    [[nodiscard]] const Map& map() const { return std::get<Map>(content_); }
    [[nodiscard]] Map& map() { return std::get<Map>(content_); }
    [[nodiscard]] const NotedItem& noted_item() const { return std::get<NotedItem>(content_); }
    [[nodiscard]] NotedItem& noted_item() { return std::get<NotedItem>(content_); }
    [[nodiscard]] const NotedValue& noted_value() const { return std::get<NotedValue>(content_); }
    [[nodiscard]] NotedValue& noted_value() { return std::get<NotedValue>(content_); }
    [[nodiscard]] const Structure& structure() const { return std::get<Structure>(content_); }
    [[nodiscard]] bool is_list() const { return std::holds_alternative<List>(content_); }

    // The item or value; what is wrong with it is thrown as a ValidationException, after `prefix`.
    [[nodiscard]] model::Item take_item(std::string_view prefix = {});
    [[nodiscard]] model::AttributeValue take_value();

    // As messages print it, cut after kMostDescribed bytes.
    [[nodiscard]] std::string describe() const;
    [[nodiscard]] std::size_t length() const;

  private:
    std::variant<std::monostate, bool, std::int64_t, double, std::string, List, Map, Structure, NotedItem, NotedValue> content_;
};

inline constexpr std::size_t kMostDescribed = 4096;
// The first `most` bytes of UTF-8 text, or up to three less, so that no character is cut in two.
[[nodiscard]] std::string cut_text(std::string_view text, std::size_t most);

// Throws a Refusal: SerializationException for what is no JSON or of another type. Of a list or map that is longer than
// its shape allows, only so much is kept as tells that it is too long; where the shape says nothing, the longest is of
// 10,000 elements, and a longer one is refused.
[[nodiscard]] Input read_input(std::string_view body, const Shape& shape);
// Throws a Refusal: "2 validation errors detected: …".
void check_constraints(const Input& input, const Shape& shape);

}  // namespace faasd::aws::dynamodb
