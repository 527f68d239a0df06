#include <charconv>
#include <span>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "sources/errors.hpp"
#include "sources/schedule/civil.hpp"
#include "sources/schedule/cron.hpp"

namespace faasd::sources {
namespace {

constexpr std::string_view kMonthNames[] = {"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                            "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
constexpr std::string_view kDayNames[] = {"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"};

std::vector<std::string_view> split(std::string_view text, std::string_view separators) {
    std::vector<std::string_view> parts;
    while (true) {
        const std::size_t end = text.find_first_of(separators);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

std::optional<int> number(std::string_view text) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
    return value;
}

}  // namespace

// One expression being parsed. The first mistake is kept in `error_`; everything after it is ignored.
class CronParser {
  public:
    base::Result<Cron> parse(std::string_view expression) {
        std::vector<std::string_view> fields;
        for (const std::string_view part : split(expression, " \t")) {
            if (!part.empty()) fields.push_back(part);
        }
        if (fields.size() != 5 && fields.size() != 6) {
            return invalid(
                "a cron expression has 5 fields (minute hour day-of-month month day-of-week) or 6 with "
                "seconds first, but this one has " +
                std::to_string(fields.size()));
        }
        const bool event_bridge = fields.size() == 6 && (is_any(fields[2]) || is_any(fields[4]));
        first_weekday_ = event_bridge ? 1 : 0;
        std::size_t next = 0;
        if (fields.size() == 6 && !event_bridge) {
            plain({"seconds", 0, 59, {}}, fields[next++], cron_.seconds_);
        } else {
            cron_.seconds_.set(0);
        }
        plain({"minutes", 0, 59, {}}, fields[next++], cron_.minutes_);
        plain({"hours", 0, 23, {}}, fields[next++], cron_.hours_);
        day_of_month(fields[next++]);
        plain({"month", 1, 12, kMonthNames}, fields[next++], cron_.months_);
        day_of_week(fields[next++]);
        if (event_bridge) {
            cron_.years_.emplace();
            plain({"year", 1970, 2199, {}, 1970}, fields[next], *cron_.years_);
        }
        if (!error_.empty()) return invalid(error_);
        if (!cron_.next_day(0)) {
            return invalid("no date ever matches: the day-of-month field '" +
                           std::string(fields[fields.size() == 6 && !event_bridge ? 3 : 2]) +
                           "' does not exist in month '" +
                           std::string(fields[fields.size() == 6 && !event_bridge ? 4 : 3]) + "'");
        }
        return cron_;
    }

  private:
    struct Field {
        std::string_view name;
        int low, high;
        std::span<const std::string_view> names;
        int base = 0;  // the value that bit 0 stands for
    };

    static bool is_any(std::string_view field) { return field == "?"; }
    static base::Error invalid(std::string message) {
        return {SourceErrc::invalid_schedule, std::move(message)};
    }

    void fail(const Field& field, std::string_view item, std::string_view why) {
        if (!error_.empty()) return;
        error_ = std::string(field.name) + ": '" + std::string(item) + "' " + std::string(why) +
                 "; allowed are " + std::to_string(field.low) + "-" + std::to_string(field.high);
        if (!field.names.empty()) {
            error_ += ", " + std::string(field.names.front()) + "-" + std::string(field.names.back());
        }
        error_ += ", *, lists (1,3), ranges (1-3) and steps (*/5)";
    }

    std::optional<int> value(const Field& field, std::string_view text) {
        if (const auto n = number(text)) return *n >= field.low && *n <= field.high ? n : std::nullopt;
        for (std::size_t i = 0; i < field.names.size(); ++i) {
            if (base::iequals(text, field.names[i])) return field.low + static_cast<int>(i);
        }
        return std::nullopt;
    }

    // One item without L, W and #. `set` is called with each value it names.
    template <class Set>
    void item(const Field& field, std::string_view text, Set set) {
        if (text.empty()) return fail(field, text, "is an empty item");
        std::string_view range = text;
        int step = 0;
        if (const std::size_t slash = text.find('/'); slash != std::string_view::npos) {
            const auto n = number(text.substr(slash + 1));
            if (!n || *n == 0 || *n > field.high) return fail(field, text, "has a step that makes no sense");
            step = *n;
            range = text.substr(0, slash);
        }
        int low = field.low, high = field.high;
        if (range != "*") {
            const std::size_t dash = range.find('-');
            const auto first = value(field, range.substr(0, dash));
            if (!first) return fail(field, text, "is not a value of this field");
            low = *first;
            if (dash != std::string_view::npos) {
                const auto last = value(field, range.substr(dash + 1));
                if (!last) return fail(field, text, "is not a range of this field");
                high = *last;
            } else if (step == 0) {
                high = low;
            }
        }
        const int size = field.high - field.low + 1;
        const int count = high >= low ? high - low + 1 : high - low + 1 + size;
        if (high < low && field.base != 0) return fail(field, text, "is a range that runs backwards");
        for (int i = 0; i < count; i += step == 0 ? 1 : step)
            set((low - field.low + i) % size + field.low);
    }

    template <std::size_t N>
    void plain(const Field& field, std::string_view text, std::bitset<N>& bits) {
        for (const std::string_view part : split(text, ",")) {
            item(field, part, [&](int v) { bits.set(static_cast<std::size_t>(v - field.base)); });
        }
    }

    void day_of_month(std::string_view text) {
        const Field field{"day-of-month", 1, 31, {}};
        auto& out = cron_.day_of_month_;
        out.restricted = text.front() != '*' && text.front() != '?';
        if (is_any(text)) text = "*";
        for (const std::string_view part : split(text, ",")) {
            if (base::iequals(part, "L")) {
                out.before_last.set(0);
            } else if (base::iequals(part, "LW")) {
                out.last_weekday = true;
            } else if (part.starts_with("L-") || part.starts_with("l-")) {
                const auto n = number(part.substr(2));
                if (!n || *n > 30) return fail(field, part, "is not L- and a number from 0 to 30");
                out.before_last.set(static_cast<std::size_t>(*n));
            } else if (part.size() > 1 && (part.back() == 'W' || part.back() == 'w')) {
                const auto n = value(field, part.substr(0, part.size() - 1));
                if (!n) return fail(field, part, "is not a day followed by W");
                out.nearest_weekdays.set(static_cast<std::size_t>(*n));
            } else {
                item(field, part, [&](int v) { out.days.set(static_cast<std::size_t>(v)); });
            }
        }
    }

    void day_of_week(std::string_view text) {
        // In cron's own numbering 7 is another name for 0, in EventBridge's it is Saturday.
        const Field field{"day-of-week", first_weekday_, 7, kDayNames};
        const auto bit = [this](int v) { return static_cast<std::size_t>((v - first_weekday_) % 7); };
        auto& out = cron_.day_of_week_;
        out.restricted = text.front() != '*' && text.front() != '?';
        if (is_any(text)) text = "*";
        for (const std::string_view part : split(text, ",")) {
            if (base::iequals(part, "L")) {
                out.days.set(6);
            } else if (const std::size_t hash = part.find('#'); hash != std::string_view::npos) {
                const auto day = value(field, part.substr(0, hash));
                const auto k = number(part.substr(hash + 1));
                if (!day || !k || *k < 1 || *k > 5)
                    return fail(field, part, "is not a weekday, # and 1 to 5");
                out.of_month[static_cast<std::size_t>(*k - 1)].set(bit(*day));
            } else if (part.size() > 1 && (part.back() == 'L' || part.back() == 'l')) {
                const auto day = value(field, part.substr(0, part.size() - 1));
                if (!day) return fail(field, part, "is not a weekday followed by L");
                out.last.set(bit(*day));
            } else {
                item(field, part, [&](int v) { out.days.set(bit(v)); });
            }
        }
    }

    Cron cron_;
    int first_weekday_ = 0;
    std::string error_;
};

base::Result<Cron> Cron::parse(std::string_view expression) {
    return CronParser{}.parse(expression);
}

}  // namespace faasd::sources
