#include "runtime/runtime.hpp"

#include <utility>

#include <spdlog/spdlog.h>

#include "base/text.hpp"
#include "base/units.hpp"
#include "runtime/call.hpp"

namespace faasd::runtime {
namespace fs = std::filesystem;
namespace {

using model::OutcomeStatus;
using Environment = std::map<std::string, std::string>;

RuntimeOptions completed(RuntimeOptions options) {
    if (options.cache.empty()) options.cache = options.private_folder / "cache";
    if (options.builder.cache.empty()) options.builder.cache = options.cache;
    return options;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& names) {
    const auto close = base::closest(word, names);
    if (close) return ": did you mean " + *close + "?";
    std::string list;
    for (const std::string& name : names)
        list += (list.empty() ? "" : ", ") + name;
    return list.empty() ? "" : "; there are: " + list;
}

}  // namespace

// A module and the functions that come from it.
struct Runtime::Unit {
    struct User {
        std::shared_ptr<Function> function;
        std::shared_ptr<const model::FunctionDefinition> definition;
        std::shared_ptr<const Environment> environment;
    };
    ModuleSpec spec;
    // All guarded by units_mutex_:
    std::vector<User> users;
    std::shared_ptr<Image> image;
    std::vector<FileStamp> inputs;
    std::uint64_t loads = 0;
    std::shared_ptr<std::atomic<bool>> cold;
    bool loading = false;
    bool again = false;  // asked for while it was loading
    bool retired = false;
};

Runtime::Runtime(RuntimeOptions options, const base::Clock& clock)
    : options_(completed(std::move(options))),
      clock_(clock),
      builder_(options_.builder),
      loader_({options_.probe, options_.cache, options_.private_folder / "modules"}, builder_),
      host_(std::make_shared<Host>(clock)),
      executor_(options_.pool) {
    host_->executor = &executor_;
    // Copies that a killed daemon has left.
    std::error_code ignored;
    fs::remove_all(options_.private_folder / "modules", ignored);
    if (options_.watch)
        watcher_ = std::make_unique<FileWatcher>(options_.settle,
                                                 [this] { executor_.post([this] { reload_units(); }); });
}

Runtime::~Runtime() {
    shutdown(base::Duration::zero());
}

void Runtime::set_operations(model::Operations& operations) {
    std::lock_guard lock(host_->mutex);
    host_->operations = &operations;
}

void Runtime::start(const model::App& app) {
    std::lock_guard lock(configure_mutex_);
    configure(app);
}

void Runtime::replace(const model::App& app) {
    std::lock_guard lock(configure_mutex_);
    configure(app);
}

void Runtime::configure(const model::App& app) {
    Functions functions;
    Functions before;
    {
        std::shared_lock lock(functions_mutex_);
        before = functions_;
    }
    std::vector<std::shared_ptr<Unit>> to_load, to_bind;
    {
        std::lock_guard lock(units_mutex_);
        std::map<std::string, std::vector<Unit::User>> users;
        std::map<std::string, ModuleSpec> specs;
        for (const model::FunctionDefinition& given : app.functions) {
            auto definition = std::make_shared<model::FunctionDefinition>(given);
            if (definition->handler.empty()) definition->handler = definition->name;
            auto environment = std::make_shared<Environment>(given.environment);
            environment->insert(app.environment.begin(), app.environment.end());
            const auto known = before.find(given.name);
            auto function = known != before.end() ? known->second : std::make_shared<Function>(given.name);
            functions.emplace(given.name, function);
            function->set_definition(definition);
            ModuleSpec spec = ModuleSpec::of(given);
            users[spec.key()].push_back({function, definition, environment});
            specs.emplace(spec.key(), std::move(spec));
        }
        for (auto& [key, unit] : units_)
            if (!users.contains(key)) unit->retired = true;
        std::erase_if(units_, [](const auto& entry) { return entry.second->retired; });
        for (auto& [key, list] : users) {
            auto& unit = units_[key];
            const bool fresh = !unit;
            if (fresh) unit = std::make_shared<Unit>();
            unit->spec = specs[key];
            // Code may have kept what it read of its environment: another one is a new start, as in the
            // cloud.
            const bool same_environment =
                !fresh && std::all_of(list.begin(), list.end(), [&](const Unit::User& user) {
                    return std::any_of(unit->users.begin(), unit->users.end(), [&](const Unit::User& old) {
                        return old.function == user.function && *old.environment == *user.environment;
                    });
                });
            const bool loaded = !fresh && (unit->image || unit->loading);
            unit->users = std::move(list);
            (loaded && same_environment ? to_bind : to_load).push_back(unit);
        }
    }
    Functions gone;
    {
        std::lock_guard lock(functions_mutex_);
        gone = std::exchange(functions_, functions);
    }
    for (const auto& [name, function] : gone) {
        if (functions.contains(name)) continue;
        function->remove();
        Call::pump(*function);
    }
    for (const auto& unit : to_bind)
        bind_users(*unit);
    for (const auto& unit : to_load)
        request_load(unit);
}

void Runtime::request_load(const std::shared_ptr<Unit>& unit) {
    {
        std::lock_guard lock(units_mutex_);
        if (unit->loading) {
            unit->again = true;
            return;
        }
        unit->loading = true;
        ++loading_;
    }
    executor_.post([this, unit] { load(unit); });
}

void Runtime::load(const std::shared_ptr<Unit>& unit) {
    ModuleSpec spec;
    {
        std::lock_guard lock(units_mutex_);
        spec = unit->spec;
    }
    const auto begun = base::monotonic_now();
    LoadResult loaded = loader_.load(spec);
    std::vector<Unit::User> users;
    std::string version;
    {
        std::lock_guard lock(units_mutex_);
        users = unit->users;
        unit->inputs = loaded.inputs;
        version = std::to_string(unit->loads + 1);
    }
    std::string error;
    if (!loaded.image) error = loaded.image.error().message;
    if (error.empty() && !users.empty()) {
        Image& image = **loaded.image;
        auto environment = std::make_shared<Environment>();
        for (const auto& user : users) {
            environment->insert(user.environment->begin(), user.environment->end());
            image.keep(user.environment);
        }
        image.keep(environment);
        auto binding = std::make_shared<Binding>();
        binding->definition = users.front().definition;
        binding->environment = environment;
        binding->image = *loaded.image;
        binding->version = version;
        const std::string init = init_name(users.front().definition->name);
        const auto quarantined =
            options_.ledger ? options_.ledger->quarantined(init, image.fingerprint()) : std::nullopt;
        if (quarantined)
            error = *quarantined;
        else if (auto initialized = Call::run_init(host_, users.front().function, binding); !initialized)
            error = spec.describe() + ": " + initialized.error().message;
    }
    std::shared_ptr<Image> old;
    bool again = false;
    {
        std::lock_guard lock(units_mutex_);
        if (error.empty()) {
            old = std::exchange(unit->image, *loaded.image);
            ++unit->loads;
            unit->cold = std::make_shared<std::atomic<bool>>(true);
        }
        again = std::exchange(unit->again, false) && !unit->retired;
    }
    if (error.empty()) {
        const auto took = std::chrono::duration_cast<base::Duration>(base::monotonic_now() - begun);
        spdlog::debug("loaded {} in {}", spec.describe(), base::format_duration(took));
        if (old) spdlog::info("reloaded {} in {}", spec.describe(), base::format_duration(took));
        bind_users(*unit);
    } else {
        bool serving = false;
        for (const auto& user : users) {
            serving = serving || user.function->binding();
            user.function->set_error(FunctionState::failed, error);
            Call::pump(*user.function);
        }
        spdlog::error("{}{}", error, serving ? " (the version before it goes on serving)" : "");
    }
    if (again) return load(unit);
    std::lock_guard lock(units_mutex_);
    unit->loading = false;
    --loading_;
    units_changed_.notify_all();
    if (loading_ == 0 && watcher_) watch_inputs();
}

// Under units_mutex_.
void Runtime::watch_inputs() {
    std::vector<FileStamp> files;
    for (const auto& [key, unit] : units_)
        files.insert(files.end(), unit->inputs.begin(), unit->inputs.end());
    watcher_->watch(std::move(files));
}

void Runtime::bind_users(Unit& unit) {
    std::vector<Unit::User> users;
    std::shared_ptr<Image> image;
    std::shared_ptr<std::atomic<bool>> cold;
    std::string version;
    {
        std::lock_guard lock(units_mutex_);
        users = unit.users;
        image = unit.image;
        cold = unit.cold;
        version = std::to_string(unit.loads);
    }
    if (!image) return;
    for (const auto& user : users) {
        auto binding = std::make_shared<Binding>();
        binding->definition = user.definition;
        binding->environment = user.environment;
        binding->image = image;
        binding->version = version;
        binding->cold = cold;
        binding->function = image->find(user.definition->handler);
        if (binding->function) {
            user.function->bind(std::move(binding));
            if (quarantine(*user.function, *image)) spdlog::error("{}", user.function->status().error);
        } else {
            const std::string error = "function " + user.definition->name + ": " + unit.spec.describe() +
                                      " has no handler " + user.definition->handler +
                                      did_you_mean(user.definition->handler, image->function_names());
            user.function->set_error(FunctionState::failed, error);
            spdlog::error("{}", error);
        }
        Call::pump(*user.function);
    }
}

bool Runtime::quarantine(Function& function, const Image& image) const {
    if (!options_.ledger) return false;
    auto reason = options_.ledger->quarantined(function.name(), image.fingerprint());
    if (!reason) return false;
    function.set_error(FunctionState::quarantined, std::move(*reason));
    return true;
}

bool Runtime::wait_until_loaded(base::Duration at_most) {
    std::unique_lock lock(units_mutex_);
    return units_changed_.wait_for(lock, at_most, [this] { return loading_ == 0; });
}

void Runtime::reload_changed() {
    reload_units();
    std::unique_lock lock(units_mutex_);
    units_changed_.wait(lock, [this] { return loading_ == 0; });
}

void Runtime::reload_units() {
    std::lock_guard configuring(configure_mutex_);
    std::vector<std::shared_ptr<Unit>> units;
    {
        std::lock_guard lock(units_mutex_);
        for (const auto& [key, unit] : units_)
            units.push_back(unit);
    }
    for (const auto& unit : units) {
        std::vector<FileStamp> inputs;
        {
            std::lock_guard lock(units_mutex_);
            inputs = unit->inputs;
        }
        const bool changed = std::any_of(inputs.begin(), inputs.end(), [](const FileStamp& input) {
            return FileStamp::of(input.path) != input;
        });
        if (changed) request_load(unit);
    }
}

bool Runtime::has_function(std::string_view name) const {
    std::shared_lock lock(functions_mutex_);
    return functions_.find(name) != functions_.end();
}

void Runtime::refuse_unknown(model::Invocation invocation,
                             base::UniqueFunction<void(model::Outcome)> done) const {
    std::vector<std::string> names;
    bool closed = false;
    {
        std::shared_lock lock(functions_mutex_);
        closed = closed_;
        for (const auto& [name, function] : functions_)
            names.push_back(name);
    }
    model::Outcome outcome;
    outcome.request_id = std::move(invocation.request_id);
    if (closed) {
        outcome.status = OutcomeStatus::shutting_down;
        outcome.error = {"ShuttingDown", "the daemon is ending"};
    } else {
        outcome.status = OutcomeStatus::no_such_function;
        outcome.error = {"NoSuchFunction", "there is no function " + invocation.function +
                                               did_you_mean(invocation.function, names)};
    }
    done(std::move(outcome));
}

void Runtime::invoke(model::Invocation invocation, base::UniqueFunction<void(model::Outcome)> done) {
    std::shared_ptr<Function> function;
    {
        std::shared_lock lock(functions_mutex_);
        const auto at = functions_.find(invocation.function);
        if (at != functions_.end() && !closed_) function = at->second;
    }
    if (!function) return refuse_unknown(std::move(invocation), std::move(done));
    const bool may_wait = invocation.admission == model::Admission::wait;
    const std::uint32_t depth = invocation.depth;
    const auto call = std::make_shared<Call>(host_, function, std::move(invocation), std::move(done));
    if (depth > options_.max_depth)
        return call->refuse(OutcomeStatus::function_error, "RecursionTooDeep",
                            "function " + function->name() + " is the end of a chain of " +
                                std::to_string(depth) +
                                " calls that wait for each other: a function that invokes itself?");
    Function::Admitted admitted = function->enter(call, may_wait, options_.max_line);
    switch (admitted.entry) {
        case Function::Entry::run:
            return call->start(std::move(admitted.binding));
        case Function::Entry::wait:
            return call->wait();
        case Function::Entry::throttled:
            return call->refuse(OutcomeStatus::throttled, "TooManyRequests",
                                "function " + function->name() +
                                    " runs as often at once as its concurrency allows (" +
                                    std::to_string(function->definition()->concurrency) + ")");
        case Function::Entry::line_full:
            return call->refuse(OutcomeStatus::throttled, "TooManyRequests",
                                "too many calls wait for function " + function->name());
        case Function::Entry::unavailable:
            return call->refuse(OutcomeStatus::unavailable, "Unavailable", std::move(admitted.reason));
        case Function::Entry::removed:
            return call->refuse(OutcomeStatus::no_such_function, "NoSuchFunction",
                                "function " + function->name() + " was removed from the configuration");
    }
}

RuntimeStatus Runtime::status() const {
    RuntimeStatus status;
    {
        std::shared_lock lock(functions_mutex_);
        for (const auto& [name, function] : functions_)
            status.functions.push_back(function->status());
    }
    status.pool = executor_.status();
    status.takeovers = executor_.takeovers();
    return status;
}

bool Runtime::shutdown(base::Duration grace) {
    {
        std::lock_guard lock(functions_mutex_);
        if (std::exchange(closed_, true)) return true;
    }
    const auto deadline = base::monotonic_now() + grace;
    const auto quiet = [this] { return host_->active.load(std::memory_order_acquire) <= 0; };
    while (!quiet() && base::monotonic_now() < deadline)
        std::this_thread::sleep_for(std::chrono::milliseconds{1});
    const bool finished = quiet();
    if (!finished) {
        host_->giving_up.store(true);
        // A call may be between its admission and the list: look again until all have been answered.
        const auto last = base::monotonic_now() + std::chrono::seconds{2};
        while (!quiet() && base::monotonic_now() < last) {
            host_->deadlines.expire_all();
            std::this_thread::sleep_for(std::chrono::milliseconds{1});
        }
    }
    watcher_.reset();
    // Loading uses this object; a hook that hangs keeps it for ever, and then the caller must not destroy it.
    builder_.cancel();
    wait_until_loaded(std::chrono::seconds{10});
    executor_.pool().stop();
    host_->end();
    return finished;
}

}  // namespace faasd::runtime
