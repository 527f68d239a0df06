// Requests whose route leads further than to one function: to upstreams, by weight, by header, with a shadow.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "gateway/proxy/shadow.hpp"
#include "gateway/proxy/upstream.hpp"
#include "model/app.hpp"
#include "model/http.hpp"
#include "model/invocation.hpp"

namespace faasd::gateway {

// Where one route leads. Immutable; thread-safe.
struct RouteTargets {
    model::RouteDefinition route;
    std::map<std::string, std::shared_ptr<Upstream>> upstreams;  // of those that it names
    std::shared_ptr<Shadow> shadow;
    bool streams = false;  // the body is not to be buffered beforehand
    std::uint64_t max_body = 0;  // of what a function gets
};

// What all routes of an app need of it. Immutable; thread-safe. Connections, health and figures of upstreams and shadows
// that have not changed are taken over from the one before.
class Targets {
  public:
    Targets(const model::App& app, const Targets* before, IoContextLoop* loop, model::Invoker& invoker);
    // Nothing where the route leads to a function and that is all.
    [[nodiscard]] const RouteTargets* of(std::size_t route) const { return routes_[route].get(); }
    [[nodiscard]] std::vector<UpstreamStatus> upstreams() const;
    [[nodiscard]] std::vector<ShadowStatus> shadows() const;

  private:
    [[nodiscard]] std::shared_ptr<Upstream> upstream(const std::string& name) const;
    [[nodiscard]] std::unique_ptr<RouteTargets> compile(const model::RouteDefinition& route, std::uint64_t max_body,
                                                        const Targets* before, IoContextLoop& loop,
                                                        model::Invoker& invoker) const;

    std::map<std::string, std::shared_ptr<Upstream>> upstreams_;
    std::vector<std::unique_ptr<RouteTargets>> routes_;  // by position; nullptr: a function, and that is all
};

// A request on its way to its target.
struct Dispatched {
    std::shared_ptr<const void> keeps;  // the targets
    const RouteTargets* targets = nullptr;
    IoContextLoop* loop = nullptr;
    model::Invoker* invoker = nullptr;
    std::string trace;
    model::HttpRequest request;
    std::unique_ptr<model::HttpBodyStream> stream;
    std::unique_ptr<model::HttpResponder> responder;
    std::function<void(model::HttpResponse&)> finish;  // the last changes to an answer; may be empty
};

// Any thread. Upstreams that fail are answered for with 502, 503 or 504 and the reason, which is logged too.
void dispatch(Dispatched request);

}  // namespace faasd::gateway
