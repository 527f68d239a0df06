#include "aws/protocol/temporary_key.hpp"

#include "base/digest.hpp"
#include "base/random.hpp"

namespace faasd::aws {
namespace {

constexpr std::string_view kPrefix = "FSIA";

}  // namespace

bool is_account(std::string_view text) {
    return text.size() == 12 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

TemporaryKey make_temporary_key(std::string_view account) {
    TemporaryKey key;
    key.id.append(kPrefix).append(account).append(base::random_hex(12));
    key.secret = secret_of_temporary_key(key.id);
    return key;
}

std::optional<std::string_view> account_of_temporary_key(std::string_view id) {
    if (!id.starts_with(kPrefix) || id.size() != 28) return std::nullopt;
    const std::string_view account = id.substr(kPrefix.size(), 12);
    if (!is_account(account)) return std::nullopt;
    return account;
}

std::string secret_of_temporary_key(std::string_view id) {
    return base::base64_encode(base::digest(base::DigestKind::sha256, id)).substr(0, 40);
}

}  // namespace faasd::aws
