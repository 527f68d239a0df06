#include "items/number.hpp"

#include <algorithm>
#include <utility>

#include "items/attribute_value.hpp"

namespace faasd::items {
namespace {

constexpr std::string_view kNotANumber = "The parameter cannot be converted to a numeric value";
constexpr std::string_view kOverflow =
    "Number overflow. Attempting to store a number with magnitude larger than supported range";
constexpr std::string_view kUnderflow =
    "Number underflow. Attempting to store a number with magnitude smaller than supported range";
constexpr std::string_view kTooPrecise = "Attempting to store more than 38 significant digits in a Number";

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

base::Error not_a_number(std::string_view text) {
    if (text.empty()) return validation_error(std::string(kNotANumber));
    return validation_error(std::string(kNotANumber) + ": " + std::string(text));
}

// Digits of a sum, one an element, most significant first. Positions are powers of ten; the range covers
// every digit that two decimals in range can have, and one carry.
constexpr int kHighestPosition = Decimal::kMaxExponent + 1;
constexpr int kLowestPosition = Decimal::kMinExponent - Decimal::kMaxDigits + 1;
constexpr int kPositions = kHighestPosition - kLowestPosition + 1;
using Columns = std::array<int, kPositions>;

constexpr char kNegativeSign = 0x01;
constexpr char kZeroSign = 0x02;
constexpr char kPositiveSign = 0x03;
constexpr unsigned char kNegativeEnd = 0xFF;

}  // namespace

base::Result<Decimal> Decimal::make(bool negative, std::string_view digits, std::int64_t exponent) {
    const std::size_t first = digits.find_first_not_of('0');
    if (first == std::string_view::npos) return Decimal{};
    const std::size_t last = digits.find_last_not_of('0');
    exponent -= static_cast<std::int64_t>(first);
    digits = digits.substr(first, last - first + 1);
    if (exponent > kMaxExponent) return validation_error(std::string(kOverflow));
    if (exponent < kMinExponent) return validation_error(std::string(kUnderflow));
    if (digits.size() > kMaxDigits) return validation_error(std::string(kTooPrecise));
    Decimal result;
    result.negative_ = negative;
    result.count_ = static_cast<std::uint8_t>(digits.size());
    result.exponent_ = static_cast<std::int16_t>(exponent);
    for (std::size_t i = 0; i < digits.size(); ++i) {
        result.digits_[i] = static_cast<std::uint8_t>(digits[i] - '0');
    }
    return result;
}

base::Result<Decimal> Decimal::parse(std::string_view text) {
    std::size_t i = 0;
    bool negative = false;
    if (i < text.size() && (text[i] == '+' || text[i] == '-')) negative = text[i++] == '-';
    std::string digits;
    digits.reserve(text.size());
    std::int64_t whole = 0;
    while (i < text.size() && is_digit(text[i])) {
        digits.push_back(text[i++]);
        ++whole;
    }
    if (i < text.size() && text[i] == '.') {
        ++i;
        while (i < text.size() && is_digit(text[i]))
            digits.push_back(text[i++]);
    }
    if (digits.empty()) return not_a_number(text);
    std::int64_t exponent = 0;
    if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
        ++i;
        bool negative_exponent = false;
        if (i < text.size() && (text[i] == '+' || text[i] == '-')) negative_exponent = text[i++] == '-';
        if (i == text.size()) return not_a_number(text);
        // Any exponent beyond this is out of range whatever the digits are; the cap keeps the sum from
        // wrapping.
        constexpr std::int64_t kCap = 1'000'000'000'000;
        while (i < text.size() && is_digit(text[i])) {
            exponent = std::min(exponent * 10 + (text[i++] - '0'), kCap);
        }
        if (negative_exponent) exponent = -exponent;
    }
    if (i != text.size()) return not_a_number(text);
    return make(negative, digits, whole - 1 + exponent);
}

std::string Decimal::to_text() const {
    if (is_zero()) return "0";
    std::string out;
    if (negative_) out.push_back('-');
    const auto digit = [this](int i) {
        return static_cast<char>('0' + digits_[static_cast<std::size_t>(i)]);
    };
    if (exponent_ < 0) {
        out += "0.";
        out.append(static_cast<std::size_t>(-exponent_ - 1), '0');
        for (int i = 0; i < count_; ++i)
            out.push_back(digit(i));
        return out;
    }
    for (int i = 0; i <= std::max<int>(exponent_, count_ - 1); ++i) {
        if (i == exponent_ + 1) out.push_back('.');
        out.push_back(i < count_ ? digit(i) : '0');
    }
    return out;
}

