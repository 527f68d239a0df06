// Any line as a schedule, in some time zones: refused with words, or each firing lies behind the one before, and what is
// found to have been the last one before a time is. The rest of the input is read as a time zone's file.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "sources/schedule/schedule.hpp"

namespace {

using namespace faasd;

void require(bool holds) {
    if (!holds) std::abort();
}

void check_firings(const sources::Schedule& schedule) {
    // Before a change of the clocks in Europe, and where the years of an expression begin and end.
    for (const sources::UtcSeconds second : std::array<sources::UtcSeconds, 3>{1'774'740'000, 0, 7'258'000'000}) {
        base::TimePoint time{std::chrono::seconds{second}};
        const base::TimePoint start = time;
        for (int firings = 0; firings < 3; ++firings) {
            const auto next = schedule.next_after(time);
            if (!next) break;
            require(*next > time);
            time = *next;
        }
        if (time == start) continue;
        const auto last = schedule.last_between(start, time);
        require(last == time);
    }
}

void check_zone(std::string_view bytes) {
    const auto zone = sources::TimeZone::parse(bytes);
    if (!zone) return;
    for (const sources::UtcSeconds time : std::array<sources::UtcSeconds, 3>{0, 1'774'740'000, 2'000'000'000}) {
        const auto change = zone->next_change(time);
        require(!change || *change > time);
        static_cast<void>(zone->resolve(time + zone->offset_at(time)));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const std::string_view line = input.substr(0, input.find('\n'));
    for (const std::string_view zone : {"UTC", "Europe/Berlin", "Australia/Lord_Howe"}) {
        const auto schedule = sources::Schedule::parse(line, zone);
        if (schedule) {
            check_firings(*schedule);
        } else {
            require(!schedule.error().message.empty());
            break;
        }
    }
    check_zone(input.substr(std::min(line.size() + 1, size)));
    return 0;
}
