// The JSON arguments of an operation, read by name, every mistake named.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "base/clock.hpp"
#include "model/operations.hpp"

namespace faasd::control {

// Thrown while arguments are read, caught where the operation is run.
struct BadParams {
    std::string message;
};

// Reads remember the names they ask for; finish() refuses any other that was given, with a 'did you mean'.
class Params {
  public:
    // Throws BadParams where `text` is not a JSON object.
    Params(std::string operation, std::string_view text);

    [[nodiscard]] std::string text(std::string_view name);                          // required
    [[nodiscard]] std::string text_or(std::string_view name, std::string fallback);
    [[nodiscard]] std::optional<std::string> optional_text(std::string_view name);
    [[nodiscard]] std::optional<std::uint64_t> optional_count(std::string_view name);
    [[nodiscard]] bool flag(std::string_view name, bool fallback = false);
    // A number of seconds, with fractions.
    [[nodiscard]] std::optional<base::Duration> optional_seconds(std::string_view name);
    // Null where absent.
    [[nodiscard]] const nlohmann::json& value(std::string_view name);
    [[nodiscard]] const nlohmann::json& required(std::string_view name);
    [[nodiscard]] const nlohmann::json& array(std::string_view name);               // required
    void finish() const;

    [[noreturn]] void refuse(const std::string& what) const;  // throws BadParams, naming the operation

  private:
    std::string operation_;
    nlohmann::json object_;
    std::set<std::string, std::less<>> known_;
};

}  // namespace faasd::control
