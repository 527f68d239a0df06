#include "gateway/syntax.hpp"

namespace faasd::gateway {
namespace {

constexpr std::array<std::uint8_t, 256> make_classes() {
    std::array<std::uint8_t, 256> classes{};
    const auto add = [&](std::string_view characters, std::uint8_t which) {
        for (const char c : characters) classes[static_cast<unsigned char>(c)] |= which;
    };
    for (unsigned c = 0x21; c < 0x7F; ++c) classes[c] |= kFieldValue | kTarget;
    for (unsigned c = 0x80; c < 0x100; ++c) classes[c] |= kFieldValue;
    add(" \t", kFieldValue);
    classes['#'] &= static_cast<std::uint8_t>(~kTarget);
    constexpr std::string_view alphanumeric = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    add(alphanumeric, kToken | kRegName);
    add("!#$%&'*+-.^_`|~", kToken);
    add("-._~!$&'()*+,;=", kRegName);
    return classes;
}

bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

bool is_ip_literal(std::string_view inside) {
    if (inside.empty()) return false;
    if (inside.front() == 'v' || inside.front() == 'V') {  // IPvFuture
        const auto dot = inside.find('.');
        if (dot == std::string_view::npos || dot < 2 || dot + 1 == inside.size()) return false;
        for (const char c : inside.substr(1, dot - 1))
            if (!is_hex(c)) return false;
        for (const char c : inside.substr(dot + 1))
            if (c != ':' && !is(c, kRegName)) return false;
        return true;
    }
    int colons = 0;
    for (const char c : inside) {
        if (c == ':') ++colons;
        else if (!is_hex(c) && c != '.') return false;
    }
    return colons >= 2 && colons <= 7;
}

bool is_reg_name(std::string_view name) {
    for (std::size_t i = 0; i < name.size(); ++i) {
        if (name[i] == '%') {
            if (i + 2 >= name.size() || !is_hex(name[i + 1]) || !is_hex(name[i + 2])) return false;
            i += 2;
        } else if (!is(name[i], kRegName)) {
            return false;
        }
    }
    return !name.empty();
}

}  // namespace

constinit const std::array<std::uint8_t, 256> kCharClasses = make_classes();

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

std::optional<std::string_view> next_element(std::string_view& list) {
    while (!list.empty()) {
        const auto comma = list.find(',');
        const std::string_view element = trim(list.substr(0, comma));
        list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
        if (!element.empty()) return element;
    }
    return std::nullopt;
}

bool is_valid_authority(std::string_view authority) {
    std::string_view host = authority;
    std::string_view port;
    if (!authority.empty() && authority.front() == '[') {
        const auto end = authority.find(']');
        if (end == std::string_view::npos || !is_ip_literal(authority.substr(1, end - 1))) return false;
        port = authority.substr(end + 1);
        if (!port.empty()) {
            if (port.front() != ':') return false;
            port.remove_prefix(1);
        }
    } else {
        const auto colon = authority.find(':');
        if (colon != std::string_view::npos) {
            host = authority.substr(0, colon);
            port = authority.substr(colon + 1);
        }
        if (!is_reg_name(host)) return false;
    }
    unsigned number = 0;
    for (const char c : port) {
        if (!is_digit(c)) return false;
        number = number * 10 + static_cast<unsigned>(c - '0');
        if (number > 65535) return false;
    }
    return true;
}

}  // namespace faasd::gateway
