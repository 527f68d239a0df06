#include "gateway/proxy/transfer.hpp"

#include <algorithm>
#include <utility>

#include "base/units.hpp"
#include "gateway/proxy/millis.hpp"
#include "gateway/proxy/transfer_state.hpp"

namespace faasd::gateway {
namespace {

constexpr Millis kFirstPause = 25;  // before a retry; it doubles
constexpr Millis kNever = std::numeric_limits<Millis>::max();

std::string lower_first(std::string text) {
    if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z') text[0] = static_cast<char>(text[0] - 'A' + 'a');
    return text;
}

}  // namespace

std::shared_ptr<Transfer> start_transfer(std::shared_ptr<Upstream> upstream, TransferRequest request,
                                         base::UniqueFunction<void(TransferAnswer)> done) {
    auto transfer = std::make_shared<Transfer>(std::move(upstream), std::move(request), std::move(done));
    transfer->start();
    return transfer;
}

void cancel(Transfer& transfer) { transfer.cancel(); }

Transfer::Transfer(std::shared_ptr<Upstream> upstream, TransferRequest request,
                   base::UniqueFunction<void(TransferAnswer)> done)
    : upstream_(std::move(upstream)), request_(std::move(request)), done_(std::move(done)) {
    facts_.idempotent = is_idempotent(request_.method);
    facts_.retries_allowed = request_.retries.value_or(upstream_->definition().retries);
}

Transfer::~Transfer() { upstream_->loop().forget(*this); }

void Transfer::start() {
    self_ = shared_from_this();
    if (request_.counted) upstream_->requests.fetch_add(1, std::memory_order_relaxed);
    limit_until_ = request_.time_limit ? IoContextLoop::now() + to_millis(*request_.time_limit) : kNever;
    attempt();
}

void Transfer::attempt() {
    facts_.connected = false;
    facts_.reused = false;
    in_.clear();
    if (!fresh_only_) socket_ = upstream_->take_idle(*this);
    if (socket_) {
        facts_.reused = true;
        return begin_exchange();
    }
    phase_ = Phase::connecting;
    connect_until_ =
        std::min(limit_until_, IoContextLoop::now() + to_millis(upstream_->definition().connect_timeout));
    update_deadline();
    upstream_->resolve([self = shared_from_this()](base::Result<std::vector<SocketAddress>> found) {
        if (self->phase_ != Phase::connecting || self->socket_) return;
        if (!found) return self->attempt_failed(502, found.error().message);
        self->addresses_ = std::move(*found);
        self->address_ = 0;
        self->connect();
    });
}

void Transfer::connect() {
    auto opened = UpstreamSocket::connect(upstream_->loop(), addresses_[address_], *this);
    if (!opened) return attempt_failed(502, "cannot be connected to: " + lower_first(opened.error().message));
    socket_ = std::move(*opened);
    upstream_->connections_made.fetch_add(1, std::memory_order_relaxed);
}

void Transfer::on_socket() {
    const auto self = shared_from_this();
    if (phase_ == Phase::connecting) {
        std::error_code why;
        const auto state = socket_->connecting(why);
        if (state == UpstreamSocket::Connecting::pending) return;
        if (state == UpstreamSocket::Connecting::failed) {
            socket_.reset();
            if (++address_ < addresses_.size()) return connect();
            return attempt_failed(502, why == std::errc::connection_refused
                                           ? std::string("refused the connection")
                                           : "cannot be connected to: " + lower_first(why.message()));
        }
        return begin_exchange();
    }
    if (phase_ != Phase::exchanging) return;
    write();
    if (phase_ == Phase::exchanging) read();
    update_deadline();
}

void Transfer::begin_exchange() {
    const auto self = shared_from_this();
    phase_ = Phase::exchanging;
    facts_.connected = true;
    progress_ = IoContextLoop::now();
    out_ = request_.head;
    written_ = 0;
    writing_broken_ = false;
    request_complete_ = request_.body.framing == Framing::none;
    body_left_ = request_.body.length;
    constexpr Millis kWaitForContinue = 1000;  // RFC 9110 section 10.1.1: not for ever
    continue_until_ = request_.body.expects_continue ? progress_ + kWaitForContinue : 0;
    write();
    if (phase_ == Phase::exchanging) read();
    update_deadline();
}

Millis Transfer::response_timeout() const { return to_millis(upstream_->definition().response_timeout); }

// The upstream is waited for where it is its turn: to take what was written, to answer, to send what was asked for.
void Transfer::update_deadline() {
    auto& loop = upstream_->loop();
    if (phase_ == Phase::connecting) return loop.set_deadline(*this, connect_until_);
    if (phase_ != Phase::exchanging) return;
    Millis until = reader_ ? kNever : limit_until_;
    const bool answer_due = !reader_ && (request_complete_ || writing_broken_);
    if (written_ < out_.size() || answer_due || waiting_) until = std::min(until, progress_ + response_timeout());
    if (continue_until_ != 0) until = std::min(until, continue_until_);
    if (until == kNever) {
        loop.clear_deadline(*this);
    } else {
        loop.set_deadline(*this, until);
    }
}

void Transfer::on_ready(std::uint32_t) {
    const auto self = shared_from_this();
    if (!TimerWheel::due(*this, IoContextLoop::now())) return;
    on_deadline();
}

void Transfer::on_deadline() {
    const Millis now = IoContextLoop::now();
    const auto waited = base::format_duration(request_.time_limit.value_or(
        phase_ == Phase::connecting ? upstream_->definition().connect_timeout : upstream_->definition().response_timeout));
    switch (phase_) {
        case Phase::connecting: return attempt_failed(504, "could not be connected to within " + waited, true);
        case Phase::pausing: return attempt();
        case Phase::ended: return;
        case Phase::exchanging: break;
    }
    if (continue_until_ != 0 && continue_until_ <= now) {
        continue_until_ = 0;
        write();
        return update_deadline();
    }
    if (!reader_) return attempt_failed(504, "did not answer within " + waited, true);
    break_off("stopped sending its answer");
}

void Transfer::attempt_failed(unsigned status, std::string reason, bool timed_out) {
    socket_.reset();
    facts_.timed_out = timed_out;
    facts_.response_begun = facts_.response_begun || !in_.empty() || interims_ > 0;
    const Retry retry = limit_until_ == kNever ? may_retry(facts_) : Retry::no;
    if (retry == Retry::no) return fail(status, std::move(reason));
    fresh_only_ = true;
    if (retry == Retry::free) return attempt();
    upstream_->retries.fetch_add(1, std::memory_order_relaxed);
    phase_ = Phase::pausing;
    const Millis pause = kFirstPause << std::min<std::uint32_t>(facts_.retries_made++, 6);
    upstream_->loop().set_deadline(*this, IoContextLoop::now() + pause);
}

void Transfer::fail(unsigned status, std::string reason) {
    if (request_.counted) upstream_->failures.fetch_add(1, std::memory_order_relaxed);
    const auto& definition = upstream_->definition();
    std::string text = "upstream " + definition.name + " (" + definition.authority() + ") " + std::move(reason);
    auto done = std::move(done_);
    end();
    if (done) done(TransferFailure{status, std::move(text)});
}

void Transfer::end() {
    phase_ = Phase::ended;
    upstream_->loop().clear_deadline(*this);
    socket_.reset();
    request_.stream.reset();
    self_.reset();
}

void Transfer::cancel() {
    if (phase_ == Phase::ended) return;
    const auto self = shared_from_this();
    auto done = std::move(done_);
    auto waiting = std::move(waiting_);
    end();
    body_error_.emplace(std::make_error_code(std::errc::operation_canceled), "the client is gone");
    if (waiting) waiting(*body_error_);
    if (done) done(TransferFailure{502, body_error_->message});
}

}  // namespace faasd::gateway
