// Whatever a client of AWS sends, finding out what it is for neither crashes nor hangs.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "aws/protocol/query_string.hpp"
#include "aws/protocol/routing.hpp"
#include "aws/protocol/signature.hpp"

namespace {

using namespace faasd;

std::string_view line(std::string_view& input) {
    const std::string_view text = input.substr(0, input.find('\n'));
    input.remove_prefix(std::min(text.size() + 1, input.size()));
    return text;
}

}  // namespace

// A seed: method, path, query and host, a line each; headers as "Name: value"; an empty line; the body.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view input(reinterpret_cast<const char*>(data), size);
    model::HttpRequest request;
    request.method = line(input);
    request.raw_path = line(input);
    request.raw_query = line(input);
    request.host = line(input);
    std::vector<model::HttpField> headers;
    for (std::string_view text = line(input); !text.empty(); text = line(input)) {
        const std::size_t colon = text.find(": ");
        if (colon != std::string_view::npos) headers.push_back({text.substr(0, colon), text.substr(colon + 2)});
    }
    request.headers = headers;

    const auto authorization = aws::find_authorization(request);
    const aws::Target target = aws::route(request, authorization, input);
    const aws::Scope scope = aws::scope_of(authorization);
    if (scope.own_name(scope.engine_name("name")) != "name") std::abort();
    aws::Arn arn;
    (void)aws::parse_arn(input, arn);
    (void)aws::parameters(input);
    static const base::ManualClock clock;
    static const aws::SignatureCheck check({{"AKIDEXAMPLE", "secret"}}, clock);
    // Nobody who does not know the secret signs.
    if (!check.refusal(request, authorization, target, input)) std::abort();
    return 0;
}
