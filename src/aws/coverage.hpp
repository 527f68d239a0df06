// Which of the services' operations there are: the tables of docs/aws.md.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "aws/protocol/door.hpp"

namespace faasd::aws {

// Markdown: a section a service with its operations, done first, and how many of them are.
[[nodiscard]] std::string coverage(const std::map<Service, std::vector<OperationStatus>>& services);

}  // namespace faasd::aws
