// One client's connection: requests in, answers out, one at a time and in order (RFC 9112).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <boost/intrusive/list.hpp>

#include "base/clock.hpp"
#include "gateway/exchange.hpp"
#include "gateway/http_date.hpp"
#include "gateway/io_context_loop.hpp"
#include "gateway/request_head.hpp"
#include "gateway/response_head.hpp"
#include "gateway/takeover.hpp"
#include "model/app.hpp"
#include "model/http.hpp"

namespace faasd::gateway {

using ConnectionHook = boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;
class Connection;

// What the connections of one listener share. Belongs to the loop.
struct Port {
    Port(IoContextLoop& io_loop, model::HttpHandler& to, const base::Clock& clock)
        : loop(io_loop), handler(to), date(clock) {}

    IoContextLoop& loop;
    model::HttpHandler& handler;
    HttpDate date;
    model::HttpLimits limits;
    HeadLimits head_limits;
    bool draining = false;  // every answer says "Connection: close"
    std::size_t open = 0;
    boost::intrusive::list<Connection, boost::intrusive::base_hook<ConnectionHook>,
                           boost::intrusive::constant_time_size<false>>
        connections;
    base::UniqueFunction<void()> on_closed;  // after each connection's end
};

// Belongs to the loop; owns itself: it is deleted in a turn of its own after it was closed. While a function runs,
// nothing of it is touched but by on_answer and on_demand, and no deadline counts.
class Connection final : public IoContextLoop::PollableTimer, public ConnectionHook {
  public:
    // Takes the descriptor over.
    Connection(Port& port, int descriptor, std::string remote_address);
    ~Connection() override;
    // Begins to read; false where the loop cannot take it, and the connection is gone.
    bool start();
    // Answers before any request: for a client that is one too many.
    void turn_away(unsigned status, std::string_view reason);
    // No new request; closes at once where none is under way.
    void drain();
    void close();

    void on_ready(std::uint32_t events) override;
    void on_answer();    // exchange_->response is set
    void on_demand();    // exchange_->piece_wanted is set
    void on_produced();  // exchange_->source_piece is set
    void inform(unsigned status, const std::vector<std::pair<std::string, std::string>>& fields);

    // Nothing of the connection's own is done after it, but for its end.
    void take_over(std::unique_ptr<Takeover> takeover);
    // For the takeover.
    [[nodiscard]] int descriptor() const { return descriptor_; }
    void set_deadline(base::Duration from_now);

  private:
    enum class Phase : std::uint8_t { head, body, handling, sending, discarding, lingering, taken_over, closed };
    enum class Fill { data, blocked, ended };
    enum class Flush { done, blocked, failed };

    void let_go();  // of the descriptor
    void advance();
    void on_deadline();

    // Reading (connection_read.cpp).
    [[nodiscard]] std::string_view input() const;
    void consume(std::size_t size);
    void stash();  // keeps what is unread beyond this turn
    Fill fill();
    void read_head();
    void start_request();
    void read_body();
    void hand_over();
    void while_handling();
    void while_sending();
    void read_stream();
    void finish_piece(base::Result<std::string_view> piece);
    void discard_body();
    [[nodiscard]] ChunkedDecoder::Step next_piece();
    bool send_continue();
    void set_body_deadline();

    // Writing (connection_write.cpp).
    void refuse(Refusal refusal);
    void answer(model::HttpResponse response);
    void decide_end(const Exchange& exchange);
    void begin_source(std::string_view head, const model::HttpResponse& response);
    void take_piece();
    void pump();
    Flush flush();
    void finish();
    void cut();
    void linger();

    Port& port_;
    int descriptor_;
    Phase phase_ = Phase::head;
    bool readable_ = false;     // the socket may have more than was read
    bool peer_closed_ = false;  // the client has sent its last byte, or is gone
    bool ended_ = false;        // that end was read
    bool broken_ = false;       // nothing can be sent any more
    bool close_ = false;        // after the answer
    bool discard_ = false;      // the rest of the body, after the answer
    bool head_begun_ = false;   // the header deadline runs
    bool chunk_open_ = false;   // a chunk was sent, its CRLF not yet
    BodyEnd body_end_ = BodyEnd::none;
    HeadScanner scanner_;
    std::string in_;            // unread, beyond a turn
    std::size_t in_start_ = 0;
    std::string_view borrowed_; // unread, in the loop's receive buffer, within a turn
    std::string interim_;       // the rest of an interim answer that could not be written yet
    std::string out_head_, out_body_;
    std::size_t out_position_ = 0;  // of both together
    std::uint64_t out_remaining_ = 0;  // of a source that announced its length
    std::shared_ptr<Exchange> exchange_;
    std::unique_ptr<Takeover> takeover_;
    std::string remote_address_;
};

}  // namespace faasd::gateway
