// What flows through an app, told on a terminal: which event caused which call, when, and what came of it.
#pragma once

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace faasd::cli {

// Reads the daemon's log (`--log-format json`, the schema is docs/guide.md's) and retells it:
//
//     0.012 s  http POST /photos        → upload    12.3ms
//     0.020 s    queue to-encode        → encode    220ms  failed: NotAnImage: this is neither a JPEG nor a PNG
//
// A call stands below the one that caused it, where that has ended already; times count from the first. Where many calls of
// one function come at once, the first few are shown and the others summed up. One thread uses it.
class Narrator {
  public:
    Narrator(std::ostream& out, bool colour) : out_(out), colour_(colour) {}

    // A line of the log. What is none of calls and functions is told in the daemon's own words.
    void add(std::string_view line);
    // Tells what came since the last time; for now and then, so that there is something to sum up.
    void tell();
    // Calls and lines told so far.
    [[nodiscard]] std::uint64_t told() const { return told_; }

  private:
    struct Call {
        std::string time, function, cause, source, parent, result, error;
        std::int64_t at_us = 0, duration_us = 0;
        unsigned attempt = 1, depth = 0;
        bool says = false;  // a line of the function, in `error`
    };
    void tell_one(const Call& call);
    void sum_up(const std::vector<const Call*>& calls);
    [[nodiscard]] std::string offset(std::int64_t at_us) const;
    [[nodiscard]] std::string painted(const char* with, const std::string& text) const;

    std::ostream& out_;
    const bool colour_;
    std::vector<Call> waiting_;
    std::map<std::string, unsigned> depths_;  // of calls that have ended, by request id, and of chains
    std::int64_t begun_us_ = 0;
    std::uint64_t told_ = 0;
};

}  // namespace faasd::cli
