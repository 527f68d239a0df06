#include "model/invocation_log.hpp"

#include <charconv>
#include <cstdio>

#include "base/ansi.hpp"
#include "base/text.hpp"
#include "base/units.hpp"

namespace faasd::model {
namespace {

using namespace base::ansi;

std::string_view colour_of(LogLevel level) {
    switch (level) {
        case LogLevel::debug: return kCyan;
        case LogLevel::info: return kGreen;
        case LogLevel::warn: return kYellow;
        case LogLevel::error: return kRed;
    }
    return kPlain;
}

void two_digits(std::string& out, std::int64_t n) {
    out += static_cast<char>('0' + n / 10);
    out += static_cast<char>('0' + n % 10);
}

// The time of day in UTC, 12:34:56.789.
void append_time(std::string& out, base::TimePoint at) {
    const std::int64_t ms = (base::to_millis(at) % 86'400'000 + 86'400'000) % 86'400'000;
    two_digits(out, ms / 3'600'000);
    out += ':';
    two_digits(out, ms / 60'000 % 60);
    out += ':';
    two_digits(out, ms / 1000 % 60);
    out += '.';
    out += static_cast<char>('0' + ms % 1000 / 100);
    two_digits(out, ms % 100);
}

template <class Number>
void append_number(std::string& out, Number number) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    out.append(digits, end);
}

void append_string(std::string& out, std::string_view text) {
    const bool valid = base::is_valid_utf8(text);
    out += '"';
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '\r') {
            out += "\\r";
        } else if (c == '\t') {
            out += "\\t";
        } else if (byte < 0x20) {
            char escaped[8];
            std::snprintf(escaped, sizeof escaped, "\\u%04x", static_cast<unsigned>(byte));
            out += escaped;
        } else if (byte >= 0x80 && !valid) {
            out += "\\ufffd";
        } else {
            out += c;
        }
    }
    out += '"';
}

void append_member(std::string& out, std::string_view name, std::string_view value) {
    out += ",\"";
    out += name;
    out += "\":";
    append_string(out, value);
}

}  // namespace

std::string_view to_string(LogLevel level) {
    switch (level) {
        case LogLevel::debug: return "debug";
        case LogLevel::info: return "info";
        case LogLevel::warn: return "warn";
        case LogLevel::error: return "error";
    }
    return "unknown";
}

void append_text(std::string& out, const LogEntry& entry, bool colour) {
    const auto paint = [&](std::string_view with) {
        if (colour) out += with;
    };
    paint(kFaint);
    append_time(out, entry.at);
    paint(kPlain);
    out += ' ';
    paint(colour_of(entry.level));
    const std::string_view level = to_string(entry.level);
    out += level;
    if (level.size() < 5) out += ' ';
    paint(kPlain);
    out += ' ';
    paint(kBold);
    out += entry.function;
    paint(kPlain);
    const auto append_request = [&] {
        paint(kFaint);
        out += " [";
        out += entry.request_id;
        out += ']';
        paint(kPlain);
    };
    if (entry.kind == LogEntry::Kind::line) {
        append_request();
        out += ' ';
        out += entry.message;
        out += '\n';
        return;
    }
    out += " (";
    out += to_string(entry.cause);
    if (!entry.source.empty()) {
        out += ' ';
        out += entry.source;
    }
    out += ") ";
    paint(colour_of(entry.level));
    out += to_string(entry.status);
    paint(kPlain);
    out += " in ";
    out += base::format_duration(entry.duration);
    if (entry.cold) out += " cold";
    if (entry.attempt > 1) {
        out += " attempt ";
        append_number(out, entry.attempt);
    }
    if (!entry.message.empty()) {
        out += ' ';
        out += entry.message;
    }
    append_request();
    out += '\n';
}

void append_json(std::string& out, const LogEntry& entry) {
    out += R"({"time":")";
    out += base::format_rfc3339(entry.at);
    out += R"(","level":")";
    out += to_string(entry.level);
    out += R"(","type":")";
    out += entry.kind == LogEntry::Kind::line ? "line\"" : "invocation\"";
    out += R"(,"number":)";
    append_number(out, entry.number);
    append_member(out, "function", entry.function);
    append_member(out, "request_id", entry.request_id);
    append_member(out, "trace", entry.trace);
    if (entry.kind == LogEntry::Kind::line) {
        append_member(out, "message", entry.message);
        out += '}';
        return;
    }
    append_member(out, "cause", to_string(entry.cause));
    append_member(out, "source", entry.source);
    if (!entry.parent.empty()) append_member(out, "parent", entry.parent);
    append_member(out, "result", to_string(entry.status));
    out += R"(,"attempt":)";
    append_number(out, entry.attempt);
    out += R"(,"duration_us":)";
    append_number(out, entry.duration.count());
    out += entry.cold ? R"(,"cold":true)" : R"(,"cold":false)";
    if (!entry.message.empty()) append_member(out, "error", entry.message);
    out += '}';
}

}  // namespace faasd::model
