#include <algorithm>

#include "control/operations.hpp"

namespace faasd::control {
namespace {

using nlohmann::json;

constexpr std::uint64_t kMaxEntries = 1'000;
constexpr base::Duration kLongestWait = std::chrono::seconds{20};

void read(model::InvocationLog& log, const base::Clock& clock, OperationCall call) {
    model::LogQuery query;
    query.after = call.params.optional_count("after").value_or(0);
    query.function = call.params.text_or("function", "");
    query.trace = call.params.text_or("trace", "");
    query.request_id = call.params.text_or("request_id", "");
    if (const auto ago = call.params.optional_seconds("since_seconds")) query.since = clock.now() - *ago;
    query.limit = std::clamp<std::uint64_t>(call.params.optional_count("limit").value_or(kMaxEntries), 1, kMaxEntries);
    const auto wait = call.params.optional_seconds("wait_seconds").value_or(base::Duration::zero());
    if (wait > kLongestWait) call.params.refuse("'wait_seconds' may be at most 20");
    call.params.finish();
    if (!call.request_id.empty())
        return call.fail(model::OperationError{"AccessDenied", "functions may not read the log of others", "", 403});
    log.read(std::move(query), wait, [call = std::move(call)](model::LogPage page) mutable {
        std::string out = R"({"entries":[)";
        for (std::size_t i = 0; i < page.entries.size(); ++i) {
            if (i > 0) out += ',';
            model::append_json(out, page.entries[i]);
        }
        out += R"(],"next":)" + std::to_string(page.next) + R"(,"missed":)" + std::to_string(page.missed) + '}';
        call.done(model::OperationResponse{std::move(out), {}});
    });
}

}  // namespace

void add_log_operations(OperationTable& table, model::InvocationLog& log, const base::Clock& clock) {
    table.add("log.read", false, [&](OperationCall call) { read(log, clock, std::move(call)); });
}

}  // namespace faasd::control
