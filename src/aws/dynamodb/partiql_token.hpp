// PartiQL's tokens.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace faasd::aws::dynamodb {

struct PartiqlToken {
    enum class Kind : std::uint8_t { end, word, quoted_name, text, number, symbol, parameter };
    Kind kind = Kind::end;
    std::string text;      // without quotes; a symbol as it is
    std::size_t at = 0;    // where it begins in the statement
};

// Throws a Refusal for what is no token.
[[nodiscard]] std::vector<PartiqlToken> partiql_tokens(std::string_view statement);

// "Statement wasn't well formed, can't be processed: …"
[[noreturn]] void refuse_statement(const std::string& why);

}  // namespace faasd::aws::dynamodb
