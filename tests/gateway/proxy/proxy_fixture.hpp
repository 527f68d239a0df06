// A gateway whose routes lead to an upstream that a test writes line by line.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "gateway/function_handler.hpp"
#include "gateway/gateway_fixture.hpp"
#include "gateway/proxy/shadow.hpp"
#include "gateway/proxy/upstream.hpp"

namespace faasd::gateway::testing {

// The upstream's end of a connection. Blocking, with a time limit on every wait.
class Peer : public BufferedSocket {
  public:
    using BufferedSocket::BufferedSocket;
    void reset() const { reset_at_close(); }  // RST at the end of the connection's function
    [[nodiscard]] bool at_end();              // the gateway has closed; nothing came before
};

// Serves each connection on a thread of its own.
class ScriptedUpstream {
  public:
    explicit ScriptedUpstream(std::function<void(Peer&)> serve);
    ~ScriptedUpstream();
    [[nodiscard]] std::uint16_t port() const { return port_; }
    std::atomic<int> accepted{0};

  private:
    std::uint16_t port_ = 0;  // before what sets it
    int listening_;
    std::function<void(Peer&)> serve_;
    std::thread acceptor_;
    std::mutex mutex_;
    std::vector<std::thread> threads_;  // guarded by mutex_
    std::vector<int> open_;             // guarded by mutex_
};

[[nodiscard]] std::string ok(const std::string& body, const std::string& fields = "");
[[nodiscard]] std::uint16_t closed_port();

// Routes lead to the upstream "legacy" (ANY /{rest+}) until a test says otherwise; the functions "new" and "other" answer
// with their names and the body they got.
class ProxyTest : public ::testing::Test, public model::Invoker {
  protected:
    ProxyTest();
    ~ProxyTest() override;
    void serve(std::function<void(Peer&)> script);
    void route(model::RouteDefinition definition) { app.routes.insert(app.routes.begin(), std::move(definition)); }
    void apply() { handler.update(app); }
    model::UpstreamDefinition& legacy() { return app.upstreams.front(); }
    UpstreamStatus status(const std::string& name = "legacy") const;
    Answer get(const std::string& target, const std::string& fields = "");

    void invoke(model::Invocation invocation, base::UniqueFunction<void(model::Outcome)> done) override;
    bool has_function(std::string_view) const override { return true; }

    model::App app;
    base::ManualClock clock;
    FunctionHandler handler{*this, clock};
    Gateway gateway{handler};
    std::unique_ptr<ScriptedUpstream> upstream;
};

bool eventually(const std::function<bool()>& holds);

}  // namespace faasd::gateway::testing
