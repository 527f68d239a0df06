#include "runtime/connections.hpp"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/json.hpp"

namespace faasd::runtime {

void Connections::configure(const model::App& app) {
    std::map<Key, std::uint32_t> wanted;
    for (const auto& table : app.tables)
        if (table.max_connections)
            wanted.emplace(Key{model::ResourceKind::table, table.definition.name}, *table.max_connections);
    for (const auto& dependency : app.dependencies)
        wanted.emplace(Key{model::ResourceKind::dependency, dependency.name}, dependency.max_connections);
    std::lock_guard lock(mutex_);
    std::erase_if(limits_, [&](const auto& limit) { return !wanted.contains(limit.first); });
    for (const auto& [key, max] : wanted)
        limits_[key].max = max;
    any_.store(!limits_.empty(), std::memory_order_relaxed);
}

std::optional<model::OperationError> Connections::open(const Resource& resource, Holder holder,
                                                       const std::string& function, Until until) {
    std::lock_guard lock(mutex_);
    const auto at = limits_.find(Key{resource.kind, resource.name});
    if (at == limits_.end()) return std::nullopt;
    Limit& limit = at->second;
    auto use = limit.holders.find(holder);
    if (use == limit.holders.end()) {
        if (limit.holders.size() >= limit.max) {
            ++limit.refused;
            std::map<std::string, int> by_function;
            for (const auto& [who, held] : limit.holders)
                ++by_function[held.function];
            std::string who;
            for (const auto& [name, count] : by_function)
                who += (who.empty() ? "" : ", ") + name + " ×" + std::to_string(count);
            const std::string kind(model::to_string(resource.kind));
            model::OperationError error;
            error.code = "TooManyConnections";
            error.message = "all " + std::to_string(limit.max) + " connections to " + kind + " " + resource.name +
                            " are in use (by " + who + "), so function " + function +
                            " gets none: put a queue before it, or raise its max_connections";
            error.detail = base::to_text(nlohmann::json{{"resource", kind + ':' + resource.name},
                                                        {"max_connections", limit.max},
                                                        {"holders", by_function}});
            error.http_status = 503;
            return error;
        }
        use = limit.holders.emplace(holder, Use{function}).first;
        limit.peak = std::max(limit.peak, static_cast<std::uint32_t>(limit.holders.size()));
    }
    if (until == Until::end)
        use->second.to_the_end = true;
    else
        ++use->second.opened;
    return std::nullopt;
}

void Connections::close(const Resource& resource, Holder holder) {
    std::lock_guard lock(mutex_);
    const auto at = limits_.find(Key{resource.kind, resource.name});
    if (at == limits_.end()) return;
    const auto use = at->second.holders.find(holder);
    if (use == at->second.holders.end() || use->second.opened == 0) return;
    if (--use->second.opened == 0 && !use->second.to_the_end) at->second.holders.erase(use);
}

void Connections::release(Holder holder) {
    std::lock_guard lock(mutex_);
    for (auto& [key, limit] : limits_)
        limit.holders.erase(holder);
}

std::vector<ConnectionStatus> Connections::status() const {
    std::lock_guard lock(mutex_);
    std::vector<ConnectionStatus> all;
    for (const auto& [key, limit] : limits_)
        all.push_back({std::string(model::to_string(key.first)) + ':' + key.second, limit.max,
                       static_cast<std::uint32_t>(limit.holders.size()), limit.peak, limit.refused});
    return all;
}

}  // namespace faasd::runtime
