#include "cli/log_printer.hpp"

#include <ostream>
#include <string>

#include <nlohmann/json.hpp>

#include "base/units.hpp"
#include "cli/print.hpp"

namespace faasd::cli {
namespace {

constexpr const char* kFaint = "\x1b[2m";
constexpr const char* kBold = "\x1b[1m";
constexpr const char* kPlain = "\x1b[0m";

const char* colour_of(const std::string& level) {
    if (level == "error") return "\x1b[31m";
    if (level == "warn") return "\x1b[33m";
    return level == "debug" ? "\x1b[36m" : "\x1b[32m";
}

}  // namespace

void LogPrinter::print(const nlohmann::json& entry) const {
    if (json_) {
        out_ << plain(entry) << '\n';
        return;
    }
    const auto text = [&](const char* name) { return entry.value(name, ""); };
    const auto painted = [&](const char* with, const std::string& what) {
        if (colour_) {
            out_ << with << what << kPlain;
        } else {
            out_ << what;
        }
    };
    const std::string time = text("time"), level = text("level");
    painted(kFaint, time.size() > 12 ? time.substr(11, 12) : time);
    out_ << ' ';
    painted(colour_of(level), level);
    out_ << std::string(level.size() < 5 ? 5 - level.size() : 0, ' ') << ' ';
    painted(kBold, text("function"));
    const std::string request = " [" + text("request_id") + "]";
    if (text("type") == "line") {
        painted(kFaint, request);
        out_ << ' ' << text("message") << '\n';
        return;
    }
    out_ << " (" << text("cause") << (text("source").empty() ? "" : " ") << text("source") << ") ";
    painted(colour_of(level), text("result"));
    out_ << " in " << base::format_duration(base::Duration{entry.value("duration_us", std::int64_t{0})});
    if (entry.value("cold", false)) out_ << " cold";
    if (entry.value("attempt", 1U) > 1) out_ << " attempt " << entry.value("attempt", 1U);
    if (!text("error").empty()) out_ << ' ' << text("error");
    painted(kFaint, request);
    out_ << '\n';
}

}  // namespace faasd::cli
