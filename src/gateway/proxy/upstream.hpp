// An upstream as the gateway keeps it: its address, its idle connections, its health and its figures.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "gateway/io_context_loop.hpp"
#include "gateway/proxy/health.hpp"
#include "gateway/proxy/idle_pool.hpp"
#include "gateway/proxy/upstream_socket.hpp"
#include "model/upstreams.hpp"

namespace faasd::gateway {

// A moment's values.
struct UpstreamStatus {
    std::string name, url;
    bool healthy = true;
    std::string reason;  // why it is not
    std::uint64_t requests = 0, failures = 0, retries = 0, connections_made = 0, connections_reused = 0;
    std::size_t idle = 0, tunnels = 0;
};

// Made by make(), which sees to it that it ends on the loop. Belongs to the loop, except what is marked.
class Upstream final : public std::enable_shared_from_this<Upstream>,
                       public IoContextLoop::PollableTimer,
                       private UpstreamSocket::User {
  public:
    // Any thread.
    [[nodiscard]] static std::shared_ptr<Upstream> make(IoContextLoop& loop, model::UpstreamDefinition definition);
    ~Upstream() override;

    [[nodiscard]] const model::UpstreamDefinition& definition() const { return definition_; }  // any thread
    [[nodiscard]] IoContextLoop& loop() { return loop_; }
    [[nodiscard]] bool healthy() const { return healthy_.load(std::memory_order_relaxed); }  // any thread
    [[nodiscard]] std::string unhealthy_reason() const;                                      // any thread
    [[nodiscard]] UpstreamStatus status() const;                                             // any thread

    // A connection that was kept, or nullptr.
    [[nodiscard]] std::unique_ptr<UpstreamSocket> take_idle(UpstreamSocket::User& user);
    void keep(std::unique_ptr<UpstreamSocket> socket);
    // The addresses of its host, never empty on success; on the loop, before it returns where they are known.
    void resolve(base::Completion<std::vector<SocketAddress>> done);

    // Counters for status(). Any thread.
    std::atomic<std::uint64_t> requests{0}, failures{0}, retries{0}, connections_made{0}, connections_reused{0};
    std::atomic<std::size_t> tunnels{0};

  private:
    Upstream(IoContextLoop& loop, model::UpstreamDefinition definition);
    void start();
    void on_ready(std::uint32_t events) override;
    void on_socket() override;  // an idle connection has ended
    void check_health();
    void take_check(std::string problem);
    void look_up();
    void schedule();

    IoContextLoop& loop_;
    const model::UpstreamDefinition definition_;
    IdlePool<std::unique_ptr<UpstreamSocket>> pool_;
    std::atomic<std::size_t> idle_{0};
    std::optional<HealthState> health_;
    std::atomic<bool> healthy_{true};
    mutable std::mutex mutex_;
    std::string reason_;  // guarded by mutex_
    Millis next_check_ = 0;
    bool checking_ = false;

    std::vector<SocketAddress> addresses_;
    Millis addresses_until_ = 0;
    bool looking_up_ = false;
    std::vector<base::Completion<std::vector<SocketAddress>>> waiting_;
};

}  // namespace faasd::gateway
