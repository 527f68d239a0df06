// Whatever the body of a request to S3 is, and in whatever pieces it comes, it is understood in one way or
// refused.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "aws/s3/address.hpp"
#include "aws/s3/chunked_body.hpp"
#include "aws/s3/document.hpp"
#include "aws/s3/form_body.hpp"
#include "aws/s3/object_headers.hpp"
#include "aws/s3/post_policy.hpp"
#include "base/digest.hpp"
#include "model/object_body.hpp"

namespace {

using namespace faasd;
using namespace faasd::aws;

void require(bool holds) {
    if (!holds) std::abort();
}

struct Understood {
    bool complete = false;
    std::string content;
    bool operator==(const Understood&) const = default;
};

Understood as_chunks(std::string_view input, std::size_t step) {
    s3::ChunkedBody body;
    Understood out;
    for (std::size_t at = 0; at < input.size(); at += step) {
        const auto state = body.feed(input.substr(at, step), [&](std::string_view piece) {
            out.content += piece;
            return true;
        });
        if (state == s3::ChunkedBody::State::broken) return {};
        out.complete = state == s3::ChunkedBody::State::complete;
    }
    return out.complete ? out : Understood{};
}

Understood as_form(std::string_view input, std::size_t step) {
    s3::FormBody form("b");
    Understood out;
    for (std::size_t at = 0; at < input.size(); at += step) {
        const auto state = form.feed(input.substr(at, step));
        if (state == s3::FormBody::State::broken) return {};
        out.complete = state == s3::FormBody::State::complete;
        out.content += form.take_content();
    }
    return out.complete ? out : Understood{};
}

template <class Read>
void refused_at_most(Read&& read) {
    try {
        read();
    } catch (const s3::Refused& refused) {
        require(refused.error.status >= 400 && refused.error.status < 500 && !refused.error.code.empty());
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    for (const std::size_t step : {std::size_t{1}, std::size_t{3}, std::size_t{17}}) {
        require(as_chunks(input, step) == as_chunks(input, size + 1));
        // A form may be too long for its fields, which depends on when it is looked at; a small one is not.
        if (size < s3::FormBody::kMaxFields) require(as_form(input, step) == as_form(input, size + 1));
    }
    refused_at_most([&] {
        pugi::xml_document document;
        (void)s3::read_tags(s3::parse_document(document, input, "Tagging").child("TagSet"), 10);
    });
    refused_at_most([&] { (void)s3::read_tagging_header(input); });
    refused_at_most([&] {
        (void)s3::check_policy(base::base64_encode(input), {{"key", "k"}}, base::TimePoint{});
    });
    (void)s3::parse_time(input);
    (void)s3::parse_http_date(input);
    if (const auto range = model::parse_byte_range(input)) require(range->first || range->last);
    (void)s3::FormBody::boundary_of(input);
    model::HttpRequest request;
    request.raw_path = request.host = input;
    (void)s3::address_of(request);
    return 0;
}
