#include <algorithm>

#include "aws/dynamodb/input.hpp"
#include "aws/dynamodb/refusals.hpp"

namespace faasd::aws::dynamodb {
namespace {

constexpr std::size_t kMostErrors = 10;
constexpr std::size_t kMostOfName = 255;  // of a key that the client chose, in the place of an error

std::string lower_first(std::string_view name) {
    std::string out(name);
    if (!out.empty() && out[0] >= 'A' && out[0] <= 'Z') out[0] = static_cast<char>(out[0] - 'A' + 'a');
    return out;
}

bool is_resource_name(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
    });
}

class Checker {
  public:
    std::vector<std::string> errors;

    [[nodiscard]] bool full() const { return errors.size() >= kMostErrors; }

    void check(const std::string& place, const Input& input, const Shape& shape, bool required) {
        if (full()) return;
        if (!input) {
            if (required) add("null", place, "Member must not be null");
            return;
        }
        switch (shape.kind) {
            case Shape::Kind::text: check_text(place, input, shape); break;
            case Shape::Kind::integer: check_number(place, input, shape); break;
            case Shape::Kind::list:
                check_length(place, input, shape);
                // Attribute values have no constraints of their own, and there may be very many.
                if (shape.element.front().kind == Shape::Kind::value || shape.element.front().kind == Shape::Kind::item) break;
                for (std::size_t i = 0; i < input.list().size() && !full(); ++i)
                    check(place + '.' + std::to_string(i + 1) + ".member", input.list()[i], shape.element.front(), false);
                break;
            case Shape::Kind::map: check_map(place, input, shape); break;
            case Shape::Kind::structure: check_members(place + '.', input, shape); break;
            default: break;
        }
    }

    void check_members(const std::string& prefix, const Input& input, const Shape& shape) {
        for (std::size_t i = 0; i < shape.members.size(); ++i) {
            const Member& member = shape.members[i];
            check(prefix + lower_first(member.name), input.structure().members[i], member.shape,
                  member.need == Member::Need::required);
        }
    }

  private:
    void add(const std::string& value, const std::string& place, const std::string& constraint) {
        if (!full())
            errors.push_back("Value " + value + " at '" + place + "' failed to satisfy constraint: " + constraint);
    }
    void add(const Input& value, const std::string& place, const std::string& constraint) {
        if (full()) return;  // describing a whole request for every one of its parts would take very long
        add('\'' + value.describe() + '\'', place, constraint);
    }

    void check_text(const std::string& place, const Input& input, const Shape& shape) {
        if (shape.may_be_arn && input.text().starts_with("arn:")) return;
        if (shape.is_name && !is_resource_name(input.text()))
            add(input, place, "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+");
        check_length(place, input, shape);
        if (shape.allowed.empty() || std::ranges::find(shape.allowed, input.text()) != shape.allowed.end()) return;
        std::string set;
        for (const std::string_view one : shape.allowed)
            set.append(set.empty() ? "" : ", ").append(one);
        add(input, place, "Member must satisfy enum value set: [" + set + "]");
    }

    void check_number(const std::string& place, const Input& input, const Shape& shape) {
        if (shape.least && input.integer() < *shape.least)
            add(input, place, "Member must have value greater than or equal to " + std::to_string(*shape.least));
        if (shape.most && input.integer() > *shape.most)
            add(input, place, "Member must have value less than or equal to " + std::to_string(*shape.most));
    }

    void check_length(const std::string& place, const Input& input, const Shape& shape) {
        const auto length = static_cast<std::int64_t>(input.length());
        if (shape.least && length < *shape.least)
            add(input, place, "Member must have length greater than or equal to " + std::to_string(*shape.least));
        if (shape.most && length > *shape.most)
            add(input, place, "Member must have length less than or equal to " + std::to_string(*shape.most));
    }

    void check_map(const std::string& place, const Input& input, const Shape& shape) {
        check_length(place, input, shape);
        for (const auto& [name, one] : input.map()) {
            if (full()) return;
            if (shape.names_tables && !name.starts_with("arn:") &&
                (name.size() < 3 || name.size() > 255 || !is_resource_name(name)))
                add(input, place,
                    "Map keys must satisfy constraint: [Member must have length less than or equal to 255, Member must "
                    "have length greater than or equal to 3, Member must satisfy regular expression pattern: "
                    "[a-zA-Z0-9_.-]+]");
            const auto length = static_cast<std::int64_t>(one.length());
            if ((shape.least_values && length < *shape.least_values) || (shape.most_values && length > *shape.most_values))
                add(input, place,
                    "Map value must satisfy constraint: [Member must have length less than or equal to " +
                        std::to_string(shape.most_values.value_or(0)) + ", Member must have length greater than or equal to " +
                        std::to_string(shape.least_values.value_or(0)) + "]");
        }
        for (const auto& [name, one] : input.map())
            check(place + '.' + cut_text(name, kMostOfName) + ".member", one, shape.element.front(), false);
    }
};

}  // namespace

void check_constraints(const Input& input, const Shape& shape) {
    for (std::size_t i = 0; i < shape.members.size(); ++i) {
        const Member& member = shape.members[i];
        if (member.need != Member::Need::parameter) continue;
        const Input& given = input.structure().members[i];
        const std::string name(member.name);
        if (!given) refuse_value("The parameter '" + name + "' is required but was not present in the request");
        if (member.shape.may_be_arn && !given.text().starts_with("arn:") && (given.length() < 3 || given.length() > 255))
            refuse_value(name + " must be at least 3 characters long and at most 255 characters long");
    }
    Checker checker;
    checker.check_members("", input, shape);
    if (checker.errors.empty()) return;
    const std::size_t count = checker.errors.size();
    std::string message = std::to_string(count) + " validation error" + (count > 1 ? "s" : "") + " detected: ";
    for (std::size_t i = 0; i < count; ++i)
        message.append(i > 0 ? "; " : "").append(checker.errors[i]);
    refuse_value(std::move(message));
}

}  // namespace faasd::aws::dynamodb
