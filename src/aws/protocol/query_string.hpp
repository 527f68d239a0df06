// Parameters of a query string or a form.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faasd::aws {

// The first value of that name, still encoded.
[[nodiscard]] std::optional<std::string_view> raw_parameter(std::string_view query, std::string_view name);

// Decoded. nullopt: an escape that is none.
[[nodiscard]] std::optional<std::string> parameter(std::string_view query, std::string_view name);

// All of them, decoded, in order ("application/x-www-form-urlencoded", WHATWG URL). A broken escape stays as it is.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> parameters(std::string_view query);

}  // namespace faasd::aws
