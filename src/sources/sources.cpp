#include "sources/sources.hpp"

#include <algorithm>
#include <type_traits>
#include <utility>

#include "sources/errors.hpp"

namespace faasd::sources {

using namespace std::chrono_literals;

namespace {

// With every default where the app has none of that name.
model::FunctionDefinition function_of(const model::App& app, const std::string& name) {
    const auto found = std::find_if(app.functions.begin(), app.functions.end(),
                                    [&](const model::FunctionDefinition& f) { return f.name == name; });
    return found == app.functions.end() ? model::FunctionDefinition{} : *found;
}

}  // namespace

Sources::Sources(const Dependencies& dependencies)
    : dependencies_(dependencies),
      async_(std::make_shared<AsyncQueue>(dependencies_)),
      timer_(std::make_shared<TimerSource>(dependencies_, async_)),
      notifications_(std::make_shared<BucketNotifications>(dependencies_, async_)),
      tables_(std::make_shared<TableStreams>()) {
    dependencies_.blobs.on_change(
        [notifications = notifications_](model::Transaction& transaction, const model::BlobChange& change) {
            return notifications->changed(transaction, change);
        });
    dependencies_.tables.on_change([tables = tables_](std::string_view table) {
        std::shared_ptr<TableStreamSource> source;
        {
            std::lock_guard lock(tables->mutex);
            const auto found = tables->running.find(table);
            if (found != tables->running.end()) source = found->second.second;
        }
        if (source) source->wake();
    });
}

Sources::~Sources() {
    stop();
    wait(base::monotonic_now() + 5s);
}

std::vector<Sources::Mistake> Sources::check(const model::App& app) {
    std::vector<Mistake> mistakes;
    for (const model::ScheduleDefinition& schedule : app.schedules) {
        if (schedule.expression.empty()) continue;  // its reader has said so
        if (const auto checked = TimerSource::check(schedule); !checked) {
            mistakes.push_back({schedule.at, checked.error().message});
        }
    }
    for (const model::WatchDefinition& watch : app.watches) {
        if (watch.folder.empty()) continue;
        if (const auto checked = FileWatchSource::check(watch); !checked) {
            mistakes.push_back({watch.at, checked.error().message});
        }
    }
    return mistakes;
}

base::Result<> Sources::start(const model::App& app) {
    if (auto checked = check(app); !checked.empty()) {
        return base::Error(SourceErrc::invalid_configuration, checked.front().message);
    }
    if (auto configured = async_->configure(app.functions); !configured) return configured;
    running_ = true;
    if (auto configured = timer_->configure(app.schedules); !configured) return configured;
    notifications_->configure(app.buckets);
    async_->start();
    reconcile_all(app);
    return {};
}

base::Result<> Sources::replace(const model::App& app) {
    if (auto checked = check(app); !checked.empty()) {
        return base::Error(SourceErrc::invalid_configuration, checked.front().message);
    }
    if (auto configured = async_->configure(app.functions); !configured) return configured;
    if (auto configured = timer_->configure(app.schedules); !configured) return configured;
    notifications_->configure(app.buckets);
    std::erase_if(retired_, [](const auto& source) { return source->wait(0ns); });
    reconcile_all(app);
    return {};
}

template <class S>
void Sources::reconcile(Running<S>& running, std::map<std::string, typename S::Configuration> wanted,
                        const std::function<std::shared_ptr<S>(const typename S::Configuration&)>& make) {
    for (auto it = running.begin(); it != running.end();) {
        const auto kept = wanted.find(it->first);
        if (kept != wanted.end() && kept->second == it->second.first) {
            wanted.erase(kept);
            ++it;
            continue;
        }
        // The old one stops before the new one starts, so that no event is seen by both.
        it->second.second->stop();
        if constexpr (std::is_same_v<S, FileWatchSource>)
            it->second.second->wait(base::monotonic_now() + 10s);
        retired_.push_back(it->second.second);
        it = running.erase(it);
    }
    for (auto& [name, configuration] : wanted) {
        auto source = make(configuration);
        running.emplace(name, std::pair{std::move(configuration), source});
        source->start();
    }
}

void Sources::reconcile_all(const model::App& app) {
    std::map<std::string, QueueMapping::Configuration> mappings;
    for (const model::QueueDefinition& queue : app.queues) {
        if (!queue.consumer) continue;
        const model::FunctionDefinition function = function_of(app, queue.consumer->function);
        mappings[queue.name] = {queue.name,
                                queue.attributes.fifo,
                                *queue.consumer,
                                function.concurrency,
                                function.allow_recursion,
                                queue.attributes.redrive ? queue.attributes.redrive->dead_letter_queue : ""};
    }
    reconcile<QueueMapping>(queues_, std::move(mappings),
                            [this](const QueueMapping::Configuration& configuration) {
                                return std::make_shared<QueueMapping>(dependencies_, configuration);
                            });

    std::map<std::string, FileWatchSource::Configuration> watches;
    for (const model::WatchDefinition& watch : app.watches) {
        watches[watch.name] = FileWatchSource::Configuration::of(watch, app.folder);
    }
    reconcile<FileWatchSource>(
        watches_, std::move(watches), [this](const FileWatchSource::Configuration& configuration) {
            return std::make_shared<FileWatchSource>(dependencies_, configuration, async_);
        });

    std::map<std::string, TableStreamSource::Configuration> streams;
    for (const model::TableConfiguration& table : app.tables) {
        if (!table.consumer) continue;
        streams[table.definition.name] = {table.definition.name, *table.consumer,
                                          function_of(app, table.consumer->function).allow_recursion};
    }
    std::vector<std::shared_ptr<TableStreamSource>> stopped;
    std::vector<std::shared_ptr<TableStreamSource>> started;
    {
        std::lock_guard lock(tables_->mutex);
        for (auto it = tables_->running.begin(); it != tables_->running.end();) {
            const auto kept = streams.find(it->first);
            if (kept != streams.end() && kept->second == it->second.first) {
                streams.erase(kept);
                ++it;
                continue;
            }
            stopped.push_back(it->second.second);
            it = tables_->running.erase(it);
        }
    }
    // A stream is in order: the new consumer starts where the old one's last batch has ended, or where it
    // gives up.
    for (const auto& source : stopped)
        source->stop();
    for (const auto& source : stopped) {
        source->wait(base::monotonic_now() + 30s);
        retired_.push_back(source);
    }
    for (auto& [name, configuration] : streams) {
        auto source = std::make_shared<TableStreamSource>(dependencies_, configuration);
        source->start();
        started.push_back(source);
        std::lock_guard lock(tables_->mutex);
        tables_->running.emplace(name, std::pair{std::move(configuration), source});
    }
    for (const auto& source : started)
        source->wake();  // for changes between its start and its registration
}

void Sources::stop() {
    if (!std::exchange(running_, false)) return;
    timer_->stop();
    for (const auto& [name, watch] : watches_)
        watch.second->stop();
    for (const auto& [name, mapping] : queues_)
        mapping.second->stop();
    {
        std::lock_guard lock(tables_->mutex);
        for (const auto& [name, stream] : tables_->running)
            stream.second->stop();
    }
    async_->stop();
}

bool Sources::wait(std::chrono::nanoseconds until) {
    bool ended = timer_->wait(until);
    for (const auto& [name, watch] : watches_)
        ended = watch.second->wait(until) && ended;
    for (const auto& [name, mapping] : queues_)
        ended = mapping.second->wait(until) && ended;
    std::vector<std::shared_ptr<Source>> streams = retired_;
    {
        std::lock_guard lock(tables_->mutex);
        for (const auto& [name, stream] : tables_->running)
            streams.push_back(stream.second);
    }
    for (const auto& source : streams)
        ended = source->wait(until) && ended;
    return async_->wait(until) && ended;
}

}  // namespace faasd::sources
