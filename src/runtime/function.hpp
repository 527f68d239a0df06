// One configured function: what it is bound to, who runs in it, who waits for it, how it has been doing.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "model/app.hpp"
#include "runtime/image.hpp"
#include "runtime/pace.hpp"

namespace faasd::runtime {

class Call;

// A function's configuration and the loaded code of it, as one call sees them from its start to its end.
// Immutable.
struct Binding {
    std::shared_ptr<const model::FunctionDefinition> definition;
    std::shared_ptr<const std::map<std::string, std::string>>
        environment;  // the app's and the function's own
    std::shared_ptr<Image> image;
    const faasd_function* function = nullptr;
    std::string version;                      // counts the loads: "1", "2", ...
    std::shared_ptr<std::atomic<bool>> cold;  // no call of this load has ended yet
};

enum class FunctionState { loading, ready, failed, quarantined };
[[nodiscard]] std::string_view to_string(FunctionState state);

struct FunctionStatus {
    std::string name;
    FunctionState state = FunctionState::loading;
    std::string error;       // why it is failed or quarantined, or why its newest version is not served
    std::string version;     // of the load that serves
    std::string event_type;  // what its handler takes
    std::uint64_t running = 0, waiting = 0, written_off = 0;
    std::uint64_t calls = 0, errors = 0, timeouts = 0, throttled = 0;
    std::chrono::microseconds p50{}, p99{}, slowest{};  // of the last calls (at most 256)
    bool in_place = false;                              // quick enough to run on the I/O loop
};

// Thread-safe.
class Function {
  public:
    explicit Function(std::string name) : name_(std::move(name)) {}

    // What becomes of a call that wants to run.
    enum class Entry { run, wait, throttled, line_full, unavailable, removed };
    struct Admitted {
        Entry entry;
        std::shared_ptr<const Binding> binding;  // Entry::run
        std::string reason;                      // Entry::unavailable
        bool first_to_wait = false;              // Entry::wait: the first one for this function to be loaded
    };
    // Entry::run takes a slot, Entry::wait keeps the call until next() hands it out. A function that is still
    // being loaded makes everybody wait.
    [[nodiscard]] Admitted enter(const std::shared_ptr<Call>& call, bool may_wait, std::size_t max_line);
    // Gives the slot back.
    void leave(std::chrono::nanoseconds duration, bool error, bool timeout);
    // The next waiting call that may run now, with its slot taken; null where none may.
    struct Next {
        std::shared_ptr<Call> call;
        Admitted admitted;
    };
    [[nodiscard]] Next next();
    // A call that gave up waiting. False: it waits no more.
    bool leave_line(const Call& call);

    void set_definition(std::shared_ptr<const model::FunctionDefinition> definition);
    void bind(std::shared_ptr<const Binding> binding);
    // With a binding in place it goes on serving, and the error is shown.
    void set_error(FunctionState state, std::string error);
    // It is no longer configured: whoever waits is handed out as Entry::removed.
    void remove();

    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] FunctionStatus status() const;
    [[nodiscard]] std::shared_ptr<const Binding> binding() const;
    [[nodiscard]] std::shared_ptr<const model::FunctionDefinition> definition() const;
    [[nodiscard]] bool loading() const;
    Pace& pace() { return pace_; }
    std::atomic<std::int64_t>& written_off() { return written_off_; }

  private:
    [[nodiscard]] Admitted admit_locked();

    const std::string name_;
    Pace pace_;
    std::atomic<std::int64_t> written_off_{0};
    mutable std::mutex mutex_;
    // All guarded by mutex_:
    std::shared_ptr<const model::FunctionDefinition> definition_;
    std::shared_ptr<const Binding> binding_;
    FunctionState state_ = FunctionState::loading;
    std::string error_;
    bool removed_ = false, waited_for_ = false;
    std::deque<std::shared_ptr<Call>> line_;
    std::uint64_t running_ = 0, calls_ = 0, errors_ = 0, timeouts_ = 0, throttled_ = 0;
    std::vector<std::uint32_t> recent_us_;  // a ring
    std::size_t recent_next_ = 0;
};

}  // namespace faasd::runtime
