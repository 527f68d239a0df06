#include "measure/report.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace faasd::bench {
namespace {

const char* word(Met met) {
    return met == Met::yes ? "yes" : met == Met::no ? "NO" : "-";
}

}  // namespace

void Report::add(Row row) {
    std::fprintf(stderr, "  %s: %s%s%s\n", row.name.c_str(), row.measured.c_str(),
                 row.yardstick.empty() ? "" : (", beside " + row.yardstick).c_str(),
                 row.met == Met::no ? "  (missed)" : "");
    rows_.push_back(std::move(row));
}

void Report::print() const {
    std::vector<std::array<std::string, 6>> cells{{"what", "measured", "yardstick", "ratio", "bar", "met"}};
    for (const Row& row : rows_)
        cells.push_back({row.name, row.measured, row.yardstick, row.ratio, row.bar, word(row.met)});
    std::array<std::size_t, 6> width{};
    for (const auto& line : cells)
        for (std::size_t i = 0; i < line.size(); ++i)
            width[i] = std::max(width[i], line[i].size());
    for (const auto& line : cells) {
        std::string text;
        for (std::size_t i = 0; i < line.size(); ++i)
            text += (i ? " | " : "") + line[i] + std::string(width[i] - line[i].size(), ' ');
        std::printf("%s\n", text.c_str());
        if (&line == &cells.front()) std::printf("%s\n", std::string(text.size(), '-').c_str());
    }
}

bool Report::all_met() const {
    return std::none_of(rows_.begin(), rows_.end(), [](const Row& row) { return row.met == Met::no; });
}

std::string fixed(double value, int digits, const char* unit) {
    char text[64];
    std::snprintf(text, sizeof text, "%.*f%s%s", digits, value, *unit ? " " : "", unit);
    return text;
}

std::string rate(double per_second) {
    return per_second >= 1000 ? fixed(per_second / 1000, 1) + "k/s" : fixed(per_second, 0) + "/s";
}

double median(std::vector<double> values) {
    if (values.empty()) return 0;
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

}  // namespace faasd::bench
