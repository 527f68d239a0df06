// Event patterns: which events somebody wants, in the language of Amazon EventBridge and of Lambda's event
// filters (Amazon EventBridge User Guide, "Comparison operators for use in event patterns"; AWS Lambda
// Developer Guide, "Control which events Lambda sends to your function").
//
//   {"body": {"kind": ["order", {"prefix": "re"}], "total": [{"numeric": [">", 0, "<=", 100]}]}}
//
// A pattern is an object. A field whose value is an object goes on inside; one whose value is a list matches
// when any of the list does: a string, number, boolean or null exactly, or
//
//   {"prefix": "a"}  {"suffix": "a"}  {"equals-ignore-case": "a"}  {"wildcard": "a*b"}  (\* is a star, \\ a
//   backslash)
//   {"prefix": {"equals-ignore-case": "a"}}  {"suffix": {"equals-ignore-case": "a"}}
//   {"numeric": [">", 0, "<=", 5]}  with <, <=, =, >=, >; one comparison or two
//   {"exists": true}  {"exists": false}  {"cidr": "10.0.0.0/24"}  also IPv6
//   {"anything-but": "a"}, of a number, of a list of them, and of
//   {"prefix"|"suffix"|"wildcard"|"equals-ignore-case": text or list}
//
// All fields have to match; "$or": [pattern, pattern, …] matches when one of its patterns does. A list in the
// event matches when one of its elements does; objects in a list have to match as a whole. Except for
// `exists: false`, a field that is missing matches nothing, `anything-but` included. Numbers are compared as
// numbers.
#pragma once

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace faasd::model {

// What is wrong with a pattern, and where: the keys and positions that lead there from its top.
struct PatternMistake {
    std::vector<std::variant<std::string, std::size_t>> path;
    std::string message, hint;

    [[nodiscard]] std::string where() const;  // "body.total[0].numeric", or "the pattern"
};

// Immutable; cheap to copy; thread-safe. Compiled once, matched often.
class EventPattern {
  public:
    [[nodiscard]] static std::variant<EventPattern, PatternMistake> compile(const nlohmann::json& pattern);

    [[nodiscard]] bool matches(const nlohmann::json& event) const;
    // Its JSON, keys in order.
    [[nodiscard]] const std::string& text() const { return *text_; }
    bool operator==(const EventPattern& other) const { return *text_ == *other.text_; }

    // Whether the field at the top is asked for, and whether as an object or as a list of values.
    enum class Form { absent, object, values };
    [[nodiscard]] Form form_of(const std::string& field) const;
    // The rest of the event need not be there.
    [[nodiscard]] bool asks_only_for(const std::string& field) const;

    struct Node;

  private:
    EventPattern(std::shared_ptr<const Node> root, std::string text);
    std::shared_ptr<const Node> root_;
    std::shared_ptr<const std::string> text_;
};

// Lambda's limits of one event source mapping.
inline constexpr std::size_t kMaxPatterns = 10;
inline constexpr std::size_t kMaxPatternSize = 4096;

}  // namespace faasd::model
