// One connection to an upstream.
#pragma once

#include <sys/socket.h>

#include <memory>
#include <span>
#include <string_view>
#include <system_error>

#include "base/result.hpp"
#include "gateway/io_context_loop.hpp"

namespace faasd::gateway {

struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t length = 0;
};

// Belongs to the loop. Non-blocking; destroying it closes the connection.
class UpstreamSocket final : public Pollable {
  public:
    // Whoever uses the connection now. It may destroy the socket within the call.
    class User {
      public:
        virtual void on_socket() = 0;  // something may be possible that was not

      protected:
        ~User() = default;
    };

    // Begins to connect: the user is told once that is decided.
    [[nodiscard]] static base::Result<std::unique_ptr<UpstreamSocket>> connect(IoContextLoop& loop,
                                                                               const SocketAddress& address, User& user);
    ~UpstreamSocket() override;
    UpstreamSocket(const UpstreamSocket&) = delete;
    UpstreamSocket& operator=(const UpstreamSocket&) = delete;

    void set_user(User& user) { user_ = &user; }
    // A turn for the user soon.
    void enqueue() { loop_.enqueue(*this); }

    enum class Connecting { pending, done, failed };
    [[nodiscard]] Connecting connecting(std::error_code& why);

    enum class Io { done, blocked, ended, failed };
    // `ended`: the peer sends no more. `size`: what was read into `buffer`.
    [[nodiscard]] Io read(std::span<char> buffer, std::size_t& size, std::error_code& why);
    // Takes what could be written off `bytes`; `done` where that is all of it.
    [[nodiscard]] Io write(std::string_view& bytes, std::error_code& why);
    void finish_writing();
    // Nothing has arrived, and the peer has not closed: fit for another request.
    [[nodiscard]] bool is_quiet() const;
    // The peer has closed its side, or the connection is broken; there may be bytes before that.
    [[nodiscard]] bool peer_closed() const { return peer_closed_; }

    bool reused = false;  // it has served a request

  private:
    UpstreamSocket(IoContextLoop& loop, int descriptor, User& user) : loop_(loop), descriptor_(descriptor), user_(&user) {}
    void on_ready(std::uint32_t events) override;

    IoContextLoop& loop_;
    int descriptor_;
    User* user_;
    bool readable_ = false, writable_ = false, connected_ = false, peer_closed_ = false;
};

}  // namespace faasd::gateway
