#include "gateway/proxy/response_parser.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace faasd::gateway {
namespace {

using base::iequals;

std::optional<std::string> parse_status_line(std::string_view line, UpstreamHead& head) {
    if (line.size() < 12 || !line.starts_with("HTTP/1.") || !is_digit(line[7]) || line[8] != ' ')
        return "its answer does not start with HTTP/1.1 and a status";
    const std::string_view digits = line.substr(9, 3);
    if (!std::all_of(digits.begin(), digits.end(), is_digit) || (line.size() > 12 && line[12] != ' '))
        return "its answer has a status that is no number of three digits";
    if (!is_field_value(line.substr(12))) return "the status line of its answer has control characters";
    head.minor = line[7] == '0' ? 0 : 1;
    head.status = static_cast<unsigned>((digits[0] - '0') * 100 + (digits[1] - '0') * 10 + (digits[2] - '0'));
    if (head.status < 100 || head.status > 599) return "its answer has the status " + std::string(digits);
    return std::nullopt;
}

struct AnswerControl {
    bool close = false, keep_alive = false;
    bool has_length = false, has_encoding = false;
    RequestHead framing;  // what the rules of requests say: they are those of responses, but for a missing length
    FramingRules rules;
};

std::optional<std::string> note_framing(const model::HttpField& field, AnswerControl& control) {
    std::optional<Refusal> refusal;
    if (iequals(field.name, "connection")) {
        std::string_view list = field.value;
        while (const auto option = next_element(list)) {
            if (iequals(*option, "close")) control.close = true;
            if (iequals(*option, "keep-alive")) control.keep_alive = true;
        }
    } else if (iequals(field.name, "content-length")) {
        control.has_length = true;
        refusal = control.rules.content_length(field.value);
    } else if (iequals(field.name, "transfer-encoding")) {
        control.has_encoding = true;
        refusal = control.rules.transfer_encoding(field.value);
    }
    if (!refusal) return std::nullopt;
    return "its answer cannot be framed: " + std::string(refusal->reason);
}

std::optional<std::string> decide_end(AnswerControl& control, bool to_head, UpstreamHead& head) {
    control.framing.minor = head.minor;
    if (const auto refusal = control.rules.decide(control.framing))
        return "its answer cannot be framed: " + std::string(refusal->reason);
    if (control.has_length) head.length = control.framing.content_length;
    if (to_head || !status_has_body(head.status)) {
        head.end = BodyEnd::none;
        // RFC 9112 section 6.1: no such field where there can be no body.
        if (control.has_encoding && !to_head && head.status != 304)
            return "its answer has a Transfer-Encoding although it can have no body";
    } else if (control.has_encoding) {
        head.end = BodyEnd::chunked;
    } else if (control.has_length) {
        head.end = BodyEnd::length;
    } else {
        head.end = BodyEnd::connection_close;
    }
    head.keep_alive = !control.close && (head.minor >= 1 || control.keep_alive) && head.end != BodyEnd::connection_close;
    return std::nullopt;
}

}  // namespace

std::optional<std::string> parse_upstream_head(std::string_view bytes, bool to_head, std::size_t max_fields,
                                               UpstreamHead& head) {
    auto end = bytes.find("\r\n");
    if (auto problem = parse_status_line(bytes.substr(0, end), head)) return problem;
    bytes.remove_prefix(end + 2);
    AnswerControl control;
    while ((end = bytes.find("\r\n")) != 0) {
        if (end == std::string_view::npos) return "the header section of its answer has no end";
        if (head.fields.size() == max_fields) return "its answer has more than " + std::to_string(max_fields) + " header fields";
        model::HttpField field;
        if (const auto refusal = parse_field(bytes.substr(0, end), field))
            return "in its answer, " + std::string(refusal->reason);
        if (auto problem = note_framing(field, control)) return problem;
        head.fields.push_back(field);
        bytes.remove_prefix(end + 2);
    }
    return decide_end(control, to_head, head);
}

HeadEnd find_head_end(std::string_view data, std::size_t max_head) {
    constexpr std::string_view start = "HTTP/1.";
    if (data.substr(0, start.size()) != start.substr(0, std::min(start.size(), data.size())))
        return {0, "its answer is not HTTP/1.1"};
    for (std::size_t line = 0;;) {
        const auto newline = data.find('\n', line);
        if (newline == std::string_view::npos) break;
        if (newline == line || data[newline - 1] != '\r') return {0, "a line of its answer's head ends in LF without CR"};
        if (newline + 1 > max_head) break;
        if (newline == line + 1) return {newline + 1, {}};
        line = newline + 1;
    }
    if (data.size() > max_head)
        return {0, "the head of its answer is larger than " + std::to_string(max_head) + " bytes"};
    return {};
}

BodyReader::BodyReader(const UpstreamHead& head, std::size_t max_trailer) : end_(head.end) {
    if (end_ == BodyEnd::length) remaining_ = head.length.value_or(0);
    if (end_ == BodyEnd::chunked) decoder_.emplace(max_trailer);
    complete_ = end_ == BodyEnd::none || (end_ == BodyEnd::length && remaining_ == 0);
}

base::Result<std::size_t> BodyReader::take(std::string_view input, std::string& out) {
    std::size_t taken = 0;
    while (!complete_ && taken < input.size()) {
        const std::string_view rest = input.substr(taken);
        if (end_ == BodyEnd::connection_close) {
            out += rest;
            return input.size();
        }
        if (end_ == BodyEnd::length) {
            const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, rest.size()));
            out += rest.substr(0, size);
            remaining_ -= size;
            taken += size;
            complete_ = remaining_ == 0;
            continue;
        }
        const auto step = decoder_->next(rest);
        if (step.state == ChunkedDecoder::State::refused)
            return base::Error(std::make_error_code(std::errc::bad_message), std::string(step.refusal.reason));
        taken += step.consumed;
        out += step.data;
        complete_ = step.state == ChunkedDecoder::State::done;
        if (step.state == ChunkedDecoder::State::need_more) break;
    }
    return taken;
}

bool BodyReader::take_end() {
    if (end_ == BodyEnd::connection_close) complete_ = true;
    return complete_;
}

}  // namespace faasd::gateway
