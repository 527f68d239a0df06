// The reading half of a connection.
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <utility>

#include <spdlog/spdlog.h>

#include "gateway/connection.hpp"
#include "gateway/in_flight.hpp"

namespace faasd::gateway {
namespace {

constexpr std::size_t kReserveAtMost = 256 * 1024;  // for a body that is only announced yet
constexpr std::size_t kKeepBuffer = 4096;
// A body may be slow, but not arbitrarily: after a first `body_timeout` it has to have come this fast altogether.
constexpr std::uint64_t kMinBytesAMilli = 1;

const base::Error kBrokenOff{std::make_error_code(std::errc::connection_reset), "the client broke off the body"};

// Foreign code: what it throws ends here. By then the connection may belong to another thread.
void call_handler(model::HttpHandler& handler, std::shared_ptr<Exchange> exchange) noexcept {
    try {
        handler.handle(exchange->request(), exchange->streamed ? make_body_stream(exchange) : nullptr,
                       make_responder(exchange));
    } catch (const std::exception& e) {
        spdlog::error("gateway: handling a request failed: {}", e.what());
    } catch (...) {
        spdlog::error("gateway: handling a request failed");
    }
}

void call_reader(base::Completion<std::string_view> reader, base::Result<std::string_view> piece) noexcept {
    try {
        reader(std::move(piece));
    } catch (const std::exception& e) {
        spdlog::error("gateway: reading a request's body failed: {}", e.what());
    }
}

}  // namespace

std::string_view Connection::input() const {
    return borrowed_.empty() ? std::string_view(in_).substr(in_start_) : borrowed_;
}

void Connection::consume(std::size_t size) {
    if (borrowed_.empty()) {
        in_start_ += size;
    } else {
        borrowed_.remove_prefix(size);
    }
}

void Connection::stash() {
    if (!borrowed_.empty()) {
        in_.assign(borrowed_);
        in_start_ = 0;
        borrowed_ = {};
    } else if (in_start_ > 0) {
        in_.erase(0, in_start_);
        in_start_ = 0;
    }
    if (in_.empty() && in_.capacity() > kKeepBuffer) in_ = {};
}

Connection::Fill Connection::fill() {
    if (ended_) return Fill::ended;
    if (!readable_) return Fill::blocked;
    stash();
    const auto buffer = port_.loop.receive_buffer();
    ssize_t size = 0;
    do {
        size = ::recv(descriptor_, buffer.data(), buffer.size(), 0);
    } while (size < 0 && errno == EINTR);
    if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
        readable_ = false;
        return Fill::blocked;
    }
    if (size <= 0) {
        ended_ = true;
        broken_ = size < 0;
        return Fill::ended;
    }
    // Less than there was room for: the socket is empty, and the next byte is a new event. Only the end of a
    // stream that was announced already is not.
    if (static_cast<std::size_t>(size) < buffer.size() && !peer_closed_) readable_ = false;
    const std::string_view bytes(buffer.data(), static_cast<std::size_t>(size));
    if (in_.empty()) {
        borrowed_ = bytes;
    } else {
        in_.append(bytes);
    }
    return Fill::data;
}

void Connection::read_head() {
    for (;;) {
        if (const auto data = input(); !data.empty()) {
            const auto found = scanner_.scan(data, port_.head_limits);
            if (found.state == HeadScanner::State::refused) return refuse(found.refusal);
            if (found.state == HeadScanner::State::complete) {
                exchange_ = std::make_shared<Exchange>(port_.loop);
                exchange_->connection = this;
                exchange_->bytes.assign(data.substr(found.begin, found.end - found.begin));
                consume(found.end);
                scanner_.reset();
                head_begun_ = false;
                return start_request();
            }
        }
        switch (fill()) {
            case Fill::data: continue;
            case Fill::blocked:
                if (!input().empty() && !std::exchange(head_begun_, true)) set_deadline(port_.limits.header_timeout);
                return stash();
            case Fill::ended:
                if (input().empty() || broken_) return close();
                return refuse({400, "the connection ended within the header section"});
        }
    }
}

void Connection::start_request() {
    Exchange& exchange = *exchange_;
    if (const auto refusal = parse_head(exchange.bytes, port_.head_limits, exchange.head)) return refuse(*refusal);
    exchange.remote_address = remote_address_;
    const Framing framing = exchange.head.framing;
    exchange.body_complete = framing == Framing::none;
    exchange.remaining = exchange.head.content_length;
    exchange.continue_wanted = exchange.head.expect_continue && !exchange.body_complete && input().empty();
    if (framing == Framing::chunked)
        exchange.decoder = std::make_unique<ChunkedDecoder>(port_.head_limits.max_head);

    model::BodyPlan plan;
    try {
        plan = port_.handler.plan(exchange.request());
    } catch (const std::exception& e) {
        spdlog::error("gateway: planning a request failed: {}", e.what());
        return refuse({500, "the server failed on this request"});
    }
    exchange.limit = plan.limit;
    if (plan.mode == model::BodyPlan::Mode::refuse) return answer(std::move(plan.refusal));
    if (framing == Framing::length && exchange.remaining > exchange.limit)
        return refuse({413, "the body is larger than the limit"});
    if (plan.mode == model::BodyPlan::Mode::stream) {
        exchange.streamed = true;
        return hand_over();
    }
    if (exchange.body_complete) return hand_over();
    if (exchange.continue_wanted && !send_continue()) return close();
    exchange.body.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(exchange.remaining, kReserveAtMost)));
    exchange.body_started = IoContextLoop::now();
    phase_ = Phase::body;
    read_body();
}

