// Tags of queues (Developer Guide, "Amazon SQS cost allocation tags").
#pragma once

#include <map>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace faasd::aws::sqs {

// Adds or replaces; `given`: an object of texts. Throws a Refusal where a tag is malformed or there are more
// than 50.
void add_tags(const nlohmann::json& given, std::string_view queue, std::map<std::string, std::string>& to);

}  // namespace faasd::aws::sqs
