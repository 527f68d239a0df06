#include "gateway/chunked_decoder.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "gateway/request_head.hpp"

namespace faasd::gateway {
namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

void skip_blanks(std::string_view& text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
}

bool skip_token(std::string_view& text) {
    std::size_t length = 0;
    while (length < text.size() && is(text[length], kToken)) ++length;
    text.remove_prefix(length);
    return length > 0;
}

bool skip_quoted(std::string_view& text) {
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (text[i] == '"') {
            text.remove_prefix(i + 1);
            return true;
        }
        if (text[i] == '\\') ++i;
        if (i >= text.size() || !is(text[i], kFieldValue)) return false;
    }
    return false;
}

bool may_trail(std::string_view name) {
    constexpr std::array<std::string_view, 15> never{
        "connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "content-length",
        "host", "via", "forwarded", "authorization", "cookie", "set-cookie", "expect"};
    return !base::to_lower(name).starts_with("x-forwarded-") &&
           std::none_of(never.begin(), never.end(), [&](auto one) { return base::iequals(name, one); });
}

}  // namespace

bool ChunkedDecoder::collect_line(std::string_view input, std::size_t& position, std::size_t limit) {
    const auto newline = input.find('\n', position);
    const auto end = newline == std::string_view::npos ? input.size() : newline;
    if (line_.size() + (end - position) > limit + 1) {
        line_too_long_ = true;
        return true;
    }
    line_.append(input.substr(position, end - position));
    position = end;
    if (newline == std::string_view::npos) return false;
    ++position;
    bare_lf_ = line_.empty() || line_.back() != '\r';
    if (!bare_lf_) line_.pop_back();
    return true;
}

ChunkedDecoder::Step ChunkedDecoder::next(std::string_view input) {
    std::size_t position = 0;
    const auto refuse = [](Refusal refusal) { return Step{State::refused, 0, {}, refusal}; };
    while (part_ != Part::done) {
        if (part_ == Part::data && remaining_ > 0) {
            if (position == input.size()) return {State::need_more, position, {}, {}};
            const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, input.size() - position));
            remaining_ -= size;
            return {State::data, position + size, input.substr(position, size), {}};
        }
        if (part_ == Part::data) part_ = Part::data_end;
        if (part_ == Part::data_end) {
            if (position == input.size()) return {State::need_more, position, {}, {}};
            if (input[position++] != "\r\n"[ends_seen_]) return refuse({400, "a chunk is longer than its size says"});
            if (++ends_seen_ < 2) continue;
            ends_seen_ = 0;
            part_ = Part::line;
            continue;
        }
        const bool trailer = part_ == Part::trailer;
        if (!collect_line(input, position, trailer ? max_trailer_ : kMaxLine))
            return {State::need_more, position, {}, {}};
        if (line_too_long_)
            return refuse(trailer ? Refusal{431, "the trailer section is too large"}
                                  : Refusal{400, "a chunk's size line is too long"});
        if (bare_lf_) return refuse({400, "a line of the chunked body ends in LF without CR"});
        const auto refusal = trailer ? on_trailer_line() : on_chunk_line();
        line_.clear();
        if (refusal) return refuse(*refusal);
    }
    return {State::done, position, {}, {}};
}

std::optional<Refusal> ChunkedDecoder::on_chunk_line() {
    std::size_t digits = 0;
    remaining_ = 0;
    for (; digits < line_.size(); ++digits) {
        const int digit = hex_digit(line_[digits]);
        if (digit < 0) break;
        if (remaining_ >> 60) return Refusal{413, "a chunk is larger than any body may be"};
        remaining_ = remaining_ << 4 | static_cast<unsigned>(digit);
    }
    if (digits == 0) return Refusal{400, "a chunk starts with its size in hexadecimal digits"};
    const std::string_view extensions = std::string_view(line_).substr(digits);
    extension_bytes_ += extensions.size();
    if (extension_bytes_ > kMaxExtensions) return Refusal{400, "the chunk extensions are too large"};
    if (!valid_extensions(extensions)) return Refusal{400, "a chunk's size line is malformed"};
    part_ = remaining_ == 0 ? Part::trailer : Part::data;
    return std::nullopt;
}

bool ChunkedDecoder::valid_extensions(std::string_view text) const {
    while (!text.empty()) {
        skip_blanks(text);
        if (text.empty() || text.front() != ';') return false;
        text.remove_prefix(1);
        skip_blanks(text);
        if (!skip_token(text)) return false;
        std::string_view value = text;
        skip_blanks(value);
        if (value.empty() || value.front() != '=') continue;
        value.remove_prefix(1);
        skip_blanks(value);
        if (!value.empty() && value.front() == '"') {
            if (!skip_quoted(value)) return false;
        } else if (!skip_token(value)) {
            return false;
        }
        text = value;
    }
    return true;
}

std::optional<Refusal> ChunkedDecoder::on_trailer_line() {
    if (line_.empty()) {
        part_ = Part::done;
        return std::nullopt;
    }
    trailer_bytes_ += line_.size() + 2;
    if (trailer_bytes_ > max_trailer_) return Refusal{431, "the trailer section is too large"};
    model::HttpField field;
    if (const auto refusal = parse_field(line_, field)) return refusal;
    if (may_trail(field.name)) trailers_.append(field.name).append(": ").append(field.value).append("\r\n");
    return std::nullopt;
}

}  // namespace faasd::gateway
