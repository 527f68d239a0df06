#include "gateway/proxy/upstream.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include <boost/asio/ip/tcp.hpp>
#include <spdlog/spdlog.h>

#include "gateway/proxy/body_sink.hpp"
#include "gateway/proxy/millis.hpp"
#include "gateway/proxy/transfer.hpp"

namespace faasd::gateway {
namespace {

namespace asio = boost::asio;

// As long as a name's addresses are believed. Names that had none are asked for anew each time.
constexpr Millis kAddressesFor = 10'000;
constexpr std::size_t kCheckedBody = 64 * 1024;

SocketAddress socket_address(const asio::ip::tcp::endpoint& endpoint) {
    SocketAddress address;
    std::memcpy(&address.storage, endpoint.data(), endpoint.size());
    address.length = static_cast<socklen_t>(endpoint.size());
    return address;
}

}  // namespace

std::shared_ptr<Upstream> Upstream::make(IoContextLoop& loop, model::UpstreamDefinition definition) {
    std::shared_ptr<Upstream> upstream(new Upstream(loop, std::move(definition)), [&loop](Upstream* ended) {
        if (loop.on_loop()) {
            delete ended;
        } else {
            loop.post([ended] { delete ended; });
        }
    });
    if (upstream->health_)
        loop.post([weak = std::weak_ptr(upstream)] {
            if (const auto alive = weak.lock()) alive->start();
        });
    return upstream;
}

Upstream::Upstream(IoContextLoop& loop, model::UpstreamDefinition definition)
    : loop_(loop), definition_(std::move(definition)),
      pool_(definition_.max_idle_connections, to_millis(definition_.keep_alive)) {
    if (const auto& check = definition_.health_check) health_.emplace(check->unhealthy_after, check->healthy_after);
    boost::system::error_code error;
    if (definition_.host == "localhost") {
        // Servers for development listen on one of the two, and one cannot know on which.
        for (const char* one : {"127.0.0.1", "::1"})
            addresses_.push_back(socket_address({asio::ip::make_address(one), definition_.port}));
    } else if (const auto address = asio::ip::make_address(definition_.host, error); !error) {
        addresses_.push_back(socket_address({address, definition_.port}));
    }
    if (!addresses_.empty()) addresses_until_ = std::numeric_limits<Millis>::max();
}

Upstream::~Upstream() {
    for (auto& waiting : std::exchange(waiting_, {}))
        waiting(base::Error(std::make_error_code(std::errc::operation_canceled)));
    pool_.clear();
    loop_.forget(*this);
}

void Upstream::start() {
    next_check_ = IoContextLoop::now();
    schedule();
    loop_.enqueue(*this);
}

void Upstream::on_ready(std::uint32_t) {
    const Millis now = IoContextLoop::now();
    static_cast<void>(pool_.expire(now));
    idle_.store(pool_.size(), std::memory_order_relaxed);
    if (health_ && !checking_ && next_check_ <= now) check_health();
    schedule();
}

void Upstream::schedule() {
    auto next = pool_.next_deadline();
    if (health_ && !checking_ && (!next || next_check_ < *next)) next = next_check_;
    if (next) loop_.set_deadline(*this, *next);
}

// Any of the idle ones: few, and it happens seldom.
void Upstream::on_socket() {
    while (pool_.remove([](const std::unique_ptr<UpstreamSocket>& one) { return !one->is_quiet(); })) {
    }
    idle_.store(pool_.size(), std::memory_order_relaxed);
}

std::unique_ptr<UpstreamSocket> Upstream::take_idle(UpstreamSocket::User& user) {
    while (auto kept = pool_.take(IoContextLoop::now())) {
        idle_.store(pool_.size(), std::memory_order_relaxed);
        if (!(*kept)->is_quiet()) continue;
        (*kept)->set_user(user);
        connections_reused.fetch_add(1, std::memory_order_relaxed);
        return std::move(*kept);
    }
    return nullptr;
}

void Upstream::keep(std::unique_ptr<UpstreamSocket> socket) {
    if (!socket->is_quiet()) return;
    socket->set_user(*this);
    socket->reused = true;
    static_cast<void>(pool_.put(std::move(socket), IoContextLoop::now()));
    idle_.store(pool_.size(), std::memory_order_relaxed);
    schedule();
}

void Upstream::resolve(base::Completion<std::vector<SocketAddress>> done) {
    if (addresses_until_ > IoContextLoop::now()) return done(addresses_);
    waiting_.push_back(std::move(done));
    if (!std::exchange(looking_up_, true)) look_up();
}

void Upstream::look_up() {
    auto resolver = std::make_shared<asio::ip::tcp::resolver>(loop_.context());
    resolver->async_resolve(
        definition_.host, std::to_string(definition_.port),
        [weak = weak_from_this(), resolver](const boost::system::error_code& error,
                                            const asio::ip::tcp::resolver::results_type& found) {
            const auto self = weak.lock();
            if (!self) return;
            self->looking_up_ = false;
            self->addresses_.clear();
            for (const auto& entry : found) self->addresses_.push_back(socket_address(entry.endpoint()));
            if (!self->addresses_.empty()) self->addresses_until_ = IoContextLoop::now() + kAddressesFor;
            for (auto& waiting : std::exchange(self->waiting_, {})) {
                if (self->addresses_.empty()) {
                    waiting(base::Error(std::error_code(error), "its host " + self->definition_.host +
                                                                     " has no address: " + error.message()));
                } else {
                    waiting(self->addresses_);
                }
            }
        });
}

void Upstream::check_health() {
    checking_ = true;
    const model::HealthCheck& check = *definition_.health_check;
    next_check_ = IoContextLoop::now() + to_millis(check.interval);
    TransferRequest request;
    request.method = "GET";
    request.head = "GET " + definition_.base_path + check.path + " HTTP/1.1\r\nHost: " + definition_.authority() +
                   "\r\nUser-Agent: faasd-health-check\r\nAccept: */*\r\n\r\n";
    request.time_limit = check.timeout;
    request.retries = 0;
    request.counted = false;
    start_transfer(shared_from_this(), std::move(request), [weak = weak_from_this()](TransferAnswer answer) {
        const auto self = weak.lock();
        if (!self) return;
        if (const auto* failure = std::get_if<TransferFailure>(&answer)) return self->take_check(failure->reason);
        auto* const response = std::get_if<model::HttpResponse>(&answer);
        if (!response) return self->take_check("it answered the health check with an upgrade");
        const unsigned status = response->status;
        if (status < 200 || status >= 400)
            return self->take_check("it answered the health check with " + std::to_string(status));
        self->take_check({});
        // To its end, for the connection's sake.
        collect_body(std::move(response->body), kCheckedBody, [](base::Result<CollectedBody>) {});
    });
}

void Upstream::take_check(std::string problem) {
    checking_ = false;
    const bool changed = problem.empty() ? health_->success() : health_->failure(problem);
    if (changed) {
        if (health_->healthy()) {
            spdlog::info("upstream {} is healthy again", definition_.name);
        } else {
            spdlog::warn("upstream {} is unhealthy: {}", definition_.name, problem);
        }
    }
    {
        const std::lock_guard lock(mutex_);
        reason_ = health_->reason();
    }
    healthy_.store(health_->healthy(), std::memory_order_relaxed);
    schedule();
}

std::string Upstream::unhealthy_reason() const {
    const std::lock_guard lock(mutex_);
    return reason_;
}

UpstreamStatus Upstream::status() const {
    UpstreamStatus status;
    status.name = definition_.name;
    status.url = "http://" + definition_.authority() + definition_.base_path;
    status.healthy = healthy();
    if (!status.healthy) status.reason = unhealthy_reason();
    status.requests = requests;
    status.failures = failures;
    status.retries = retries;
    status.connections_made = connections_made;
    status.connections_reused = connections_reused;
    status.idle = idle_;
    status.tunnels = tunnels;
    return status;
}

}  // namespace faasd::gateway
