// Attributes of a queue as SQS clients write them: texts by name (API Reference, SetQueueAttributes,
// CreateQueue, GetQueueAttributes).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "aws/protocol/call.hpp"
#include "aws/protocol/error.hpp"
#include "model/queues.hpp"

namespace faasd::aws::sqs {

enum class Occasion { create, set };

// Changes `into` by what `given` (an object of texts) says. Throws a Refusal that names the attribute; `into`
// is then to be thrown away.
void apply_attributes(const nlohmann::json& given, const Scope& scope, Occasion occasion,
                      model::QueueAttributes& into);

// The first of the given attributes in which the queue differs from what was wanted; empty: none.
[[nodiscard]] std::string first_difference(const nlohmann::json& given, const model::QueueAttributes& wanted,
                                           const model::QueueAttributes& there);

// What the engine said of the attributes that were given.
[[nodiscard]] Error attributes_error(const base::Error& error, const nlohmann::json& given);

// The attributes of these names, "All" for every one that the queue has. Throws a Refusal for a name that is
// none.
[[nodiscard]] nlohmann::json describe_attributes(const model::QueueInfo& info, const Scope& scope,
                                                 const std::vector<std::string_view>& names);

}  // namespace faasd::aws::sqs
