// The half of the runtime that turns an app's definitions into loaded and bound functions, and again when
// they change.
#include <algorithm>
#include <utility>

#include <spdlog/spdlog.h>

#include "base/units.hpp"
#include "runtime/call.hpp"
#include "runtime/suggestion.hpp"
#include "runtime/unit.hpp"

namespace faasd::runtime {
namespace {

using Environment = std::map<std::string, std::string>;

}  // namespace

// A load that ends also where its job is dropped without having run: whoever waits for the last one is told.
class Runtime::LoadJob {
  public:
    LoadJob(Runtime& runtime, std::shared_ptr<Unit> unit) : runtime_(runtime), unit_(std::move(unit)) {}
    LoadJob(LoadJob&&) noexcept = default;
    LoadJob& operator=(LoadJob&&) = delete;
    ~LoadJob() {
        if (unit_) runtime_.end_load(*unit_);
    }
    void operator()() { runtime_.load(unit_); }

  private:
    Runtime& runtime_;
    std::shared_ptr<Unit> unit_;
};

void Runtime::configure(const model::App& app) {
    host_->connections.configure(app);
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
            if (fresh) {
                unit = std::make_shared<Unit>();
                unit->spec = specs[key];
            }
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
    executor_.post(LoadJob(*this, unit));
}

// Foreign files and code: what is thrown on the way is this load's failure.
void Runtime::load(const std::shared_ptr<Unit>& unit) {
    bool again = false;
    do {
        std::string error;
        try {
            error = load_once(unit);
        } catch (const std::exception& problem) {
            error = std::string("loading failed: ") + problem.what();
        }
        std::vector<Unit::User> users;
        {
            std::lock_guard lock(units_mutex_);
            again = std::exchange(unit->again, false) && !unit->retired;
            // A compiler that was ended is no news then.
            if (!unit->retired && !ending_) users = unit->users;
        }
        if (error.empty() || users.empty()) continue;
        bool serving = false;
        for (const auto& user : users) {
            serving = serving || user.function->binding();
            user.function->set_error(FunctionState::failed, error);
            Call::pump(*user.function);
        }
        spdlog::error("{}{}", error, serving ? " (the version before it goes on serving)" : "");
    } while (again);
}

void Runtime::end_load(Unit& unit) {
    std::lock_guard lock(units_mutex_);
    unit.loading = false;
    --loading_;
    units_changed_.notify_all();
    if (loading_ == 0 && watcher_ && !ending_) watch_inputs();
}

// Builds, opens, initializes and binds; what went wrong, or nothing.
std::string Runtime::load_once(const std::shared_ptr<Unit>& unit) {
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
        std::unique_lock lock(units_mutex_);
        units_changed_.wait(lock, [this] { return !held_ || ending_; });
        if (ending_) return {};
        users = unit->users;
        unit->inputs = loaded.inputs;
        version = std::to_string(unit->loads + 1);
    }
    if (!loaded.image) return loaded.image.error().message;
    std::string error;
    if (!users.empty()) {
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
        else if (auto initialized = run_init(users, binding); !initialized)
            error = spec.describe() + ": " + initialized.error().message;
    }
    if (!error.empty()) return error;
    std::shared_ptr<Image> old;
    {
        std::lock_guard lock(units_mutex_);
        old = std::exchange(unit->image, *loaded.image);
        ++unit->loads;
        unit->cold = std::make_shared<std::atomic<bool>>(true);
    }
    const auto took = std::chrono::duration_cast<base::Duration>(base::monotonic_now() - begun);
    spdlog::debug("loaded {} in {}", spec.describe(), base::format_duration(took));
    if (old) spdlog::info("reloaded {} in {}", spec.describe(), base::format_duration(took));
    bind_users(*unit);
    return {};
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
    std::unique_lock binding_now(bind_mutex_);
    {
        std::lock_guard lock(units_mutex_);
        // Its functions may be another one's by now, or nobody's.
        if (unit.retired) return;
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
    }
    binding_now.unlock();
    for (const auto& user : users)
        Call::pump(*user.function);
}

bool Runtime::quarantine(Function& function, const Image& image) const {
    if (!options_.ledger) return false;
    auto reason = options_.ledger->quarantined(function.name(), image.fingerprint());
    if (!reason) return false;
    function.set_error(FunctionState::quarantined, std::move(*reason));
    return true;
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

}  // namespace faasd::runtime
