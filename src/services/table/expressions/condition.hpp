// ConditionExpression and FilterExpression.
// Source: Developer Guide, "Condition and filter expressions, operators, and functions".
#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "model/tables.hpp"
#include "services/table/expressions/expression.hpp"
#include "services/table/expressions/path.hpp"
#include "services/table/expressions/placeholders.hpp"

namespace faasd::table {

struct ConditionTree;

// A parsed condition, self-contained: it holds the values of its placeholders. Immutable and thread-safe;
// copies share. An empty one (default-constructed) holds for every item.
class Condition {
  public:
    Condition() = default;
    explicit Condition(std::shared_ptr<const ConditionTree> tree) : tree_(std::move(tree)) {}
    explicit operator bool() const { return tree_ != nullptr; }
    [[nodiscard]] const ConditionTree* tree() const { return tree_.get(); }

  private:
    std::shared_ptr<const ConditionTree> tree_;
};

// `kind` is condition or filter. An empty text is an error: pass only what a request has.
[[nodiscard]] base::Result<Condition> parse_condition(ExpressionKind kind, std::string_view text,
                                                      NameUsage& usage);

// A missing item is an empty one. Whatever types the item has, there is an answer: values of different types
// are not equal, not ordered and contain nothing.
[[nodiscard]] bool holds(const Condition& condition, const model::Item& item);

// The first elements of all paths in it: a filter of a query must not name the key attributes.
[[nodiscard]] std::set<std::string> attributes_of(const Condition& condition);

// All paths in it; they live as long as the condition.
[[nodiscard]] std::vector<const Path*> paths_of(const Condition& condition);

// 'Filter Expression can only contain non-primary key attributes: …' where a query's filter names one of
// `key`.
[[nodiscard]] base::Result<> check_filter(const Condition& filter, const model::KeySchema& key);

}  // namespace faasd::table
