// How an operation of DynamoDB is made: its shape, and what it does with a request that fits it.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "aws/dynamodb/input.hpp"
#include "aws/dynamodb/refusals.hpp"
#include "aws/dynamodb/shape.hpp"
#include "aws/protocol/operation_door.hpp"
#include "base/clock.hpp"
#include "model/tables.hpp"

namespace faasd::aws::dynamodb {

// Both must outlive every call.
struct Tools {
    model::Tables& tables;
    const base::Clock& clock;
};
using ToolsPtr = std::shared_ptr<const Tools>;

// May throw Refusal before it has called anything that answers later.
using Run = void (*)(const Tools& tools, Call call, Input in);
[[nodiscard]] Operation operation(ToolsPtr tools, std::string_view name, bool blocks, Shape shape, Run run);

// A table as a request names it: by its name, or by an ARN, which may be of another account or region.
struct TableRef {
    std::string name;    // as its owner calls it
    std::string engine;  // as the engine does
    Scope scope;
    [[nodiscard]] std::string arn() const { return scope.arn("dynamodb", "table/" + name); }
};
// Throws a Refusal for what is no table's name or ARN, so that a TableRef names nothing else of the engine.
[[nodiscard]] TableRef table_of(const Scope& scope, std::string_view name_or_arn);
[[nodiscard]] bool is_table_name(std::string_view text);  // [a-zA-Z0-9_.-]{3,255}
[[nodiscard]] bool is_scope(const Scope& scope);          // an account of 12 digits, a region [a-z0-9-]+

// Of what the call causes.
[[nodiscard]] std::string trace_of(const Call& call);

// For completions: answers with the error, and says whether there was none.
template <class T>
[[nodiscard]] bool answered_with_error(Call& call, const base::Result<T>& result) {
    if (!result.has_error()) return false;
    call.refuse(error_of(result.error()));
    return true;
}

}  // namespace faasd::aws::dynamodb
