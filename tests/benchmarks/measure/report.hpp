// The table at the end: each bar beside its yardstick.
#pragma once

#include <string>
#include <vector>

namespace faasd::bench {

enum class Met { yes, no, no_bar };

struct Row {
    std::string name, measured, yardstick, ratio, bar;
    Met met = Met::no_bar;
};

class Report {
  public:
    void add(Row row);  // also printed at once, for who waits
    void print() const;
    [[nodiscard]] bool all_met() const;

  private:
    std::vector<Row> rows_;
};

[[nodiscard]] inline Met met_if(bool holds) { return holds ? Met::yes : Met::no; }
[[nodiscard]] std::string rate(double per_second);                 // "98.3k/s"
[[nodiscard]] std::string fixed(double value, int digits, const char* unit = "");
[[nodiscard]] double median(std::vector<double> values);

}  // namespace faasd::bench
