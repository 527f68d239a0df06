// How the parts are put together.
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "base/start_up_code.hpp"
#include "base/units.hpp"
#include "control/operations.hpp"
#include "daemon/banner.hpp"
#include "daemon/call_log.hpp"
#include "daemon/parts.hpp"
#include "daemon/proxy_status.hpp"
#include "daemon/resources.hpp"
#include "gateway/in_flight.hpp"

namespace faasd::daemon {
namespace {

// How long the start waits for functions; those that need longer are served when they are there.
constexpr base::Duration kLoadWait = std::chrono::seconds{60};

// Pages of code that the start alone has needed are given back when the first callers do not wait for it.
constexpr base::Duration kAfterTheFirstCalls = std::chrono::seconds{1};

// Where faasd/function.hpp is: beside an installed executable, else in the tree that it was built from.
std::filesystem::path find_sdk() {
    std::error_code error;
    const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
    const auto installed = self.parent_path().parent_path() / "include";
    if (!error && std::filesystem::exists(installed / "faasd" / "abi.h", error)) return installed;
    return FAASD_SDK_INCLUDE_DIR;
}

std::filesystem::path private_folder(const DataDirectory& data) { return data.state() / "modules"; }

runtime::RuntimeOptions runtime_options(const Options& options, const DataDirectory& data,
                                        std::shared_ptr<const runtime::CrashLedger> ledger,
                                        std::shared_ptr<runtime::Journal> journal) {
    runtime::RuntimeOptions with;
    with.journal = std::move(journal);
    with.ledger = std::move(ledger);
    with.pool.max_workers = options.workers;
    with.builder.sdk_include = options.include_dir.empty() ? find_sdk() : options.include_dir;
    with.cache = data.cache();
    if (const auto user = runtime::user_cache(); !user.empty()) with.builder.shared = user / "builds";
    // Who edits nothing gains nothing by it.
    if (options.watch && !options.ephemeral) with.builder.headers = runtime::user_cache();
    with.private_folder = private_folder(data);
    with.watch = options.watch;
    with.hold_code = true;
    return with;
}

}  // namespace

std::string Daemon::Parts::url_of(const gateway::Listener& listener) const {
    const std::string& host = listener.host();
    const std::string shown = host.find(':') == std::string::npos ? host : '[' + host + ']';
    return "http://" + shown + ':' + std::to_string(listener.port());
}

base::Result<> Daemon::Parts::open_engines(storage::DirectoryLock lock) {
    storage::StoreOptions with;
    with.directory = data->state();
    with.durability = options.full_durability ? storage::Durability::full : storage::Durability::process;
    auto opened = storage::Store::open(with, std::move(lock));
    if (opened.has_error()) return opened.error();
    store = std::move(*opened);
    timers = std::make_unique<base::ThreadTimers>(clock);
    queues = std::make_unique<queue::QueueEngine>(*store, clock, *timers);
    blobs = std::make_unique<blob::BlobEngine>(*store, clock, *timers);
    tables = std::make_unique<table::TableEngine>(*store, clock, *timers);
    return {};
}

void Daemon::Parts::build_doors() {
    operations = std::make_shared<control::OperationTable>();
    control::add_queue_operations(*operations, *queues);
    control::add_bucket_operations(*operations, *blobs);
    control::add_table_operations(*operations, *tables);
    control::add_log_operations(*operations, *journal, clock);
    control::add_function_operations(*operations, invoker(), *sources->async());
    control::add_schedule_operations(*operations, sources->schedules());
    runtime->set_operations(*operations);
    app_loop = std::make_unique<gateway::IoContextLoop>();
    app_handler = std::make_unique<gateway::FunctionHandler>(invoker(), clock);
    app_handler->use_loop(*app_loop);
    // The executor lives in the runtime, which outlives every request.
    std::shared_ptr<model::BlockingExecutor> executor(&runtime->executor(), [](auto*) {});
    const auto reset_all = [this, executor](base::Completion<> done) {
        executor->post([this, done = std::move(done)]() mutable { done(reset()); });
    };
    control_handler = std::make_unique<control::ControlHandler>(
        control::ControlDependencies{operations, *queues, *blobs, executor, [this] { return status(); }, reset_all},
        model::ForgeryGuard(std::vector<std::string>{options.host}));
    cloud = make_cloud({options, *queues, *blobs, *tables, clock, executor, invoker(), *sources->async(), *journal,
                       [this] { return current_app(); }, reset_all});
    control_port = std::make_unique<ControlPort>(*control_handler, *cloud);
}

base::Result<> Daemon::Parts::open_ports(const model::App& first) {
    const auto listener = [this](const char* name, std::uint16_t port, int inherited, const model::HttpLimits& limits) {
        return gateway::ListenerOptions{name, options.host, port, inherited, limits};
    };
    if (options.io_threads > 1) own_control_loop = std::make_unique<gateway::IoContextLoop>();
    auto opened = gateway::Listener::open(*app_loop, *app_handler, clock,
                                          listener("app", options.port, inherited_app_port, first.http));
    if (opened.has_error()) return opened.error();
    app_listener = std::move(*opened);
    // Clients of the control port come and go as they like: their limits are not the app's.
    opened = gateway::Listener::open(control_loop(), *control_port, clock,
                                     listener("control", options.control_port, inherited_control_port, {}));
    if (opened.has_error()) return opened.error();
    control_listener = std::move(*opened);
    if (options.arguments.empty()) return {};
    if (inherited_app_port < 0) runtime::keep_listener("app", app_listener->native_handle());
    if (inherited_control_port < 0) runtime::keep_listener("control", control_listener->native_handle());
    return {};
}

// What the process before this one died of, if it did: it counts against the function, and is shown and kept.
std::shared_ptr<const runtime::CrashLedger> Daemon::Parts::account_for_crash() {
    auto ledger = std::make_shared<runtime::CrashLedger>(data->state() / "crashes.txt");
    const auto folder = data->state() / "crashes";
    crash = runtime::take_crash_report(folder, private_folder(*data));
    if (!crash) return ledger;
    started_by_crash = true;
    if (!crash->function.empty()) ledger->add(crash->function, crash->fingerprint, crash->at);
    spdlog::error("{} crashed the daemon ({}{}), which has started again; its report follows",
                  crash->function.empty() ? "something outside a function" : "function " + crash->function, crash->cause,
                  crash->request_id.empty() ? "" : (crash->returned ? ", after request " : ", request ") + crash->request_id);
    return ledger;
}

// Symbols take time that callers would wait for, so the report is written once everything is served again.
void Daemon::Parts::report_crash() {
    if (!crash) return;
    runtime->executor().post([folder = data->state() / "crashes", report = std::move(*crash)]() mutable {
        runtime::symbolize(report);
        const auto file = runtime::save(report, folder);
        spdlog::error("{}\nkept as {}", report.text(),
                      file.string());
    });
    crash.reset();
}

base::Result<> Daemon::Parts::start(model::App first) {
    if (!options.arguments.empty())
        runtime::install_crash_handler({options.arguments, gateway::answer_those_in_flight});
    auto directory = DataDirectory::open(options, first.folder);
    if (directory.has_error()) return directory.error();
    data = std::move(*directory);
    // Before anything is read or written there: another daemon may be at work in it.
    auto lock = storage::DirectoryLock::acquire(data->state());
    if (lock.has_error()) return lock.error();
    // Before the code of any module runs: what crashes this process too must not lose them.
    inherited_app_port = runtime::inherited_listener("app");
    inherited_control_port = runtime::inherited_listener("control");
    journal = make_call_log();
    runtime = std::make_unique<runtime::Runtime>(runtime_options(options, *data, account_for_crash(), journal), clock);
    runtime->start(first);  // on other cores, while this one opens the rest
    if (const auto done = open_engines(std::move(*lock)); done.has_error()) return done;
    if (options.fail_rate > 0) {
        failing = std::make_unique<FailingInvoker>(*runtime, options.fail_rate,
                                                   options.fail_seed ? options.fail_seed : base::random_u64());
        spdlog::warn("--fail-rate: {:.3g} % of all calls are made to fail", options.fail_rate * 100);
    }
    sources = std::make_unique<faasd::sources::Sources>(faasd::sources::Dependencies{
        *queues, *blobs, *tables, invoker(), *store, *store, runtime->executor(), clock, *timers});
    build_doors();
    app_handler->update(first);
    if (const auto done = open_ports(first); done.has_error()) return done;

    if (const auto done = ensure_resources(first, *queues, *blobs, *tables); done.has_error()) return done;
    runtime->release_code();
    runtime->wait_until_loaded(kLoadWait);
    app = std::make_shared<const model::App>(std::move(first));
    if (const auto done = sources->start(*app); done.has_error()) return done;

    app_listener->start();
    control_listener->start();
    runtime->executor().drive(*app_loop);
    if (own_control_loop) runtime->executor().drive(*own_control_loop);

    const nlohmann::json ports = {{"port", app_listener->port()},
                                  {"control_port", control_listener->port()},
                                  {"app_url", url_of(*app_listener)},
                                  {"control_url", url_of(*control_listener)},
                                  {"process", ::getpid()}};
    if (const auto done = data->write_ports(base::to_text(ports), options.ports_file); done.has_error()) return done;
    report_crash();
    // A process that a test holds this daemon in has code of its own, and is not ours to trim.
    if (!options.arguments.empty())
        timers->at(clock.now() + kAfterTheFirstCalls, [this] { runtime->executor().post(base::release_start_up_code); });
    if (options.watch)
        watcher = std::make_unique<ConfigWatcher>(app->file, config_read, [this] {
            if (const auto done = reload(); done.has_error()) spdlog::error("{}", done.error().message);
        });
    return {};
}

std::string Daemon::Parts::status() const {
    const auto serving = current_app();
    const auto functions = runtime->status();
    nlohmann::json list = nlohmann::json::array();
    for (const auto& f : functions.functions) {
        nlohmann::json one = {{"name", f.name},
                              {"state", runtime::to_string(f.state)},
                              {"version", f.version},
                              {"event_type", f.event_type},
                              {"running", f.running},
                              {"waiting", f.waiting},
                              {"written_off", f.written_off},
                              {"calls", f.calls},
                              {"errors", f.errors},
                              {"timeouts", f.timeouts},
                              {"throttled", f.throttled},
                              {"p50_us", f.p50.count()},
                              {"p99_us", f.p99.count()},
                              {"in_place", f.in_place}};
        if (!f.error.empty()) one["error"] = f.error;
        list.push_back(std::move(one));
    }
    const auto& pool = functions.pool;
    nlohmann::json out = {
        {"app", serving ? serving->name : ""},
        {"configuration", serving ? serving->file.string() : ""},
        {"app_url", url_of(*app_listener)},
        {"control_url", url_of(*control_listener)},
        {"process", ::getpid()},
        {"data", data->describe()},
        {"up_seconds", static_cast<double>((base::monotonic_now() - started).count()) / 1e9},
        {"connections", app_listener->connections()},
        {"workers",
         {{"threads", pool.workers}, {"peak", pool.peak}, {"idle", pool.idle}, {"queued", pool.queued}, {"written_off", pool.written_off}}},
        {"functions", std::move(list)}};
    add_proxy_status(*app_handler, out);
    if (!functions.connections.empty()) {
        auto& limits = out["connection_limits"] = nlohmann::json::array();
        for (const auto& limit : functions.connections)
            limits.push_back({{"resource", limit.resource},
                              {"max_connections", limit.max},
                              {"in_use", limit.in_use},
                              {"peak", limit.peak},
                              {"refused", limit.refused}});
    }
    std::lock_guard lock(mutex);
    if (!configuration_error.empty()) out["configuration_error"] = configuration_error;
    return base::to_text(out);
}

}  // namespace faasd::daemon
