// What a daemon is made of, in the order in which the parts depend on each other.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/timers.hpp"
#include "control/control_handler.hpp"
#include "control/operation_table.hpp"
#include "daemon/cloud.hpp"
#include "daemon/config_watcher.hpp"
#include "daemon/daemon.hpp"
#include "daemon/data_directory.hpp"
#include "daemon/fault_injection.hpp"
#include "gateway/function_handler.hpp"
#include "gateway/io_context_loop.hpp"
#include "gateway/listener.hpp"
#include "runtime/crash_handler.hpp"
#include "runtime/crash_ledger.hpp"
#include "runtime/crash_report.hpp"
#include "runtime/journal.hpp"
#include "runtime/runtime.hpp"
#include "services/blob/blob_engine.hpp"
#include "services/queue/engine.hpp"
#include "services/table/table_engine.hpp"
#include "sources/sources.hpp"
#include "storage/store.hpp"

namespace faasd::daemon {

struct Daemon::Parts {
    explicit Parts(Options with) : options(std::move(with)) {}

    Options options;
    std::chrono::nanoseconds started = base::monotonic_now();
    base::SystemClock clock;
    std::unique_ptr<base::ThreadTimers> timers;
    std::unique_ptr<DataDirectory> data;
    std::unique_ptr<storage::Store> store;
    std::unique_ptr<queue::QueueEngine> queues;
    std::unique_ptr<blob::BlobEngine> blobs;
    std::unique_ptr<table::TableEngine> tables;
    std::shared_ptr<runtime::Journal> journal;
    std::unique_ptr<runtime::Runtime> runtime;
    std::unique_ptr<FailingInvoker> failing;  // in front of the runtime, where calls are made to fail
    std::unique_ptr<sources::Sources> sources;
    std::shared_ptr<control::OperationTable> operations;
    std::unique_ptr<gateway::FunctionHandler> app_handler;
    std::unique_ptr<control::ControlHandler> control_handler;
    std::unique_ptr<aws::Handler> cloud;
    std::unique_ptr<ControlPort> control_port;
    // One loop a port where there are two I/O threads, else one for both.
    std::unique_ptr<gateway::IoContextLoop> app_loop, own_control_loop;
    std::unique_ptr<gateway::Listener> app_listener, control_listener;
    int inherited_app_port = -1, inherited_control_port = -1;  // sockets of the process before this one
    std::filesystem::file_time_type config_read{};  // the configuration's time of change then
    std::unique_ptr<ConfigWatcher> watcher;

    mutable std::mutex mutex;
    std::shared_ptr<const model::App> app;  // guarded by mutex
    std::string configuration_error;        // guarded by mutex; of a reload that was not applied
    std::mutex apply_mutex;                 // one reload or reset at a time
    std::optional<runtime::CrashReport> crash;  // of the process before this one, during the start
    bool started_by_crash = false;              // it goes on where the process before it was cut off
    std::atomic<bool> stopped{false};
    std::atomic<bool> give_up{false};

    [[nodiscard]] gateway::IoContextLoop& control_loop() { return own_control_loop ? *own_control_loop : *app_loop; }
    // What all calls go through.
    [[nodiscard]] model::Invoker& invoker() {
        return failing ? static_cast<model::Invoker&>(*failing) : *runtime;
    }
    [[nodiscard]] std::shared_ptr<const model::App> current_app() const {
        std::lock_guard lock(mutex);
        return app;
    }

    base::Result<> start(model::App first);
    base::Result<> open_engines(storage::DirectoryLock lock);
    std::shared_ptr<const runtime::CrashLedger> account_for_crash();
    void report_crash();
    void build_doors();
    base::Result<> open_ports(const model::App& first);
    base::Result<> reload();
    base::Result<> reset();
    void stop(bool now);
    [[nodiscard]] std::string status() const;
    [[nodiscard]] std::string url_of(const gateway::Listener& listener) const;
};

}  // namespace faasd::daemon
