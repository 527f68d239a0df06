#include "aws/dynamodb/shape.hpp"

namespace faasd::aws::dynamodb {
namespace {

Shape of_kind(Shape::Kind kind, std::optional<std::int64_t> least = {}, std::optional<std::int64_t> most = {}) {
    Shape shape;
    shape.kind = kind;
    shape.least = least;
    shape.most = most;
    return shape;
}

}  // namespace

Shape text(std::optional<std::int64_t> least, std::optional<std::int64_t> most) {
    return of_kind(Shape::Kind::text, least, most);
}
Shape resource_name() {
    Shape shape = text(3, 255);
    shape.is_name = true;
    return shape;
}
Shape table_name() {
    Shape shape = resource_name();
    shape.may_be_arn = true;
    return shape;
}
Shape one_of(std::vector<std::string_view> allowed) {
    Shape shape;
    shape.allowed = std::move(allowed);
    return shape;
}
Shape flag() { return of_kind(Shape::Kind::flag); }
Shape integer(std::optional<std::int64_t> least, std::optional<std::int64_t> most) {
    Shape shape = of_kind(Shape::Kind::integer, least, most);
    shape.java = "Integer";
    return shape;
}
Shape long_integer(std::optional<std::int64_t> least, std::optional<std::int64_t> most) {
    Shape shape = integer(least, most);
    shape.java = "Long";
    return shape;
}
Shape decimal() { return of_kind(Shape::Kind::decimal); }
Shape item() { return of_kind(Shape::Kind::item); }
Shape value() { return of_kind(Shape::Kind::value); }
Shape list(Shape element, std::optional<std::int64_t> least, std::optional<std::int64_t> most) {
    Shape shape = of_kind(Shape::Kind::list, least, most);
    shape.element.push_back(std::move(element));
    return shape;
}
Shape map(std::string_view java, Shape element) {
    Shape shape = of_kind(Shape::Kind::map);
    shape.java = java;
    shape.element.push_back(std::move(element));
    return shape;
}
Shape structure(std::string_view java, std::vector<Member> members) {
    Shape shape = of_kind(Shape::Kind::structure);
    shape.java = java;
    shape.members = std::move(members);
    return shape;
}

}  // namespace faasd::aws::dynamodb
