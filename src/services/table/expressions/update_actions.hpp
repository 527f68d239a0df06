// A parsed update. Inside of expressions/.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/tables.hpp"
#include "services/table/expressions/path.hpp"
#include "services/table/expressions/projection.hpp"

namespace faasd::table {

// The right side of a SET.
struct UpdateOperand {
    enum class Kind : std::uint8_t {
        path,
        value,
        if_not_exists,
        list_append,
        plus,
        minus,
        refused_function,  // such an update is never applied
    };
    Kind kind = Kind::value;
    Path path;
    model::AttributeValue value;
    std::vector<UpdateOperand> operands;
    std::string function;  // its name as written, for messages
};

struct UpdateActions {
    struct Set {
        Path path;
        UpdateOperand value;
    };
    struct Change {  // of ADD or DELETE
        Path path;
        model::AttributeValue value;
    };
    std::vector<Set> sets;
    std::vector<Path> removes;
    std::vector<Change> adds;
    std::vector<Change> deletes;
    Paths updated;  // of all of them
};

}  // namespace faasd::table
