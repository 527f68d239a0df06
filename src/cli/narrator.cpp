#include "cli/narrator.hpp"

#include <algorithm>
#include <cstdio>
#include <ostream>

#include <nlohmann/json.hpp>

#include "base/ansi.hpp"
#include "base/json.hpp"
#include "base/units.hpp"

namespace faasd::cli {

namespace ansi = base::ansi;

namespace {

constexpr std::size_t kShown = 4;            // of equal calls that come at once
constexpr std::size_t kRemembered = 20'000;  // calls whose place in the chain is known
constexpr std::size_t kCauseWidth = 34;

// 2026-11-24T05:27:52.123Z -> microseconds of the day: enough to tell how far apart two are.
std::int64_t of_day_us(const std::string& time) {
    int hours = 0, minutes = 0;
    double seconds = 0;
    if (time.size() < 20 || std::sscanf(time.c_str() + 11, "%d:%d:%lf", &hours, &minutes, &seconds) != 3) return 0;
    return (hours * 60LL + minutes) * 60'000'000 + static_cast<std::int64_t>(seconds * 1e6);
}

std::string short_of(std::int64_t us) { return base::format_duration(base::Duration{us}); }

std::size_t columns(std::string_view text) {  // of UTF-8
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string padded(std::string text, std::size_t width) {
    const std::size_t has = columns(text);
    if (has < width) text.append(width - has, ' ');
    return text;
}

}  // namespace

std::string Narrator::painted(const char* with, const std::string& text) const {
    return colour_ && !text.empty() ? with + text + ansi::kPlain : text;
}

std::string Narrator::offset(std::int64_t at_us) const {
    char text[32];
    constexpr std::int64_t kDay = 86'400'000'000;
    std::snprintf(text, sizeof text, "%8.3f s", static_cast<double>((at_us - begun_us_ + kDay) % kDay) / 1e6);
    return text;
}

void Narrator::add(std::string_view line) {
    const auto entry = base::parse_json(line);
    if (!entry.is_object()) {
        tell();
        out_ << line << '\n';
        return;
    }
    const auto text = [&](const char* name) {
        const auto found = entry.find(name);
        return found != entry.end() && found->is_string() ? found->get<std::string>() : std::string();
    };
    const std::string type = text("type");
    if (type.empty()) {
        tell();
        const std::string level = text("level");
        out_ << painted(level == "error" || level == "warning" ? ansi::kRed : ansi::kFaint, text("message")) << '\n';
        return;
    }
    Call call;
    call.function = text("function");
    call.at_us = of_day_us(text("time"));
    if (type == "line") {
        if (text("level") == "debug") return;
        call.says = true;
        call.error = text("message");
        const auto known = depths_.find(text("request_id"));
        call.depth = known == depths_.end() ? 0 : known->second;
    } else {
        call.cause = text("cause");
        call.source = text("source");
        call.parent = text("parent");
        call.result = text("result");
        call.error = text("error");
        call.duration_us = entry.value("duration_us", std::int64_t{0});
        call.attempt = entry.value("attempt", 1U);
        const auto known = depths_.find(call.parent);
        const std::string chain = "chain " + text("trace");  // a message knows its chain, and not who sent it
        const bool follows = !call.parent.empty() || depths_.contains(chain);
        call.depth = known != depths_.end() ? known->second + 1 : follows ? 1 : 0;
        if (depths_.size() >= kRemembered) depths_.clear();
        depths_[text("request_id")] = call.depth;
        depths_[chain] = 0;
    }
    if (begun_us_ == 0) begun_us_ = call.at_us - call.duration_us;
    waiting_.push_back(std::move(call));
}

void Narrator::tell_one(const Call& call) {
    const std::string indent(2 * std::min(call.depth, 8U), ' ');
    out_ << painted(ansi::kFaint, offset(call.at_us)) << "  ";
    if (call.says) {
        out_ << indent << painted(ansi::kFaint, call.function + ": " + call.error) << '\n';
        return;
    }
    const std::string cause = indent + call.cause + (call.source.empty() ? "" : " " + call.source);
    out_ << padded(cause, kCauseWidth) << " → " << painted(ansi::kBold, padded(call.function, 14)) << ' '
         << padded(short_of(call.duration_us), 8);
    if (call.attempt > 1) out_ << " attempt " << call.attempt;
    if (call.result != "ok" && call.result != "success") out_ << ' ' << painted(ansi::kRed, call.result + ": " + call.error);
    out_ << '\n';
}

void Narrator::sum_up(const std::vector<const Call*>& calls) {
    std::int64_t shortest = calls.front()->duration_us, longest = shortest;
    std::size_t failed = 0;
    for (const Call* call : calls) {
        shortest = std::min(shortest, call->duration_us);
        longest = std::max(longest, call->duration_us);
        failed += call->result != "ok" && call->result != "success" && !call->says ? 1 : 0;
    }
    const Call& last = *calls.back();
    out_ << painted(ansi::kFaint, offset(last.at_us)) << "  " << std::string(2 * std::min(last.depth, 8U), ' ');
    if (last.says) {
        out_ << painted(ansi::kFaint, last.function + ": … and " + std::to_string(calls.size()) + " lines more") << '\n';
        return;
    }
    out_ << "… and " << calls.size() << " times more " << last.cause << " → " << painted(ansi::kBold, last.function) << ", "
         << short_of(shortest) << " to " << short_of(longest);
    if (failed > 0) out_ << ", " << painted(ansi::kRed, std::to_string(failed) + " failed");
    out_ << '\n';
}

void Narrator::tell() {
    const auto kind = [](const Call& call) { return call.function + '\n' + call.cause + (call.says ? "\nsays" : ""); };
    std::map<std::string, std::vector<const Call*>> more;
    std::map<std::string, std::size_t> seen;
    for (const Call& call : waiting_)
        if (++seen[kind(call)] <= kShown) tell_one(call);
        else more[kind(call)].push_back(&call);
    for (const auto& [name, calls] : more)
        if (calls.size() > 1) sum_up(calls);
        else tell_one(*calls.front());
    told_ += waiting_.size();
    waiting_.clear();
    out_.flush();
}

}  // namespace faasd::cli
