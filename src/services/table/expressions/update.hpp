// UpdateExpression: SET, REMOVE, ADD and DELETE.
// Source: Developer Guide, "Update expressions".
#pragma once

#include <memory>
#include <string_view>

#include "base/result.hpp"
#include "model/tables.hpp"
#include "services/table/expressions/path.hpp"
#include "services/table/expressions/placeholders.hpp"
#include "services/table/expressions/projection.hpp"

namespace faasd::table {

struct UpdateActions;

// A parsed update, self-contained. Immutable and thread-safe; copies share. An empty one changes nothing.
class UpdatePlan {
  public:
    UpdatePlan() = default;
    explicit UpdatePlan(std::shared_ptr<const UpdateActions> actions) : actions_(std::move(actions)) {}
    [[nodiscard]] const UpdateActions* actions() const { return actions_.get(); }

  private:
    std::shared_ptr<const UpdateActions> actions_;
};

[[nodiscard]] base::Result<UpdatePlan> parse_update(std::string_view text, NameUsage& usage);

// The plan changes no attribute of the table's key, and reaches into no attribute that an index has as its
// key.
[[nodiscard]] base::Result<> check_update(const UpdatePlan& plan, const model::TableDefinition& table);

// What the update made fits every index: a key attribute of one is missing or has its type (key.hpp).
[[nodiscard]] base::Result<> check_updated_item(const model::TableDefinition& table, const model::Item& item);

// The item after the update. All operands read the item as it was before. `old` is nullptr where there is
// none yet: then the update starts from the attributes of `key`, and makes the item even if it only removes.
// Nested levels are not created on the way: a path into what does not exist is refused, as in DynamoDB. The
// result's size is checked.
[[nodiscard]] base::Result<model::Item> apply(const UpdatePlan& plan, const model::Item* old,
                                              const model::Item& key);

// The paths that the plan sets, removes, adds to or deletes from.
[[nodiscard]] const Paths& updated_paths(const UpdatePlan& plan);

// UPDATED_OLD of the item before, UPDATED_NEW of the one after.
[[nodiscard]] inline model::Item updated_attributes(const UpdatePlan& plan, const model::Item& item) {
    return project(item, updated_paths(plan));
}

}  // namespace faasd::table
