// Collects the mistakes of one file and shows each with its line.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"

namespace faasd::config {

// A place in the file; both count from 1, 0 is unknown. Columns count bytes, as yaml-cpp does.
struct Place {
    int line = 0;
    int column = 0;
};

// Not thread-safe. Keeps a view of the text.
class Diagnostics {
  public:
    // Enough to fix a file by; a hostile one can't make a list without end.
    static constexpr std::size_t kMax = 200;

    Diagnostics(std::string_view text, std::string file) : text_(text), file_(std::move(file)) {}

    void error(Place place, std::string message, std::string hint = {});
    void warning(Place place, std::string message, std::string hint = {});
    [[nodiscard]] bool has_errors() const { return has_errors_; }
    // More would not be kept: whoever would search long for a hint need not.
    [[nodiscard]] bool full() const { return all_.size() >= kMax; }
    // The place as people count it: the column in characters (in bytes far out on a very long line).
    [[nodiscard]] model::SourcePosition position(Place place) const;
    [[nodiscard]] std::string_view line(int number) const;  // without its end
    // In order of place, then of discovery.
    [[nodiscard]] std::vector<Diagnostic> take();

  private:
    void add(Severity severity, Place place, std::string message, std::string hint);

    std::string_view text_;
    std::string file_;
    mutable std::vector<std::size_t> line_starts_;  // filled at the first question
    std::vector<Diagnostic> all_;
    bool has_errors_ = false;
};

// The candidate that was probably meant. Case, '-' and '_' do not count as differences. Nothing is guessed
// among more candidates than these: comparing is slow.
inline constexpr std::size_t kMaxCandidates = 1000;
[[nodiscard]] std::optional<std::string> guess(std::string_view word,
                                               const std::vector<std::string>& candidates);
// "did you mean 'timeout'?" or nothing.
[[nodiscard]] std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);
// Both, as one hint: the guess and the list (left out when it is long).
[[nodiscard]] std::string guess_or_list(std::string_view word, const std::vector<std::string>& candidates,
                                        std::string_view introduction = "allowed");
// In quotes; long texts cut, unprintable bytes shown as '?'.
[[nodiscard]] std::string in_quotes(std::string_view text);
[[nodiscard]] std::string joined(const std::vector<std::string>& words, std::string_view separator = ", ");

}  // namespace faasd::config
