#include "daemon/daemon.hpp"

#include <unistd.h>

#include <condition_variable>
#include <cstdio>

#include "base/log.hpp"
#include "base/units.hpp"
#include "config/config.hpp"
#include "daemon/banner.hpp"
#include "daemon/parts.hpp"
#include "daemon/resources.hpp"

namespace faasd::daemon {
namespace {

struct Loaded {
    model::App app;
    std::string warnings;  // ready to print
};

base::Error invalid(std::string message) {
    return {std::make_error_code(std::errc::invalid_argument), std::move(message)};
}

// The configuration, checked by all who know something about it.
base::Result<Loaded> load(const std::filesystem::path& path) {
    auto result = config::load(path, config::process_environment());
    std::string warnings, errors;
    for (const auto& diagnostic : result.diagnostics)
        (diagnostic.severity == config::Severity::error ? errors : warnings) += config::render(diagnostic) + '\n';
    for (const auto& mistake : sources::Sources::check(result.app ? *result.app : result.draft))
        errors += config::render(config::diagnostic_at(mistake.at, mistake.message)) + '\n';
    if (!errors.empty() || !result.app) {
        while (!errors.empty() && errors.back() == '\n')
            errors.pop_back();
        return invalid("the configuration has mistakes:\n" + errors);
    }
    return Loaded{std::move(*result.app), std::move(warnings)};
}

void print(const std::string& text) {
    std::fputs(text.c_str(), stdout);
    std::fflush(stdout);
}

}  // namespace

Daemon::Daemon(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Daemon::~Daemon() { stop(); }

base::Result<std::unique_ptr<Daemon>> Daemon::start(Options options) {
    auto loaded = load(options.config);
    if (loaded.has_error()) return loaded.error();
    if (!loaded->warnings.empty()) spdlog::warn("the configuration works, but:\n{}", loaded->warnings);
    auto parts = std::make_unique<Parts>(std::move(options));
    std::error_code gone;
    parts->config_read = std::filesystem::last_write_time(loaded->app.file, gone);
    const auto started = [&]() -> base::Result<> {
        try {
            return parts->start(std::move(loaded->app));
        } catch (const std::exception& problem) {
            return invalid(std::string("the start failed: ") + problem.what());
        }
    }();
    if (!started) {
        parts->stop(true);
        return started.error();
    }
    const auto start_up = std::chrono::duration_cast<base::Duration>(base::monotonic_now() - parts->started);
    if (parts->options.banner && !parts->started_by_crash)
        print(banner(*parts->current_app(),
                     {parts->url_of(*parts->app_listener), parts->url_of(*parts->control_listener),
                      parts->data->describe(), start_up, ::isatty(STDOUT_FILENO) == 1}));
    return std::unique_ptr<Daemon>(new Daemon(std::move(parts)));
}

std::uint16_t Daemon::port() const { return parts_->app_listener->port(); }
std::uint16_t Daemon::control_port() const { return parts_->control_listener->port(); }
std::shared_ptr<const model::App> Daemon::app() const { return parts_->current_app(); }
std::string Daemon::status() const { return parts_->status(); }
base::Result<> Daemon::reload() { return parts_->reload(); }
void Daemon::stop(bool now) { parts_->stop(now); }
void Daemon::cancel_loading() { parts_->runtime->cancel_loading(); }

base::Result<> Daemon::Parts::reload() {
    std::lock_guard applying(apply_mutex);
    if (stopped) return {};
    const auto remember = [this](std::string error) {
        std::lock_guard lock(mutex);
        configuration_error = std::move(error);
    };
    auto loaded = load(current_app()->file);
    if (loaded.has_error()) {
        remember(loaded.error().message);
        return invalid("what runs goes on unchanged: " + loaded.error().message);
    }
    // Resources first: what is triggered and routed to afterwards finds them there.
    if (const auto done = ensure_resources(loaded->app, *queues, *blobs, *tables); done.has_error()) {
        remember(done.error().message);
        return done;
    }
    auto next = std::make_shared<const model::App>(std::move(loaded->app));
    runtime->replace(*next);
    runtime->wait_until_loaded(std::chrono::seconds{60});
    app_handler->update(*next);
    app_listener->set_limits(next->http);
    const auto replaced = sources->replace(*next);
    {
        std::lock_guard lock(mutex);
        app = std::move(next);
    }
    remember(replaced ? "" : replaced.error().message);
    if (replaced) spdlog::info("the configuration was read again and is served");
    return replaced;
}

base::Result<> Daemon::Parts::reset() {
    std::lock_guard applying(apply_mutex);
    if (stopped) return invalid("the daemon is ending");
    // Nothing may be delivered of what is being deleted, nor come out of its deletion.
    model::App quiet = *current_app();
    quiet.functions.clear();
    quiet.schedules.clear();
    quiet.watches.clear();
    for (auto& queue : quiet.queues)
        queue.consumer.reset();
    for (auto& bucket : quiet.buckets)
        bucket.notifications.clear();
    for (auto& table : quiet.tables)
        table.consumer.reset();
    if (const auto done = sources->replace(quiet); done.has_error()) return done;
    const auto done = empty_resources(*queues, *blobs, *tables);
    const auto resumed = sources->replace(*current_app());
    return done ? resumed : done;
}

void Daemon::Parts::stop(bool now) {
    if (now) give_up = true;
    if (stopped.exchange(true)) return;
    // Whoever waits for functions to be compiled must not make the end wait.
    if (runtime) runtime->cancel_loading();
    watcher.reset();
    // A reload or a reset that is under way comes to its end first.
    std::unique_lock applying(apply_mutex);
    applying.unlock();
    const auto grace = give_up ? base::Duration::zero() : options.grace;
    const auto until = base::monotonic_now() + grace;
    const auto left = [&] {
        const auto rest = std::chrono::duration_cast<base::Duration>(until - base::monotonic_now());
        return give_up ? base::Duration::zero() : std::max(rest, base::Duration::zero());
    };
    if (sources) sources->stop();

    if (journal) journal->end_waits();
    // No new connection, no new request on an old one; then what runs may end.
    struct Drained {
        std::mutex mutex;
        std::condition_variable changed;
        int left = 0;
    };
    auto drained = std::make_shared<Drained>();
    for (gateway::Listener* listener : {app_listener.get(), control_listener.get()}) {
        if (!listener || !app) continue;  // a start that failed drives no loop
        ++drained->left;
        listener->drain([drained] {
            std::lock_guard lock(drained->mutex);
            --drained->left;
            drained->changed.notify_all();
        });
    }
    {
        std::unique_lock lock(drained->mutex);
        drained->changed.wait_for(lock, left(), [&] { return drained->left == 0; });
    }
    if (sources) sources->wait(until);
    if (runtime) runtime->shutdown(left());
    if (journal) journal->stop();
    bool loops_left = true;
    if (app_loop) {
        app_loop->stop();
        if (own_control_loop) own_control_loop->stop();
        loops_left = runtime->executor().wait_for_loops(std::chrono::milliseconds{500});
    }
    if (!loops_left) {
        // A function is stuck inside a loop: what it stands on must stay.
        (void)app_listener.release();
        (void)control_listener.release();
        (void)app_loop.release();
        (void)own_control_loop.release();
    }
    app_listener.reset();
    control_listener.reset();
    // Its upstreams belong to the loop.
    if (loops_left) app_handler.reset();
    app_loop.reset();
    own_control_loop.reset();
    sources.reset();
    // Engines before the store, whose destructor commits what they handed in.
    tables.reset();
    blobs.reset();
    queues.reset();
    timers.reset();
    store.reset();
    data.reset();
    // Code of a module that hangs stands on it.
    if (runtime && runtime->is_loading()) (void)runtime.release();
}

base::Result<std::string> check(const std::filesystem::path& config) {
    auto loaded = load(config);
    if (loaded.has_error()) return loaded.error();
    return std::move(loaded->warnings);
}

}  // namespace faasd::daemon
