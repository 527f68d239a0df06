// Whatever bytes come, the HTTP parsers neither crash nor hang, and how the bytes are cut makes no difference.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "gateway/chunked_decoder.hpp"
#include "gateway/head_scanner.hpp"
#include "gateway/request_head.hpp"

namespace {

using faasd::gateway::ChunkedDecoder;
using faasd::gateway::Framing;
using faasd::gateway::HeadLimits;
using faasd::gateway::HeadScanner;

struct Seen {
    unsigned refused = 0;  // status
    std::string trace;
    bool operator==(const Seen&) const = default;
};

// Requests off the front of `input`, of which only `step` more bytes are visible each time.
Seen read_requests(std::string_view input, std::size_t step) {
    Seen seen;
    const HeadLimits limits{4096, 1024, 64};
    std::size_t visible = std::min(step, input.size());
    std::size_t start = 0;
    HeadScanner scanner;
    for (;;) {
        const auto found = scanner.scan(input.substr(start, visible - start), limits);
        if (found.state == HeadScanner::State::refused) return seen.refused = found.refusal.status, seen;
        if (found.state == HeadScanner::State::need_more) {
            if (visible == input.size()) return seen;
            visible = std::min(visible + step, input.size());
            continue;
        }
        faasd::gateway::RequestHead head;
        const std::string bytes(input.substr(start + found.begin, found.end - found.begin));
        start += found.end;
        scanner.reset();
        if (const auto refusal = parse_head(bytes, limits, head)) return seen.refused = refusal->status, seen;
        seen.trace.append(head.method).append(" ").append(head.raw_path).append(" ").append(head.host).append("\n");
        if (head.framing == Framing::length) {
            if (head.content_length > input.size() - start) return seen;
            seen.trace.append(input.substr(start, head.content_length));
            start += head.content_length;
            visible = std::max(visible, start);
        }
        ChunkedDecoder decoder(4096);
        bool done = head.framing != Framing::chunked;
        while (!done) {
            const auto piece = decoder.next(input.substr(start, visible - start));
            if (piece.consumed > visible - start) std::abort();
            start += piece.consumed;
            seen.trace.append(piece.data);
            switch (piece.state) {
                case ChunkedDecoder::State::refused: return seen.refused = piece.refusal.status, seen;
                case ChunkedDecoder::State::done: done = true; break;
                case ChunkedDecoder::State::data: break;
                case ChunkedDecoder::State::need_more:
                    if (start != visible) std::abort();  // it has to have taken everything
                    if (visible == input.size()) return seen;
                    visible = std::min(visible + step, input.size());
            }
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const Seen whole = read_requests(input, std::max<std::size_t>(size, 1));
    const Seen byte_by_byte = read_requests(input, 1);
    // A limit may strike before or after a mistake further on, but what was accepted is the same.
    if (!whole.refused && !byte_by_byte.refused && whole != byte_by_byte) std::abort();
    return 0;
}