std::strong_ordering Decimal::compare_magnitude(const Decimal& other) const {
    if (is_zero() || other.is_zero()) return count_ <=> other.count_;
    if (exponent_ != other.exponent_) return exponent_ <=> other.exponent_;
    return digits_ <=> other.digits_;
}

std::strong_ordering Decimal::operator<=>(const Decimal& other) const {
    const auto sign = [](const Decimal& d) { return d.is_zero() ? 0 : d.negative_ ? -1 : 1; };
    if (sign(*this) != sign(other)) return sign(*this) <=> sign(other);
    return negative_ ? other.compare_magnitude(*this) : compare_magnitude(other);
}

bool Decimal::operator==(const Decimal& other) const {
    return (*this <=> other) == 0;
}

Decimal Decimal::operator-() const {
    Decimal result = *this;
    if (!is_zero()) result.negative_ = !negative_;
    return result;
}

base::Result<Decimal> add(const Decimal& a, const Decimal& b) {
    if (a.is_zero()) return b;
    if (b.is_zero()) return a;
    const bool swap = a.compare_magnitude(b) < 0;
    const Decimal& larger = swap ? b : a;
    const Decimal& smaller = swap ? a : b;
    const int sign = larger.negative_ == smaller.negative_ ? 1 : -1;
    Columns columns{};
    const auto put = [&columns](const Decimal& d, int factor) {
        for (int i = 0; i < d.count_; ++i) {
            const int position = d.exponent_ - i;
            columns[static_cast<std::size_t>(kHighestPosition - position)] +=
                factor * d.digits_[static_cast<std::size_t>(i)];
        }
    };
    put(larger, 1);
    put(smaller, sign);
    int carry = 0;
    std::string digits(kPositions, '0');
    for (std::size_t i = kPositions; i-- > 0;) {
        int column = columns[i] + carry;
        carry = column < 0 ? -1 : column / 10;
        column -= carry * 10;
        digits[i] = static_cast<char>('0' + column);
    }
    return Decimal::make(larger.negative_, digits, kHighestPosition);
}

base::Result<Decimal> subtract(const Decimal& a, const Decimal& b) {
    return add(a, -b);
}

std::string Decimal::to_ordered_bytes() const {
    if (is_zero()) return std::string(1, kZeroSign);
    std::string out(1, negative_ ? kNegativeSign : kPositiveSign);
    const auto push = [&](int byte) {
        const auto value = static_cast<unsigned char>(byte);
        out.push_back(static_cast<char>(negative_ ? 0xFF - value : value));
    };
    push(exponent_ - kMinExponent);
    for (std::size_t i = 0; i < count_; i += 2) {
        const int low = i + 1 < count_ ? digits_[i + 1] : 0;
        push(digits_[i] * 10 + low);
    }
    // A negative number that goes on is the lesser one, although its bytes are the longer ones.
    if (negative_) out.push_back(static_cast<char>(kNegativeEnd));
    return out;
}

base::Result<Decimal> Decimal::from_ordered_bytes(std::string_view bytes) {
    const auto bad = [] { return validation_error("these bytes are not the key encoding of a number"); };
    if (bytes.size() == 1 && bytes[0] == kZeroSign) return Decimal{};
    if (bytes.size() < 3 || (bytes[0] != kPositiveSign && bytes[0] != kNegativeSign)) return bad();
    const bool negative = bytes[0] == kNegativeSign;
    const std::string_view encoded = bytes;
    bytes.remove_prefix(1);
    if (negative) {
        if (static_cast<unsigned char>(bytes.back()) != kNegativeEnd) return bad();
        bytes.remove_suffix(1);
    }
    std::string digits;
    int exponent = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        int value = static_cast<unsigned char>(bytes[i]);
        if (negative) value = 0xFF - value;
        if (i == 0) {
            exponent = value + kMinExponent;
        } else {
            if (value > 99) return bad();
            digits.push_back(static_cast<char>('0' + value / 10));
            digits.push_back(static_cast<char>('0' + value % 10));
        }
    }
    auto decoded = make(negative, digits, exponent);
    if (!decoded || decoded->to_ordered_bytes() != encoded) return bad();
    return decoded;
}

base::Result<model::Number> make_number(std::string_view text) {
    auto decimal = Decimal::parse(text);
    if (!decimal) return decimal.error();
    return model::Number{decimal->to_text()};
}

std::strong_ordering compare(const model::Number& a, const model::Number& b) {
    if (a.text == b.text) return std::strong_ordering::equal;
    const auto left = Decimal::parse(a.text);
    const auto right = Decimal::parse(b.text);
    return (left ? *left : Decimal{}) <=> (right ? *right : Decimal{});
}

}  // namespace faasd::items
