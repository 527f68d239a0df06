// A compiled pattern. Private to event patterns.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "model/pattern/event_pattern.hpp"
#include "model/pattern/matchers.hpp"

namespace faasd::model {

struct EventPattern::Node {
    using Values = std::vector<Matcher>;
    std::vector<std::pair<std::string, std::variant<Values, std::shared_ptr<const Node>>>> fields;
    std::vector<std::vector<std::shared_ptr<const Node>>> alternatives;  // one a "$or"
};

// Compiles a pattern, or says what is wrong first.
class PatternCompiler {
  public:
    // Null where a mistake was found.
    [[nodiscard]] std::shared_ptr<const EventPattern::Node> compile(const nlohmann::json& pattern);
    PatternMistake mistake;

  private:
    class Step;
    bool fail(std::string message, std::string hint);
    bool object(const nlohmann::json& json, EventPattern::Node& into);
    bool alternatives(const nlohmann::json& json, EventPattern::Node& into);
    bool values(const nlohmann::json& json, EventPattern::Node::Values& into);
    bool matcher(const nlohmann::json& json, EventPattern::Node::Values& into);
    bool text(const std::string& word, const nlohmann::json& json, bool nested, TextMatcher& into);
    bool numeric(const nlohmann::json& json, NumericRange& into);
    bool anything_but(const nlohmann::json& json, AnythingBut& into);

    std::size_t depth_ = 0;
};

}  // namespace faasd::model
