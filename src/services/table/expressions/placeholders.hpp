// ExpressionAttributeNames and ExpressionAttributeValues, and which of them a request's expressions have
// used.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "model/tables.hpp"

namespace faasd::table {

// One for all expressions of a request: parse them with it, then ask check_all_used(). Refers to `names`,
// which must live as long. Not thread-safe.
class NameUsage {
  public:
    // The values are copied in their canonical form (validation.hpp).
    explicit NameUsage(const model::ExpressionNames& names);

    // The placeholders are well-formed (#name, :value) and the values acceptable. First of all.
    [[nodiscard]] const base::Result<>& check_placeholders() const { return placeholders_; }

    // nullptr where it is not defined. Marks it as used.
    [[nodiscard]] const std::string* name(std::string_view placeholder);
    [[nodiscard]] const model::AttributeValue* value(std::string_view placeholder);

    [[nodiscard]] bool unlimited() const { return names_.unlimited; }

    // Everything that was provided was used. Last of all.
    [[nodiscard]] base::Result<> check_all_used() const;

  private:
    const model::ExpressionNames& names_;
    model::Item values_;
    base::Result<> placeholders_;
    std::set<std::string, std::less<>> used_;
};

}  // namespace faasd::table
