#include <algorithm>

#include "gateway/proxy/dispatcher.hpp"

namespace faasd::gateway {
namespace {

// Where it stands in the file is no difference.
bool same(const model::UpstreamDefinition& a, const model::UpstreamDefinition& b) {
    return a.name == b.name && a.host == b.host && a.port == b.port && a.base_path == b.base_path &&
           a.preserve_host == b.preserve_host && a.connect_timeout == b.connect_timeout &&
           a.response_timeout == b.response_timeout && a.tunnel_idle_timeout == b.tunnel_idle_timeout &&
           a.retries == b.retries && a.max_idle_connections == b.max_idle_connections && a.keep_alive == b.keep_alive &&
           a.health_check == b.health_check;
}

bool is_plain(const model::RouteDefinition& route) {
    return !route.function.empty() && route.when.empty() && !route.shadow;
}

}  // namespace

Targets::Targets(const model::App& app, const Targets* before, IoContextLoop* loop, model::Invoker& invoker) {
    if (loop) {
        for (const model::UpstreamDefinition& definition : app.upstreams) {
            const auto old = before ? before->upstream(definition.name) : nullptr;
            upstreams_[definition.name] =
                old && same(old->definition(), definition) ? old : Upstream::make(*loop, definition);
        }
    }
    for (const model::RouteDefinition& route : app.routes)
        routes_.push_back(loop && !is_plain(route) ? compile(route, app.http.max_body, before, *loop, invoker) : nullptr);
}

std::shared_ptr<Upstream> Targets::upstream(const std::string& name) const {
    const auto found = upstreams_.find(name);
    return found == upstreams_.end() ? nullptr : found->second;
}

std::unique_ptr<RouteTargets> Targets::compile(const model::RouteDefinition& route, std::uint64_t max_body,
                                               const Targets* before, IoContextLoop& loop,
                                               model::Invoker& invoker) const {
    auto compiled = std::make_unique<RouteTargets>();
    compiled->route = route;
    compiled->max_body = max_body;
    const auto add = [&](const std::string& name) {
        if (auto found = upstream(name)) compiled->upstreams[name] = std::move(found);
    };
    add(route.upstream);
    for (const auto& one : route.split) add(one.target);
    for (const auto& rule : route.when) add(rule.target);
    compiled->streams = !compiled->upstreams.empty();
    if (!route.shadow) return compiled;
    const auto target = upstream(route.shadow->target);
    if (before)
        for (const auto& old : before->routes_)
            if (old && old->shadow && old->route.key() == route.key() && old->shadow->definition() == *route.shadow &&
                old->shadow->upstream() == target)
                compiled->shadow = old->shadow;
    if (!compiled->shadow)
        compiled->shadow = std::make_shared<Shadow>(route.key(), *route.shadow, target, loop, invoker);
    return compiled;
}

std::vector<UpstreamStatus> Targets::upstreams() const {
    std::vector<UpstreamStatus> all;
    for (const auto& [name, upstream] : upstreams_) all.push_back(upstream->status());
    return all;
}

std::vector<ShadowStatus> Targets::shadows() const {
    std::vector<ShadowStatus> all;
    for (const auto& route : routes_)
        if (route && route->shadow) all.push_back(route->shadow->status());
    return all;
}

}  // namespace faasd::gateway
