// The Invoker: an app's functions, loaded, run within their limits, reloaded when they change.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "model/app.hpp"
#include "model/invocation.hpp"
#include "model/operations.hpp"
#include "runtime/builder.hpp"
#include "runtime/crash_ledger.hpp"
#include "runtime/executor.hpp"
#include "runtime/file_watcher.hpp"
#include "runtime/connections.hpp"
#include "runtime/function.hpp"
#include "runtime/journal.hpp"
#include "runtime/loader.hpp"

namespace faasd::runtime {

struct Host;

struct RuntimeOptions {
    PoolOptions pool;
    BuilderOptions builder;  // its cache: `cache`, where it is empty
    ProbeOptions probe;
    std::filesystem::path cache;                // builds and probes; kept between runs, may be shared
    std::filesystem::path private_folder;       // this daemon's alone: copies of opened modules
    std::shared_ptr<const CrashLedger> ledger;  // which functions are in quarantine; may be null
    std::shared_ptr<Journal> journal;           // null: one that prints nothing
    std::size_t max_line = 10'000;              // calls that wait for one function
    std::chrono::milliseconds init_patience{10'000};  // or the function's timeout, where that is longer
    std::uint32_t max_depth = 64;  // synchronous calls within calls; more is a function that calls itself
    // Functions are built and opened, but their init hooks wait for release_code(): so they load while what they use is
    // being opened.
    bool hold_code = false;
    bool watch = true;             // reload what changes on disk
    std::chrono::milliseconds settle{80};  // a changed file is read when it has been the same for so long
};

struct RuntimeStatus {
    std::vector<FunctionStatus> functions;
    std::vector<ConnectionStatus> connections;
    PoolStatus pool;
    std::uint64_t takeovers = 0;  // of the I/O loop, from functions that stayed in place too long
};

// Thread-safe. A function is run with its timeout in real time, even where the app's clock is virtual; only
// Invocation::deadline is by that clock.
class Runtime final : public model::Invoker {
  public:
    Runtime(RuntimeOptions options, const base::Clock& clock);
    // shutdown(0) if that has not happened. Waits for code that is_loading().
    ~Runtime() override;
    // What functions' operations go to. Before the first of their code runs: see RuntimeOptions::hold_code.
    void set_operations(model::Operations& operations);
    [[nodiscard]] Executor& executor() { return executor_; }

    // Begins to load the app's functions and returns; calls wait for those that are still being loaded.
    void start(const model::App& app);
    // With RuntimeOptions::hold_code: code may run from now on.
    void release_code();
    // Waits until each function is ready or has failed. False where that took longer, or cancel_loading() ended it.
    bool wait_until_loaded(base::Duration at_most);
    // The daemon is about to end: compilers are ended, nobody waits for loads any more, and none succeeds.
    void cancel_loading();
    // Another version of the app: unchanged functions go on, changed ones are loaded beside the running ones,
    // removed ones end with the calls in flight.
    void replace(const model::App& app);
    // Loads again what has changed on disk since it was loaded; returns when that is done.
    void reload_changed();

    void invoke(model::Invocation invocation, base::UniqueFunction<void(model::Outcome)> done) override;
    [[nodiscard]] bool has_function(std::string_view name) const override;
    [[nodiscard]] RuntimeStatus status() const;
    [[nodiscard]] model::InvocationLog& log();

    // Refuses new calls, lets the others end within `grace`, then answers what is left with shutting_down.
    // True where nothing was left. If a function is stuck inside the I/O loop, the loop must not be
    // destroyed: see Executor::wait_for_loops, and leave the process by _exit.
    bool shutdown(base::Duration grace);
    // Whether a module is being opened or initialized. Where that is so after shutdown(), its code hangs: it stands on this
    // object, and may hold the lock of the dynamic loader. So keep this object, and leave the process by _exit.
    [[nodiscard]] bool is_loading() const;

  private:
    struct Unit;
    struct UnitUser;
    class LoadJob;
    using Functions = std::map<std::string, std::shared_ptr<Function>, std::less<>>;

    void configure(const model::App& app);
    void request_load(const std::shared_ptr<Unit>& unit);
    void load(const std::shared_ptr<Unit>& unit);
    void end_load(Unit& unit);
    [[nodiscard]] std::string load_once(const std::shared_ptr<Unit>& unit);
    [[nodiscard]] base::Result<> run_init(const std::vector<UnitUser>& users,
                                          const std::shared_ptr<const Binding>& binding);
    void bind_users(Unit& unit);
    void refuse_unknown(model::Invocation invocation, base::UniqueFunction<void(model::Outcome)> done) const;
    void reload_units();
    void watch_inputs();
    bool quarantine(Function& function, const Image& image) const;

    const RuntimeOptions options_;
    const base::Clock& clock_;
    Builder builder_;
    Loader loader_;
    std::shared_ptr<Host> host_;

    mutable std::shared_mutex functions_mutex_;
    Functions functions_;  // guarded by functions_mutex_
    bool closed_ = false;  // guarded by functions_mutex_

    std::mutex configure_mutex_;  // one start, replace or reload_changed at a time
    mutable std::mutex units_mutex_;
    std::condition_variable units_changed_;
    std::map<std::string, std::shared_ptr<Unit>> units_;  // guarded by units_mutex_
    std::size_t loading_ = 0;                             // guarded by units_mutex_
    bool ending_ = false;                                 // guarded by units_mutex_
    bool held_;                                           // guarded by units_mutex_
    std::mutex bind_mutex_;                               // one bind_users() at a time; locked before units_mutex_

    Executor executor_;  // its workers use all of the above
    std::unique_ptr<FileWatcher> watcher_;  // guarded by units_mutex_
};

}  // namespace faasd::runtime
