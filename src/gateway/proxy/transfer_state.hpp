// The state of a transfer; for its own files only.
#pragma once

#include "gateway/proxy/response_parser.hpp"
#include "gateway/proxy/retry.hpp"
#include "gateway/proxy/transfer.hpp"

namespace faasd::gateway {

// Belongs to the loop. Keeps itself until its end; then nothing of the connection is left with it.
class Transfer final : public std::enable_shared_from_this<Transfer>,
                       public IoContextLoop::PollableTimer,
                       private UpstreamSocket::User {
  public:
    Transfer(std::shared_ptr<Upstream> upstream, TransferRequest request, base::UniqueFunction<void(TransferAnswer)> done);
    ~Transfer() override;
    void start();
    void cancel();

    // For the source of the answer's body.
    void read_body(base::Completion<std::string> done);
    void break_off(const char* why);
    [[nodiscard]] std::string trailers() const { return reader_ ? reader_->trailers() : std::string(); }

  private:
    enum class Phase { connecting, exchanging, pausing, ended };

    // Attempts (transfer.cpp).
    void on_socket() override;
    void on_ready(std::uint32_t events) override;
    void on_deadline();
    void attempt();
    void connect();
    void begin_exchange();
    void attempt_failed(unsigned status, std::string reason, bool timed_out = false);
    void fail(unsigned status, std::string reason);
    void end();
    void update_deadline();
    [[nodiscard]] Millis response_timeout() const;

    // The request on its way (transfer_request.cpp).
    void write();
    bool want_piece();
    void take_piece(base::Result<std::string_view> piece);

    // The answer (transfer_response.cpp).
    void read();
    void take_bytes(std::string_view bytes);
    bool take_head();
    void take_interim(const UpstreamHead& head);
    void deliver(const UpstreamHead& head);
    void deliver_upgrade(const UpstreamHead& head);
    void take_body();
    void take_upstream_end(const std::string& why);
    void complete();

    const std::shared_ptr<Upstream> upstream_;
    TransferRequest request_;
    base::UniqueFunction<void(TransferAnswer)> done_;
    std::shared_ptr<Transfer> self_;
    Phase phase_ = Phase::connecting;
    AttemptFacts facts_;
    bool fresh_only_ = false;  // a kept connection has failed
    std::unique_ptr<UpstreamSocket> socket_;
    std::vector<SocketAddress> addresses_;
    std::size_t address_ = 0;
    Millis connect_until_ = 0, limit_until_ = 0, continue_until_ = 0, progress_ = 0;

    std::string out_;
    std::size_t written_ = 0;  // of out_
    std::uint64_t body_left_ = 0;  // Framing::length
    bool request_complete_ = false, piece_pending_ = false, writing_broken_ = false;
    enum class Step { in_call, returned, taken } step_ = Step::returned;

    std::string in_;  // received, and not taken yet
    int interims_ = 0;
    std::optional<BodyReader> reader_;  // from the head on
    bool keep_alive_ = false;
    std::string ready_;                 // of the body, decoded before anybody read it
    base::Completion<std::string> waiting_;
    std::optional<base::Error> body_error_;
};

}  // namespace faasd::gateway
