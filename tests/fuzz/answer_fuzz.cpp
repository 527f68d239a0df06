// Any bytes as what a function answers, and as the event that a handler of HTTP is invoked with: understood or refused
// with words, and what a destination is told about it is JSON.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "gateway/authorization/authorizer_answer.hpp"
#include "model/proxy_response.hpp"
#include "runtime/http_event.hpp"
#include "sources/batch/batch_response.hpp"
#include "sources/destination/destination_record.hpp"

namespace {

using namespace faasd;

void require(bool holds) {
    if (!holds) std::abort();
}

void check_http(std::string_view text) {
    if (const auto response = model::parse_proxy_response(text))
        require(response->status >= 200 && response->status < 600);
    else
        require(!response.error().message.empty());
    runtime::HttpEvent event;
    if (event.parse(text)) require(event.request().method.data && event.request().size == sizeof event.request());
}

void check_authorizer(std::string_view text) {
    const auto answer = gateway::parse_authorizer_answer(text);
    if (!answer) return require(!answer.error().message.empty());
    model::HttpRequest request;
    request.raw_path = "/products/1%2F2";
    const auto subject = gateway::subject_of(request, "GET");
    static_cast<void>(answer->decide(subject));
    require(!base::parse_json(answer->authorization.context_json).is_discarded());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    check_http(text);
    check_authorizer(text);
    const auto batch = sources::parse_batch_response(text, {"a", "b"});
    require(batch.all_failed ? !batch.mistake.empty() : batch.failed.size() <= 2);
    sources::InvocationRecord record;
    record.ran = true;
    record.request = record.response = text;
    require(base::is_json(sources::to_json(record, {}, {})));
    return 0;
}
