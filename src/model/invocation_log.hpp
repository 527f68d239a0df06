// What has run, and what functions have said meanwhile: one entry a call that ended, one a line.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/unique_function.hpp"
#include "model/invocation.hpp"

namespace faasd::model {

enum class LogLevel : std::uint8_t { debug, info, warn, error };
[[nodiscard]] std::string_view to_string(LogLevel level);

// What an entry says in numbers: plain bytes.
struct LogFacts {
    enum class Kind : std::uint8_t { invocation, line };
    Kind kind = Kind::line;
    LogLevel level = LogLevel::info;
    std::uint64_t number = 0;  // from 1, without gaps
    base::TimePoint at{};      // when the call ended, or the line was written; by the app's clock
    // Of an invocation:
    CauseKind cause = CauseKind::invoke;
    OutcomeStatus status = OutcomeStatus::success;
    bool cold = false;
    std::uint32_t attempt = 1;
    base::Duration duration{};
};
// Its views live as long as the page that has it.
struct LogEntry : LogFacts {
    std::string_view function, request_id;
    std::string_view trace;           // the root's id
    std::string_view message;         // the line, or the error of a call that failed: "Type: message"
    std::string_view source, parent;  // of an invocation's cause
};

// "hello (http GET /hello) ok in 1.2ms cold [0f3a…]" and "hello [0f3a…] stored cat.jpg", after the time and the level,
// with a line break at the end.
void append_text(std::string& out, const LogEntry& entry, bool colour);
// A JSON object of one line, without a line break.
void append_json(std::string& out, const LogEntry& entry);

struct LogQuery {
    std::uint64_t after = 0;  // the number of the last entry seen
    std::string function;     // empty: of all; and so on
    std::string trace;        // the beginning of a root's id
    std::string request_id;
    std::optional<base::TimePoint> since;
    std::size_t limit = 1000;
};
struct LogPage {
    std::vector<LogEntry> entries;
    std::uint64_t next = 0;    // `after` of the next query
    std::uint64_t missed = 0;  // entries that have been overwritten before they could be read
    std::shared_ptr<const void> owner;
};

// Bounded: the oldest entries give way to new ones. Thread-safe.
class InvocationLog {
  public:
    virtual ~InvocationLog() = default;
    // What there is; where nothing matches, what comes within `wait` (of real time), or an empty page after it. `done`
    // on any thread, possibly before it returns; must be quick.
    virtual void read(LogQuery query, base::Duration wait, base::UniqueFunction<void(LogPage)> done) = 0;
};

}  // namespace faasd::model
