#include "gateway/proxy/tunnel.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <cerrno>
#include <utility>

#include "gateway/connection.hpp"

namespace faasd::gateway {
namespace {

constexpr int kMovesATurn = 16;

// One direction's bytes that have been read and not been written.
struct Flow {
    std::string bytes;
    std::size_t written = 0;
    bool ended = false;   // the sender has sent its last byte
    bool closed = false;  // and the receiver has been told
    [[nodiscard]] bool empty() const { return written == bytes.size(); }
    void put(std::string_view more) {
        if (empty()) {
            bytes.clear();
            written = 0;
        }
        bytes.append(more);
    }
};

class Tunnel final : public Takeover, private UpstreamSocket::User {
  public:
    Tunnel(std::shared_ptr<Upstream> upstream, TransferUpgrade upgrade)
        : upstream_(std::move(upstream)), socket_(std::move(upgrade.socket)) {
        to_client_.put(upgrade.head);
        to_client_.put(upgrade.early);
        upstream_->tunnels.fetch_add(1, std::memory_order_relaxed);
    }
    ~Tunnel() override { upstream_->tunnels.fetch_sub(1, std::memory_order_relaxed); }
    Tunnel(const Tunnel&) = delete;
    Tunnel& operator=(const Tunnel&) = delete;

    void begin(Connection& connection, std::string early) override {
        client_ = &connection;
        to_upstream_.put(early);
        client_readable_ = true;
        socket_->set_user(*this);
        moved();
        // Not now: the upstream's turn may still be in the middle of handing its socket over.
        socket_->enqueue();
    }
    void on_client(std::uint32_t events) override {
        if (over_) return;
        if (events & IoContextLoop::kDeadline) return finish();
        if (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) client_readable_ = true;
        run();
    }

  private:
    void on_socket() override {
        if (!over_) run();
    }

    void run() {
        for (int reads = 0; reads < kMovesATurn; ++reads) {
            const bool up = carry_up(), down = !over_ && carry_down();
            if (over_) return;
            if (to_client_.closed && to_upstream_.closed) return finish();
            if (!up && !down) return;
        }
        socket_->enqueue();
    }

    // Whether anything moved.
    bool carry_up() {
        bool any = false;
        if (to_upstream_.empty() && !to_upstream_.ended && client_readable_) any = read_client();
        if (over_) return any;
        if (!to_upstream_.empty()) {
            std::string_view rest = std::string_view(to_upstream_.bytes).substr(to_upstream_.written);
            const std::size_t before = rest.size();
            std::error_code why;
            if (socket_->write(rest, why) == UpstreamSocket::Io::failed) return finish(), false;
            to_upstream_.written += before - rest.size();
            any = any || rest.size() < before;
        }
        if (to_upstream_.empty() && to_upstream_.ended && !std::exchange(to_upstream_.closed, true)) {
            socket_->finish_writing();
            any = true;
        }
        if (any) moved();
        return any;
    }

    bool read_client() {
        const auto buffer = upstream_->loop().receive_buffer();
        ssize_t got = 0;
        do {
            got = ::recv(client_->descriptor(), buffer.data(), buffer.size(), 0);
        } while (got < 0 && errno == EINTR);
        if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            client_readable_ = false;
            return false;
        }
        if (got < 0) return finish(), false;
        if (got == 0) {
            to_upstream_.ended = true;
        } else {
            to_upstream_.put({buffer.data(), static_cast<std::size_t>(got)});
        }
        return true;
    }

    bool carry_down() {
        bool any = false;
        if (to_client_.empty() && !to_client_.ended) any = read_upstream();
        if (over_) return any;
        while (!to_client_.empty()) {
            const auto sent = ::send(client_->descriptor(), to_client_.bytes.data() + to_client_.written,
                                     to_client_.bytes.size() - to_client_.written, MSG_NOSIGNAL);
            if (sent >= 0) {
                to_client_.written += static_cast<std::size_t>(sent);
                any = true;
            } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
                break;
            } else if (errno != EINTR) {
                return finish(), false;
            }
        }
        if (to_client_.empty() && to_client_.ended && !std::exchange(to_client_.closed, true)) {
            ::shutdown(client_->descriptor(), SHUT_WR);
            any = true;
        }
        if (any) moved();
        return any;
    }

    bool read_upstream() {
        const auto buffer = upstream_->loop().receive_buffer();
        std::size_t size = 0;
        std::error_code why;
        switch (socket_->read(buffer, size, why)) {
            case UpstreamSocket::Io::done: to_client_.put({buffer.data(), size}); return true;
            case UpstreamSocket::Io::blocked: return false;
            case UpstreamSocket::Io::ended: to_client_.ended = true; return true;
            case UpstreamSocket::Io::failed: finish(); return false;
        }
        return false;
    }

    void moved() { client_->set_deadline(upstream_->definition().tunnel_idle_timeout); }

    // Both connections end; this object goes with the client's, in a turn of its own.
    void finish() {
        over_ = true;
        client_->close();
    }

    const std::shared_ptr<Upstream> upstream_;
    std::unique_ptr<UpstreamSocket> socket_;
    Connection* client_ = nullptr;
    Flow to_client_, to_upstream_;
    bool client_readable_ = false, over_ = false;
};

}  // namespace

std::unique_ptr<Takeover> make_tunnel(std::shared_ptr<Upstream> upstream, TransferUpgrade upgrade) {
    return std::make_unique<Tunnel>(std::move(upstream), std::move(upgrade));
}

}  // namespace faasd::gateway
