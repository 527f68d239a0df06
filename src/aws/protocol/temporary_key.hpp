// The access keys that STS hands out: which account they are for, and what their secret is, is read off them, so that
// nothing has to be kept.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace faasd::aws {

struct TemporaryKey {
    std::string id;      // "FSIA", the account's 12 digits, and 12 more characters
    std::string secret;  // 40 characters
};
[[nodiscard]] TemporaryKey make_temporary_key(std::string_view account);

// The account of such a key; nothing where it is another one.
[[nodiscard]] std::optional<std::string_view> account_of_temporary_key(std::string_view id);
[[nodiscard]] std::string secret_of_temporary_key(std::string_view id);

[[nodiscard]] bool is_account(std::string_view text);  // 12 digits

}  // namespace faasd::aws
