// The attributes of a queue: their documented ranges, and the form in which they are stored.
#pragma once

#include <string>
#include <string_view>

#include "model/queues.hpp"

namespace faasd::queue {

// invalid_parameter for a name, invalid_attribute for a value outside its range; the message names both.
[[nodiscard]] base::Result<> check_name(std::string_view name, bool fifo);
[[nodiscard]] base::Result<> check_attributes(std::string_view queue,
                                              const model::QueueAttributes& attributes);

[[nodiscard]] std::string to_json(const model::QueueAttributes& attributes);
// Of what to_json wrote; unknown members are ignored, missing ones keep their defaults.
[[nodiscard]] model::QueueAttributes attributes_from_json(std::string_view json);

}  // namespace faasd::queue
