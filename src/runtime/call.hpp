// One invocation from admission to its last byte, and what the module sees of the daemon while it runs.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "faasd/abi.h"
#include "model/invocation.hpp"
#include "model/operations.hpp"
#include "runtime/body_stream.hpp"
#include "runtime/connections.hpp"
#include "runtime/deadlines.hpp"
#include "runtime/function.hpp"
#include "runtime/http_event.hpp"
#include "runtime/journal.hpp"
#include "runtime/running.hpp"

namespace faasd::runtime {
class Executor;
class Call;
}  // namespace faasd::runtime

// The ABI's opaque type.
struct faasd_call {
    faasd::runtime::Call* call;
};

namespace faasd::runtime {

// What calls need of the daemon. A call whose worker is stuck may outlive the runtime, so it shares this, and
// what it points to is taken away when the daemon ends.
struct Host {
    Host(const base::Clock& c, std::shared_ptr<Journal> j) : journal(std::move(j)), clock(&c) {}

    const std::shared_ptr<Journal> journal;
    Connections connections;

    std::shared_mutex mutex;
    // Guarded by mutex; null once the daemon has ended:
    const base::Clock* clock;
    model::Operations* operations = nullptr;
    Executor* executor = nullptr;

    std::atomic<std::int64_t> active{0};  // calls that have not ended
    std::atomic<bool> giving_up{false};   // whatever is out of time now is so because the daemon ends
    Deadlines deadlines;

    [[nodiscard]] base::TimePoint now();
    void end();
    // Calls that others wait for, and that have not begun: by their order of arrival.
    std::mutex chained_mutex;
    std::map<std::uint64_t, std::weak_ptr<Call>> chained;  // guarded by chained_mutex
    std::uint64_t next_chained = 1;                        // guarded by chained_mutex
    // Every worker waits for another call: refuses the youngest of those that wait for a worker.
    void break_deadlock();
    // Runs `job` where it may touch the I/O loop: here, or on the pool where this thread is within a call on
    // the loop, or has lost the loop in one.
    void run_outside(base::UniqueFunction<void()> job);
};

// What a module's init hook runs as, in crash reports.
[[nodiscard]] inline std::string init_name(const std::string& function) {
    return "init of " + function;
}

// Shared between the thread that runs it, the function's line and the deadlines. States: waiting (in line, or
// for a worker) -> running -> ended; or to ended at any time, by whoever is first: the answer, the timeout,
// the shutdown.
class Call final : public Deadlined {
  public:
    using Done = base::UniqueFunction<void(model::Outcome)>;

    Call(std::shared_ptr<Host> host, std::shared_ptr<Function> function, model::Invocation invocation,
         Done done);
    ~Call() override;

    // It waits in the function's line: watches the caller's deadline meanwhile.
    void wait();
    // Runs it, with the slot and the version that it got: on this thread, if that runs the I/O loop and the
    // function is quick, or on the pool.
    void start(std::shared_ptr<const Binding> binding);
    // Ends a call that has not begun to run; no effect on others.
    void refuse(model::OutcomeStatus status, std::string type, std::string message);
    void out_of_time() override;

    // Others wait for it: before wait() or start().
    void join_chain();
    // "a → b": its callers that wait, and itself.
    [[nodiscard]] std::string chain() const;
    // When it has to end, by the app's clock; with its slot.
    [[nodiscard]] base::TimePoint deadline_by_clock() const;

    // Starts whoever waits for the function, as far as there is room.
    static void pump(Function& function);

    // The host side of the ABI.
    [[nodiscard]] static const faasd_host& host_table();
    // Runs a module's init hook; the error is what it reported.
    [[nodiscard]] static base::Result<> run_init(std::shared_ptr<Host> host,
                                                 std::shared_ptr<Function> function,
                                                 std::shared_ptr<const Binding> binding);

    [[nodiscard]] const model::Invocation& invocation() const { return invocation_; }
    [[nodiscard]] const std::shared_ptr<Function>& function() const { return function_; }

  private:
    friend struct HostTable;
    using Headers = std::vector<std::pair<std::string, std::string>>;
    enum Phase : int { waiting, running, ended };

    void leave_chain();
    // Takes a connection of each resource, where that is limited.
    [[nodiscard]] std::optional<model::OperationError> connect(const std::vector<Connections::Resource>& resources,
                                                               Connections::Until until);
    void disconnect();
    [[nodiscard]] std::chrono::nanoseconds deadline() const;
    // Watches its deadline: the caller's, and with a slot the function's own as well.
    void arm();
    void run(bool in_place);
    void invoke_function(bool in_place);
    void finish();
    bool prepare_event(faasd_event& event);
    [[nodiscard]] faasd_call_info describe(base::TimePoint deadline) const;
    [[nodiscard]] RunningFunction as_running() const;
    // What makes the head of a response unfit to be sent, or null.
    [[nodiscard]] static const char* flaw_of(unsigned status, const Headers& headers);
    void begin_stream();
    [[nodiscard]] model::Outcome take_outcome();
    void answer(model::Outcome outcome);
    void log_end(model::OutcomeStatus status, const model::FunctionError& error,
                 std::chrono::nanoseconds took) const;
    [[nodiscard]] bool ended_early() const { return phase_.load() == ended; }

    const std::shared_ptr<Host> host_;
    const std::shared_ptr<Function> function_;
    model::Invocation invocation_;
    Done done_;
    std::shared_ptr<const Binding> binding_;
    std::atomic<int> phase_{waiting};
    std::atomic<bool> answered_{false};
    const std::chrono::nanoseconds created_;
    std::chrono::nanoseconds caller_deadline_;
    std::chrono::nanoseconds started_{};  // before it is running
    std::atomic<bool> has_slot_{false};   // whoever takes it away gives the slot back
    bool waited_ = false;
    std::atomic<bool> connected_{false};  // it may hold connections
    base::TimePoint started_at_{};        // by the app's clock; zero before it runs
    std::uint64_t chain_ticket_ = 0;  // in Host::chained; set before it waits or runs

    // Of the thread that runs it:
    faasd_call handle_{this};
    faasd_call_info info_{};
    HttpEvent http_event_;
    std::string payload_;  // the event as JSON
    std::atomic<bool> cold_{false};  // set by the worker; whoever ends the call by its deadline reads it as well
    bool blocked_ = false;
    bool has_response_ = false, http_response_ = false;
    unsigned status_ = 200;
    Headers headers_;
    std::string body_;
    std::optional<model::FunctionError> failure_;
    std::mutex stream_mutex_;
    std::shared_ptr<BodyStream> stream_;  // set under stream_mutex_
    bool buffered_stream_ = false;
    model::OperationResponse operation_response_;
    model::OperationError operation_error_;
};

}  // namespace faasd::runtime
