// What a request may look like: the types and constraints of its members, by which it is read and checked.
// Source: the service's model (API version 2012-08-10); the messages are DynamoDB's.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace faasd::aws::dynamodb {

struct Member;

// A description, built once. Constraints are checked in the order in which they stand here.
struct Shape {
    enum class Kind : std::uint8_t { text, flag, integer, decimal, list, map, structure, item, value };
    Kind kind = Kind::text;
    std::string_view java{};       // of an integer: "Integer", "Long"; of a structure: its name; of a map: its values'
    std::vector<Member> members;   // of a structure
    std::vector<Shape> element;    // the one of a list or map
    bool is_name = false;          // [a-zA-Z0-9_.-]+
    bool may_be_arn = false;       // then none of the others holds
    std::optional<std::int64_t> least{}, most{};  // of a number its value; else the length
    std::vector<std::string_view> allowed{};
    bool names_tables = false;     // the keys of a map are tables' names
    std::optional<std::int64_t> least_values{}, most_values{};  // how many elements each list in a map has
};

struct Member {
    std::string_view name;
    Shape shape;
    enum class Need : std::uint8_t { optional, required, parameter } need = Need::optional;  // parameter: said in other words
};

[[nodiscard]] Shape text(std::optional<std::int64_t> least = {}, std::optional<std::int64_t> most = {});
[[nodiscard]] Shape resource_name();  // of an index, a backup, …
[[nodiscard]] Shape table_name();     // or the table's ARN
[[nodiscard]] Shape one_of(std::vector<std::string_view> allowed);
[[nodiscard]] Shape flag();
[[nodiscard]] Shape integer(std::optional<std::int64_t> least = {}, std::optional<std::int64_t> most = {});
[[nodiscard]] Shape long_integer(std::optional<std::int64_t> least = {}, std::optional<std::int64_t> most = {});
[[nodiscard]] Shape decimal();
[[nodiscard]] Shape item();
[[nodiscard]] Shape value();
[[nodiscard]] Shape list(Shape element, std::optional<std::int64_t> least = {}, std::optional<std::int64_t> most = {});
[[nodiscard]] Shape map(std::string_view java, Shape element);
[[nodiscard]] Shape structure(std::string_view java, std::vector<Member> members);

inline constexpr auto kRequired = Member::Need::required;
inline constexpr auto kParameter = Member::Need::parameter;

}  // namespace faasd::aws::dynamodb
