#include "daemon/proxy_status.hpp"

#include <nlohmann/json.hpp>

#include "gateway/proxy/shadow.hpp"
#include "gateway/proxy/upstream.hpp"

namespace faasd::daemon {

void add_proxy_status(const gateway::FunctionHandler& handler, nlohmann::json& status) {
    for (const auto& one : handler.upstreams()) {
        nlohmann::json entry = {{"name", one.name},
                                {"url", one.url},
                                {"healthy", one.healthy},
                                {"requests", one.requests},
                                {"failures", one.failures},
                                {"retries", one.retries},
                                {"connections_made", one.connections_made},
                                {"connections_reused", one.connections_reused},
                                {"idle_connections", one.idle},
                                {"tunnels", one.tunnels}};
        if (!one.reason.empty()) entry["reason"] = one.reason;
        status["upstreams"].push_back(std::move(entry));
    }
    for (const auto& one : handler.shadows()) {
        nlohmann::json entry = {{"route", one.route}, {"target", one.target}, {"same", one.same},
                                {"different", one.different}, {"failed", one.failed}, {"skipped", one.skipped}};
        if (!one.last_difference.empty()) entry["last_difference"] = one.last_difference;
        status["shadows"].push_back(std::move(entry));
    }
}

}  // namespace faasd::daemon