ChunkedDecoder::Step Connection::next_piece() {
    Exchange& exchange = *exchange_;
    if (exchange.decoder) {
        auto step = exchange.decoder->next(input());
        consume(step.consumed);
        return step;
    }
    if (exchange.remaining == 0) return {ChunkedDecoder::State::done, 0, {}, {}};
    const std::string_view data = input();
    if (data.empty()) return {};
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(exchange.remaining, data.size()));
    exchange.remaining -= size;
    consume(size);
    return {ChunkedDecoder::State::data, size, data.substr(0, size), {}};
}

void Connection::read_body() {
    Exchange& exchange = *exchange_;
    for (;;) {
        const auto step = next_piece();
        switch (step.state) {
            case ChunkedDecoder::State::data:
                exchange.received += step.data.size();
                if (exchange.received > exchange.limit) return refuse({413, "the body is larger than the limit"});
                exchange.body.append(step.data);
                continue;
            case ChunkedDecoder::State::done: exchange.body_complete = true; return hand_over();
            case ChunkedDecoder::State::refused: return refuse(step.refusal);
            case ChunkedDecoder::State::need_more: break;
        }
        switch (fill()) {
            case Fill::data: continue;
            case Fill::blocked: set_body_deadline(); return stash();
            case Fill::ended:
                if (broken_) return close();
                return refuse({400, "the connection ended within the body"});
        }
    }
}

void Connection::set_body_deadline() {
    const Millis now = IoContextLoop::now();
    const Millis wait = std::chrono::ceil<std::chrono::milliseconds>(port_.limits.body_timeout).count();
    const auto earned = static_cast<Millis>(exchange_->received / kMinBytesAMilli);
    port_.loop.set_deadline(*this, std::min(now + wait, exchange_->body_started + 4 * wait + earned));
}

// The last thing a turn does: see HttpHandler::handle.
void Connection::hand_over() {
    phase_ = Phase::handling;
    put_in_flight(descriptor_, exchange_->head.method == "HEAD");
    port_.loop.clear_deadline(*this);
    stash();
    port_.loop.hand_out();
    call_handler(port_.handler, exchange_);
}

void Connection::while_handling() {
    if (exchange_->demanded) return read_stream();
    if (!peer_closed_ || !exchange_->body_complete) return;
    if (auto callback = exchange_->take_on_disconnect(true)) port_.loop.post(std::move(callback));
}

// A proxy reads on while it answers: an upstream may begin its answer before it has the whole request.
void Connection::while_sending() {
    if (peer_closed_ && exchange_->source && exchange_->source_waiting) {
        exchange_->source->on_client_closed();
        if (phase_ != Phase::sending) return;
    }
    pump();
    if (phase_ == Phase::sending && exchange_->demanded) read_stream();
}

void Connection::on_demand() {
    exchange_->demanded = true;
    port_.loop.enqueue(*this);
}

void Connection::read_stream() {
    Exchange& exchange = *exchange_;
    if (exchange.stream_failed) return finish_piece(kBrokenOff);
    if (exchange.continue_wanted && !send_continue()) return close();
    for (;;) {
        const auto step = next_piece();
        switch (step.state) {
            case ChunkedDecoder::State::data:
                exchange.received += step.data.size();
                if (exchange.received > exchange.limit) {
                    exchange.stream_failed = true;
                    return finish_piece(base::Error(std::make_error_code(std::errc::file_too_large),
                                                    "the body is larger than the limit"));
                }
                exchange.piece.assign(step.data);
                exchange.body_complete = !exchange.decoder && exchange.remaining == 0;
                return finish_piece(std::string_view(exchange.piece));
            case ChunkedDecoder::State::done:
                exchange.body_complete = true;
                return finish_piece(std::string_view{});
            case ChunkedDecoder::State::refused:
                exchange.stream_failed = true;
                return finish_piece(base::Error(std::make_error_code(std::errc::bad_message),
                                                std::string(step.refusal.reason)));
            case ChunkedDecoder::State::need_more: break;
        }
        switch (fill()) {
            case Fill::data: continue;
            case Fill::blocked: set_deadline(port_.limits.body_timeout); return stash();
            case Fill::ended: exchange.stream_failed = true; return finish_piece(kBrokenOff);
        }
    }
}

// The last thing a turn does, like hand_over().
void Connection::finish_piece(base::Result<std::string_view> piece) {
    if (phase_ == Phase::sending && out_position_ < out_head_.size() + out_body_.size()) {
        set_deadline(port_.limits.write_timeout);
    } else {
        port_.loop.clear_deadline(*this);
    }
    stash();
    exchange_->demanded = false;
    const auto exchange = exchange_;
    auto reader = std::move(exchange->piece_wanted);
    port_.loop.hand_out();
    call_reader(std::move(reader), std::move(piece));
}

void Connection::discard_body() {
    for (;;) {
        const auto step = next_piece();
        if (step.state == ChunkedDecoder::State::data) continue;
        if (step.state == ChunkedDecoder::State::done) return finish();
        switch (fill()) {
            case Fill::data: continue;
            case Fill::blocked: return stash();
            case Fill::ended: return close();
        }
    }
}

bool Connection::send_continue() {
    exchange_->continue_wanted = false;
    constexpr std::string_view line = "HTTP/1.1 100 Continue\r\n\r\n";
    return ::send(descriptor_, line.data(), line.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(line.size());
}

}  // namespace faasd::gateway
