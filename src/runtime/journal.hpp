// The log of calls and of what functions say: kept for readers, and printed.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string_view>
#include <thread>
#include <vector>

#include "model/invocation_log.hpp"
#include "runtime/record_ring.hpp"

namespace faasd::runtime {

struct JournalOptions {
    std::size_t capacity = std::size_t{4} << 20;  // bytes
    // Prints: gets whole lines, on the journal's thread, and may block. Null: nothing is printed.
    std::function<void(std::string_view lines)> print;
    bool json = false, colour = false;  // the form of the lines
    model::LogLevel print_from = model::LogLevel::info;
};

// Thread-safe. A call that ends appends its entry and is done; formatting and printing happen on a thread of its own,
// a few milliseconds later and many lines at a time, so that a line a call costs callers next to nothing. A printer that
// blocks holds up nobody: what it misses is counted in its place.
class Journal final : public model::InvocationLog {
  public:
    explicit Journal(JournalOptions options);
    ~Journal() override;  // stop()
    void append(const model::LogEntry& entry);
    void read(model::LogQuery query, base::Duration wait, base::UniqueFunction<void(model::LogPage)> done) override;
    // Answers whoever waits; nobody waits any more.
    void end_waits();
    // Prints what is left, answers whoever waits, and prints nothing any more. Waits a second for a printer that blocks.
    void stop();

  private:
    struct Waiter {
        model::LogQuery query;
        std::chrono::nanoseconds until;
        base::UniqueFunction<void(model::LogPage)> done;
    };
    struct Shared;
    static void run(const std::shared_ptr<Shared>& shared);
    static std::uint64_t print_from(Shared& shared, std::uint64_t after);
    static void serve_waiters(Shared& shared);

    const std::shared_ptr<Shared> shared_;  // a thread that is stuck in a printer outlives the journal
    std::thread thread_;
};

}  // namespace faasd::runtime
