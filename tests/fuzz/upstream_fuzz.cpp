// Whatever an upstream answers, the proxy's parsers neither crash nor hang, never take more than came, and how the bytes
// are cut makes no difference to where they see the answer's end.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "gateway/proxy/response_parser.hpp"

namespace {

using namespace faasd::gateway;

constexpr std::size_t kMaxHead = 4096, kMaxFields = 64, kMaxTrailer = 4096;

struct Read {
    bool refused = false, complete = false;
    std::string body, trailers;
    std::size_t taken = 0;
};

Read read_body(const UpstreamHead& head, std::string_view input, std::size_t step) {
    Read read;
    BodyReader reader(head, kMaxTrailer);
    std::size_t visible = 0;
    while (!reader.complete()) {
        visible = std::min(visible + step, input.size());
        const auto taken = reader.take(input.substr(read.taken, visible - read.taken), read.body);
        if (taken.has_error()) return read.refused = true, read;
        if (*taken > visible - read.taken) std::abort();
        read.taken += *taken;
        if (visible == input.size()) {
            read.complete = reader.complete() || reader.take_end();
            break;
        }
    }
    read.complete = read.complete || reader.complete();
    if (read.complete) read.trailers = reader.trailers();
    return read;
}

void read_answer(std::string_view input, bool to_head) {
    const HeadEnd end = find_head_end(input, kMaxHead);
    if (end.size > input.size()) std::abort();
    if (end.size == 0 || !end.problem.empty()) return;
    UpstreamHead head;
    if (parse_upstream_head(input.substr(0, end.size), to_head, kMaxFields, head)) return;
    const std::string_view rest = input.substr(end.size);
    const Read whole = read_body(head, rest, std::max<std::size_t>(rest.size(), 1));
    const Read byte_by_byte = read_body(head, rest, 1);
    if (whole.refused || byte_by_byte.refused) return;  // a limit may strike before or after a mistake further on
    if (whole.complete != byte_by_byte.complete || whole.body != byte_by_byte.body ||
        whole.trailers != byte_by_byte.trailers || (whole.complete && whole.taken != byte_by_byte.taken))
        std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    read_answer(input, false);
    read_answer(input, true);
    return 0;
}
