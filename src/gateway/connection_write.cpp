// The writing half of a connection.
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <utility>

#include <spdlog/spdlog.h>

#include "gateway/connection.hpp"
#include "gateway/in_flight.hpp"

namespace faasd::gateway {
namespace {

// An unread rest up to this size is read and dropped to keep the connection; a larger one costs the connection.
constexpr std::uint64_t kDiscardAtMost = 64 * 1024;
// A body up to this size is copied behind its head: cheaper than a second buffer in the system call.
constexpr std::size_t kCopyBodyUpTo = 4096;
constexpr int kPiecesATurn = 16;

}  // namespace

void Connection::refuse(Refusal refusal) {
    if (!exchange_) {
        exchange_ = std::make_shared<Exchange>(port_.loop);
        exchange_->connection = this;
    }
    close_ = true;
    answer(refusal_response(refusal.status, refusal.reason));
}

void Connection::on_answer() {
    if (phase_ == Phase::handling) answer(std::move(exchange_->response));
}

void Connection::inform(unsigned status, const std::vector<std::pair<std::string, std::string>>& fields) {
    if (phase_ != Phase::handling || exchange_->head.minor == 0) return;
    std::string& out = interim_;
    out.append("HTTP/1.1 ").append(std::to_string(status)).append(" ").append(reason_phrase(status)).append("\r\n");
    for (const auto& [name, value] : fields)
        if (!field_problem(name, value)) out.append(name).append(": ").append(value).append("\r\n");
    out += "\r\n";
    const auto sent = ::send(descriptor_, out.data(), out.size(), MSG_NOSIGNAL);
    if (sent > 0) out.erase(0, static_cast<std::size_t>(sent));
}

// Whether the connection can go on after this answer has to be known before its head is written.
void Connection::decide_end(const Exchange& exchange) {
    close_ = close_ || !exchange.head.keep_alive || port_.draining;
    if (exchange.body_complete) return;
    discard_ = !close_ && exchange.head.framing == Framing::length && !exchange.continue_wanted &&
               !exchange.stream_failed && exchange.remaining <= kDiscardAtMost;
    close_ = close_ || !discard_;
}

void Connection::answer(model::HttpResponse response) {
    Exchange& exchange = *exchange_;
    if (response.status < 200 || response.status > 999)
        response = refusal_response(500, "the answer has a status that no answer can have");
    phase_ = Phase::sending;
    take_out_of_flight(descriptor_);
    stash();
    static_cast<void>(exchange.take_on_disconnect(false));
    decide_end(exchange);

    ResponseFrame frame;
    auto* const text = std::get_if<std::string>(&response.body);
    auto* const source = text ? nullptr : std::get<std::unique_ptr<model::HttpBodySource>>(response.body).get();
    const auto length = text ? std::optional<std::uint64_t>(text->size())
                        : source ? source->length() : std::optional<std::uint64_t>(0);
    if (!status_has_body(response.status)) {
        frame.end = BodyEnd::none;
    } else if (length) {
        frame.end = BodyEnd::length;
        frame.length = *length;
    } else if (exchange.head.minor == 0) {
        frame.end = BodyEnd::connection_close;
        close_ = true;
    } else {
        frame.end = BodyEnd::chunked;
    }
    const bool bodyless = exchange.head.method == "HEAD" || frame.end == BodyEnd::none;
    frame.close = close_;
    frame.keep_alive = !close_ && exchange.head.minor == 0;
    frame.date = port_.date.now();
    body_end_ = frame.end;
    out_remaining_ = frame.length;

    std::string& head = port_.loop.scratch();
    head.clear();
    if (!interim_.empty()) head += std::exchange(interim_, {});
    append_response_head(head, response, frame);
    if (source && !bodyless && (frame.end != BodyEnd::length || frame.length > 0)) {
        exchange.source = std::move(std::get<std::unique_ptr<model::HttpBodySource>>(response.body));
        out_head_ = head;
        set_deadline(port_.limits.write_timeout);
        return pump();
    }
    if (text && !bodyless) {
        if (text->size() <= kCopyBodyUpTo) {
            head += *text;
        } else {
            out_body_ = std::move(*text);
        }
    }
    if (out_body_.empty()) {
        ssize_t sent = 0;
        do {
            sent = ::send(descriptor_, head.data(), head.size(), MSG_NOSIGNAL);
        } while (sent < 0 && errno == EINTR);
        if (sent == static_cast<ssize_t>(head.size())) return finish();
        if (sent < 0 && errno != EAGAIN && errno != EWOULDBLOCK) return close();
        out_head_.assign(head, static_cast<std::size_t>(std::max<ssize_t>(sent, 0)));
    } else {
        out_head_ = head;
    }
    set_deadline(port_.limits.write_timeout);
    pump();
}

Connection::Flush Connection::flush() {
    while (out_position_ < out_head_.size() + out_body_.size()) {
        iovec parts[2];
        int count = 0;
        if (out_position_ < out_head_.size())
            parts[count++] = {out_head_.data() + out_position_, out_head_.size() - out_position_};
        const std::size_t in_body = out_position_ - std::min(out_position_, out_head_.size());
        if (in_body < out_body_.size()) parts[count++] = {out_body_.data() + in_body, out_body_.size() - in_body};
        msghdr message{};
        message.msg_iov = parts;
        message.msg_iovlen = static_cast<std::size_t>(count);
        const auto sent = ::sendmsg(descriptor_, &message, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0) return errno == EAGAIN || errno == EWOULDBLOCK ? Flush::blocked : Flush::failed;
        out_position_ += static_cast<std::size_t>(sent);
        set_deadline(port_.limits.write_timeout);
    }
    out_head_ = {};
    out_body_ = {};
    out_position_ = 0;
    return Flush::done;
}

void Connection::pump() {
    Exchange& exchange = *exchange_;
    for (int pieces = 0;; ++pieces) {
        if (exchange.source && !exchange.source_waiting && out_body_.empty()) {
            if (pieces == kPiecesATurn) return port_.loop.enqueue(*this);
            exchange.read_source();
            if (exchange.source_piece) take_piece();
            if (phase_ == Phase::closed) return;
        }
        switch (flush()) {
            case Flush::done: break;
            case Flush::failed: return close();
            case Flush::blocked: return;
        }
        if (!exchange.source) return finish();
        if (exchange.source_waiting) return port_.loop.clear_deadline(*this);
    }
}

void Connection::on_produced() {
    if (phase_ != Phase::sending) return;
    take_piece();
    if (phase_ == Phase::closed) return;
    set_deadline(port_.limits.write_timeout);
    port_.loop.enqueue(*this);
}

// The next piece, framed; the CRLF that ends a chunk goes out with what follows it.
void Connection::take_piece() {
    Exchange& exchange = *exchange_;
    base::Result<std::string> piece = std::move(*exchange.source_piece);
    exchange.source_piece.reset();
    if (!piece) {
        spdlog::warn("gateway: an answer to {} broke off: {}", remote_address_, piece.error().message);
        return cut();
    }
    if (piece->empty()) {
        const std::string trailers = body_end_ == BodyEnd::chunked && exchange.source ? exchange.source->trailers()
                                                                                       : std::string();
        exchange.drop_source();
        if (body_end_ == BodyEnd::length) {
            spdlog::error("gateway: an answer to {} ended {} bytes short", remote_address_, out_remaining_);
            return cut();
        }
        if (body_end_ == BodyEnd::chunked)
            out_head_.append(std::exchange(chunk_open_, false) ? "\r\n0\r\n" : "0\r\n").append(trailers).append("\r\n");
        return;
    }
    out_body_ = std::move(*piece);
    if (body_end_ == BodyEnd::length) {
        if (out_body_.size() > out_remaining_) out_body_.resize(static_cast<std::size_t>(out_remaining_));
        out_remaining_ -= out_body_.size();
        if (out_remaining_ == 0) exchange.drop_source();
    } else if (body_end_ == BodyEnd::chunked) {
        char size[16];
        const auto end = std::to_chars(size, size + sizeof size, out_body_.size(), 16).ptr;
        if (std::exchange(chunk_open_, true)) out_head_ += "\r\n";
        out_head_.append(size, end).append("\r\n");
    }
}

}  // namespace faasd::gateway
