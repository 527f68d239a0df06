// A transfer's request on its way to the upstream.
#include <algorithm>
#include <charconv>
#include <utility>

#include "gateway/proxy/transfer_state.hpp"

namespace faasd::gateway {

void Transfer::write() {
    while (phase_ == Phase::exchanging && !writing_broken_) {
        if (written_ < out_.size()) {
            std::string_view rest = std::string_view(out_).substr(written_);
            std::error_code why;
            const auto result = socket_->write(rest, why);
            if (out_.size() - rest.size() > written_) progress_ = IoContextLoop::now();
            written_ = out_.size() - rest.size();
            if (result == UpstreamSocket::Io::blocked) return;
            // It may have answered before it closed: what there is to read decides.
            if (result == UpstreamSocket::Io::failed) writing_broken_ = true;
            continue;
        }
        if (request_complete_ || piece_pending_ || continue_until_ != 0) return;
        if (!want_piece()) return;
    }
}

// Whether the piece came at once.
bool Transfer::want_piece() {
    out_.clear();
    written_ = 0;
    piece_pending_ = true;
    step_ = Step::in_call;
    request_.stream->read([self = shared_from_this()](base::Result<std::string_view> piece) {
        self->piece_pending_ = false;
        self->take_piece(std::move(piece));
        if (std::exchange(self->step_, Step::taken) == Step::in_call) return;
        if (self->phase_ != Phase::exchanging) return;
        self->write();
        self->update_deadline();
    });
    return std::exchange(step_, Step::returned) == Step::taken;
}

void Transfer::take_piece(base::Result<std::string_view> piece) {
    if (phase_ != Phase::exchanging) return;
    facts_.body_begun = true;
    progress_ = IoContextLoop::now();
    if (!piece) {
        const auto& error = piece.error();
        if (reader_) return break_off("was not sent the whole request");
        const unsigned status = error.code == std::errc::timed_out        ? 408
                                : error.code == std::errc::file_too_large ? 413
                                                                          : 400;
        return fail(status, "was not sent the whole request: " + error.message);
    }
    const bool chunked = request_.body.framing == Framing::chunked;
    if (piece->empty()) {
        request_complete_ = true;
        if (chunked) out_.append("0\r\n").append(request_.stream->trailers()).append("\r\n");
        return;
    }
    if (chunked) {
        char size[20];
        const auto end = std::to_chars(size, size + sizeof size, piece->size(), 16).ptr;
        out_.append(size, end).append("\r\n").append(*piece).append("\r\n");
    } else {
        out_.append(*piece);
        body_left_ -= std::min<std::uint64_t>(body_left_, piece->size());
        request_complete_ = body_left_ == 0;
    }
}

}  // namespace faasd::gateway
