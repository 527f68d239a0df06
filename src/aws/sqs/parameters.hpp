// Parameters of a call, read out of its JSON. null is the same as none.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "aws/sqs/queue_address.hpp"

namespace faasd::aws {
class Call;
}

namespace faasd::aws::sqs {

// Each throws a Refusal where the value is of another type; required ones also where there is none.
[[nodiscard]] const nlohmann::json* find(const nlohmann::json& params, std::string_view name);
[[nodiscard]] const std::string* find_text(const nlohmann::json& params, std::string_view name);
[[nodiscard]] const std::string& required_text(const nlohmann::json& params, std::string_view name);
[[nodiscard]] std::optional<std::int64_t> find_integer(const nlohmann::json& params, std::string_view name);
[[nodiscard]] std::vector<std::string_view> texts(const nlohmann::json& params, std::string_view name);
// An object of texts; null where there is none.
[[nodiscard]] const nlohmann::json* find_texts_by_name(const nlohmann::json& params, std::string_view name);

// The queue that QueueUrl names.
[[nodiscard]] QueueAddress queue_of(const Call& call);

// One page of a sorted list. NextToken is the last name of the page before.
struct Page {
    std::optional<std::int64_t> most;  // MaxResults
    std::string after;
};
[[nodiscard]] Page read_page(const nlohmann::json& params);
[[nodiscard]] std::string next_token(std::string_view last);

}  // namespace faasd::aws::sqs
