// Client request tokens of transactions: what makes a repeated request a success without effect.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "model/tables.hpp"
#include "storage/statement.hpp"

namespace faasd::table {

// SHA-256 over everything that a request asks for; its trace is none of that.
[[nodiscard]] std::string digest_of(const std::vector<model::WriteAction>& actions);

// The digest of the request that used the token after `oldest`.
[[nodiscard]] std::optional<std::string> find_token(storage::Connection& connection, std::string_view token,
                                                    base::TimePoint oldest);
// Also forgets all that are not after `oldest`.
void save_token(storage::Connection& connection, std::string_view token, std::string_view digest, base::TimePoint now,
                base::TimePoint oldest);

}  // namespace faasd::table
