// What DynamoDB says when it refuses, ready to be thrown.
#pragma once

#include <string>

#include "aws/protocol/error.hpp"
#include "aws/protocol/operation_door.hpp"
#include "base/result.hpp"
#include "model/tables.hpp"

namespace faasd::aws::dynamodb {

[[nodiscard]] Error validation(std::string message);
[[nodiscard]] Error serialization(std::string message);
[[nodiscard]] Error not_found(std::string message = "Requested resource not found");

[[noreturn]] void refuse(Error error);
[[noreturn]] inline void refuse_value(std::string message) { refuse(validation(std::move(message))); }
// "One or more parameter values were invalid: …"
[[noreturn]] inline void refuse_parameter(const std::string& what) {
    refuse_value("One or more parameter values were invalid: " + what);
}

// What the engine answers, in DynamoDB's shapes. An error of the store becomes InternalServerError.
[[nodiscard]] Error error_of(const base::Error& error);
// Whether it is this kind of validation error.
[[nodiscard]] bool is_mistake(const base::Error& error, model::TableMistake mistake);
// The reasons of a cancelled transaction, as JSON.
[[nodiscard]] std::string reasons_json(const model::TransactionCanceledDetail& detail);

}  // namespace faasd::aws::dynamodb
