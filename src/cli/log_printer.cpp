#include "cli/log_printer.hpp"

#include <ostream>
#include <string>

#include <nlohmann/json.hpp>

#include "base/ansi.hpp"
#include "base/units.hpp"
#include "cli/print.hpp"

namespace faasd::cli {

namespace ansi = base::ansi;

namespace {

const char* colour_of(const std::string& level) {
    if (level == "error") return ansi::kRed;
    if (level == "warn") return ansi::kYellow;
    return level == "debug" ? ansi::kCyan : ansi::kGreen;
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
            out_ << with << what << ansi::kPlain;
        } else {
            out_ << what;
        }
    };
    const std::string time = text("time"), level = text("level");
    painted(ansi::kFaint, time.size() > 12 ? time.substr(11, 12) : time);
    out_ << ' ';
    painted(colour_of(level), level);
    out_ << std::string(level.size() < 5 ? 5 - level.size() : 0, ' ') << ' ';
    painted(ansi::kBold, text("function"));
    const std::string request = " [" + text("request_id") + "]";
    if (text("type") == "line") {
        painted(ansi::kFaint, request);
        out_ << ' ' << text("message") << '\n';
        return;
    }
    out_ << " (" << text("cause") << (text("source").empty() ? "" : " ") << text("source") << ") ";
    painted(colour_of(level), text("result"));
    out_ << " in " << base::format_duration(base::Duration{entry.value("duration_us", std::int64_t{0})});
    if (entry.value("cold", false)) out_ << " cold";
    if (entry.value("attempt", 1U) > 1) out_ << " attempt " << entry.value("attempt", 1U);
    if (!text("error").empty()) out_ << ' ' << text("error");
    painted(ansi::kFaint, request);
    out_ << '\n';
}

}  // namespace faasd::cli
