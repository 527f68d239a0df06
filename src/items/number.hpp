// DynamoDB's numbers: exact decimals of up to 38 significant digits, 1E-130 <= |n| <= 9.99…E+125, and zero.
// Source: Developer Guide, "Naming rules and data types", Number.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "model/tables.hpp"

namespace faasd::items {

// A plain value, copied freely. Every object is in range and normalised: no leading and no trailing zero
// digit.
class Decimal {
  public:
    static constexpr int kMaxDigits = 38;
    static constexpr int kMinExponent = -130;
    static constexpr int kMaxExponent = 125;

    Decimal() = default;  // zero

    // Decimal or scientific notation. Errors (TableErrc::validation) carry DynamoDB's messages for what is no
    // number, overflow, underflow and more than 38 significant digits.
    [[nodiscard]] static base::Result<Decimal> parse(std::string_view text);

    // What DynamoDB answers with: plain notation, no exponent, no '+', no needless zero.
    [[nodiscard]] std::string to_text() const;

    // Exact; refused where the result leaves the range or needs more than 38 digits.
    friend base::Result<Decimal> add(const Decimal& a, const Decimal& b);
    friend base::Result<Decimal> subtract(const Decimal& a, const Decimal& b);

    [[nodiscard]] Decimal operator-() const;
    [[nodiscard]] std::strong_ordering operator<=>(const Decimal& other) const;
    [[nodiscard]] bool operator==(const Decimal& other) const;

    [[nodiscard]] bool is_zero() const { return count_ == 0; }
    [[nodiscard]] bool is_negative() const { return negative_; }
    [[nodiscard]] int significant_digits() const { return count_; }

    // Bytes that memcmp orders as the numbers are ordered (a prefix sorts first, as SQLite compares BLOBs):
    // sign, exponent, then two digits a byte; everything after the sign is complemented for negatives.
    [[nodiscard]] std::string to_ordered_bytes() const;
    // What to_ordered_bytes made, nothing else: other bytes are TableErrc::validation.
    [[nodiscard]] static base::Result<Decimal> from_ordered_bytes(std::string_view bytes);

  private:
    [[nodiscard]] static base::Result<Decimal> make(bool negative, std::string_view digits,
                                                    std::int64_t exponent);
    [[nodiscard]] std::strong_ordering compare_magnitude(const Decimal& other) const;

    bool negative_ = false;
    std::uint8_t count_ = 0;                         // significant digits; 0 for zero
    std::int16_t exponent_ = 0;                      // of the first digit: d.ddd x 10^exponent
    std::array<std::uint8_t, kMaxDigits> digits_{};  // 0..9
};

[[nodiscard]] base::Result<Decimal> add(const Decimal& a, const Decimal& b);
[[nodiscard]] base::Result<Decimal> subtract(const Decimal& a, const Decimal& b);

// The canonical Number of a text, with the errors of Decimal::parse.
[[nodiscard]] base::Result<model::Number> make_number(std::string_view text);

// Of two canonical numbers; what is not canonical counts as zero.
[[nodiscard]] std::strong_ordering compare(const model::Number& a, const model::Number& b);

}  // namespace faasd::items
