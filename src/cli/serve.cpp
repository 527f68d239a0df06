#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <csignal>
#include <iostream>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include <CLI/CLI.hpp>

#include "base/log.hpp"
#include "base/units.hpp"
#include "cli/cli.hpp"
#include "daemon/daemon.hpp"

namespace faasd::cli {
namespace {

struct ServeOptions {
    daemon::Options daemon;
    std::string config = ".";
    std::string durability = "process", log_level = "info", log_format = "text", grace = "10s";
};

sigset_t stop_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    return signals;
}

// Takes the signals on a thread of its own, so that they count also while the daemon starts, or reads its configuration
// and waits for a compiler.
class Signals : public std::enable_shared_from_this<Signals> {
  public:
    // They must be blocked in every thread.
    void listen(const sigset_t& signals) {
        std::thread([self = shared_from_this(), signals] {
            while (true) {
                int signal = 0;
                sigwait(&signals, &signal);
                self->take(signal);
            }
        }).detach();
    }
    void started(daemon::Daemon& daemon) {
        const std::lock_guard lock(mutex_);
        daemon_ = &daemon;
        changed_.notify_all();
    }
    // Waits. False: the daemon is to stop.
    bool reload_is_next() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return stop_ || reload_; });
        return std::exchange(reload_, false) && !stop_;
    }

  private:
    static constexpr std::chrono::seconds kStart{1};

    void take(int signal) {
        std::unique_lock lock(mutex_);
        if (signal == SIGHUP) {
            reload_ = true;
        } else if (!daemon_) {
            // A start takes milliseconds, and what it has opened is closed properly; unless it waits for a compiler.
            stop_ = true;
            if (!changed_.wait_for(lock, kStart, [this] { return daemon_ != nullptr; })) std::_Exit(kDone);
        } else if (std::exchange(stop_, true)) {
            lock.unlock();
            daemon_->stop(true);
            std::_Exit(kFailed);
        } else {
            daemon_->cancel_loading();
        }
        changed_.notify_all();
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    // Guarded by mutex_:
    daemon::Daemon* daemon_ = nullptr;
    bool stop_ = false, reload_ = false;
};

void serve(ServeOptions& options, const Program& program) {
    base::LogOptions log;
    log.level = spdlog::level::from_str(options.log_level);
    log.format = options.log_format == "json" ? base::LogFormat::json : base::LogFormat::text;
    base::set_up_logging(log);

    const auto grace = base::parse_duration(options.grace);
    if (grace.has_error()) throw CommandError("--grace: " + grace.error().message, kWrongUsage);
    options.daemon.grace = *grace;
    options.daemon.config = options.config;
    options.daemon.full_durability = options.durability == "full";
    options.daemon.arguments = program.arguments;
    options.daemon.banner = true;

    // Blocked before the first thread starts, so that every thread leaves them to this one.
    const sigset_t signals = stop_signals();
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);  // a file at its limit is a write that fails, like one on a full disk

    const auto taken = std::make_shared<Signals>();
    taken->listen(signals);
    auto daemon = daemon::Daemon::start(options.daemon);
    if (daemon.has_error()) {
        std::cerr << "faasd: " << daemon.error().message << std::endl;
        std::cout.flush();
        std::_Exit(kFailed);  // a module that hangs in being opened has the dynamic loader's lock, which exit() waits for
    }
    taken->started(**daemon);
    while (taken->reload_is_next())
        if (const auto done = (*daemon)->reload(); done.has_error()) spdlog::error("{}", done.error().message);
    spdlog::info("stopping: finishing what runs, for at most {}; a second signal ends at once", options.grace);
    (*daemon)->stop();
    spdlog::info("stopped");
    // Functions that were written off may still run and must not see statics being destroyed under them.
    std::cout.flush();
    std::_Exit(kDone);
}

}  // namespace

void add_serve(CLI::App& app, Program& program) {
    auto options = std::make_shared<ServeOptions>();
    auto* command = app.add_subcommand("serve", "Serve an app until it is stopped");
    auto& d = options->daemon;
    command->add_option("path", options->config, "A faasd.yaml, or a folder with one")->capture_default_str();
    command->add_option("--port", d.port, "The app's port; 0: any free one")
        ->check(CLI::Range(0, 65535))
        ->capture_default_str();
    command->add_option("--control-port", d.control_port, "The control port; 0: any free one")
        ->check(CLI::Range(0, 65535))
        ->capture_default_str();
    command->add_option("--ports-file", d.ports_file, "Write both ports to this file, as JSON, once they are open");
    command->add_option("--host", d.host, "The address both ports bind to")->capture_default_str();
    command->add_option("--data-dir", d.data_dir, "Where durable state lives; default: .faasd beside the configuration");
    command->add_flag("--ephemeral", d.ephemeral, "Keep all state in memory; it ends with the daemon");
    command->add_option("--durability", options->durability,
                        "process: acknowledged writes survive the daemon; full: they survive a power cut too")
        ->check(CLI::IsMember({"process", "full"}))
        ->capture_default_str();
    command->add_option("--io-threads", d.io_threads, "2: the control port gets a thread of its own")
        ->check(CLI::Range(1, 2))
        ->capture_default_str();
    command->add_option("--workers", d.workers, "The most threads that run functions")
        ->check(CLI::Range(1, 100000))
        ->capture_default_str();
    command
        ->add_option("--fail-rate", d.fail_rate,
                     "For teaching and testing: the share of calls (0 to 1) that are made to fail, every other one before "
                     "the function runs, the others after it ran")
        ->check(CLI::Range(0.0, 1.0));
    command->add_option("--fail-seed", d.fail_seed, "Which calls --fail-rate makes fail; 0: at random");
    command->add_flag("--verify-signatures", d.verify_signatures,
                      "Refuse AWS requests that are not signed with AWS_ACCESS_KEY_ID's secret, or one of ~/.aws/credentials");
    command->add_option("--grace", options->grace, "How long a stop waits for what runs")->capture_default_str();
    command->add_option("--log-level", options->log_level, "The least important lines to print")
        ->check(CLI::IsMember({"debug", "info", "warn", "error"}))
        ->capture_default_str();
    command->add_option("--log-format", options->log_format, "Lines for people, or JSON for programs")
        ->check(CLI::IsMember({"text", "json"}))
        ->capture_default_str();
    command->footer("Example: faasd serve examples/quickstart --port 0 --ports-file ports.json");
    command->callback([options, &program] { serve(*options, program); });
}

void add_check(CLI::App& app, Program&) {
    auto config = std::make_shared<std::string>(".");
    auto* command = app.add_subcommand("check", "Find the mistakes of a configuration without starting it");
    command->add_option("path", *config, "A faasd.yaml, or a folder with one")->capture_default_str();
    command->footer("Example: faasd check examples/quickstart");
    command->callback([config] {
        const auto warnings = daemon::check(*config);
        if (warnings.has_error()) throw CommandError(warnings.error().message);
        std::cout << *warnings << "the configuration is good\n";
    });
}

}  // namespace faasd::cli
