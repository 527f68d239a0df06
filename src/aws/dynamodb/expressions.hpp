// Expressions and the older parameters that say the same: what may stand together in a request, and what it means to the
// engine.
// Source: Developer Guide, "Using expressions in DynamoDB", "Legacy conditional parameters".
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>

#include "aws/dynamodb/input.hpp"
#include "model/tables.hpp"

namespace faasd::aws::dynamodb {

// Throws where both kinds of parameter were sent, names and values without an expression, or a ConditionalOperator without
// two conditions of the older kind. In DynamoDB's order of names.
void check_expression_parameters(const Input& in, std::initializer_list<std::string_view> expressions,
                                 std::initializer_list<std::string_view> older);

// ExpressionAttributeNames and ExpressionAttributeValues, checked as DynamoDB does.
[[nodiscard]] model::ExpressionNames take_names(Input& in);
// An expression's text, empty where none was sent; an empty one that was sent is refused.
[[nodiscard]] std::string take_expression(const Input& in, std::string_view member);

// As many attributes as one of the older parameters may name. DynamoDB documents no number; this one keeps what a single
// request can cost within bounds.
inline constexpr std::int64_t kMostOlder = 1000;

// Adds attributes and values to `names`, which nobody else changes meanwhile, and gives their placeholders.
class Placeholders {
  public:
    // Older parameters are not held to the limits of expressions; statements are.
    enum class Limits { none, of_expressions };
    explicit Placeholders(model::ExpressionNames& names, Limits limits = Limits::none);
    [[nodiscard]] std::string name(std::string_view attribute);
    [[nodiscard]] std::string value(model::AttributeValue value);

  private:
    model::ExpressionNames& names_;
    const Limits limits_;
    std::map<std::string, std::string, std::less<>> placeholders_;  // by attribute
    std::size_t next_name_ = 0, next_value_ = 0;
};
// What was added to `from` goes along in `into`.
void merge(model::ExpressionNames& into, model::ExpressionNames from);

// The older parameters as expressions.
[[nodiscard]] std::string projection_of(const Input& attributes_to_get, Placeholders& placeholders);
[[nodiscard]] std::string condition_of_expected(Input& expected, const Input& conditional_operator, Placeholders& placeholders);
// QueryFilter, ScanFilter and KeyConditions.
[[nodiscard]] std::string condition_of(Input& conditions, const Input& conditional_operator, Placeholders& placeholders);
[[nodiscard]] std::string update_of(Input& attribute_updates, Placeholders& placeholders);

// What makes up a condition in the shapes of requests.
[[nodiscard]] Shape condition_shape();
[[nodiscard]] Shape expected_shape();
[[nodiscard]] Shape conditional_operator_shape();
[[nodiscard]] Shape names_shape();
[[nodiscard]] Shape values_shape();

}  // namespace faasd::aws::dynamodb
