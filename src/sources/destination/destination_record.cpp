#include "sources/destination/destination_record.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "base/units.hpp"

namespace faasd::sources {
namespace {

using Json = nlohmann::ordered_json;

// A payload of other than JSON stands as text, and one that is too deep to be written again.
Json embedded(const std::string& text) {
    if (base::nests_deeper(text)) return Json(text);
    Json json = Json::parse(text, nullptr, false);
    return json.is_discarded() ? Json(text) : json;
}

Json response_context(bool failed) {
    Json context = {{"statusCode", 200}, {"executedVersion", "$LATEST"}};
    if (failed) context["functionError"] = "Unhandled";
    return context;
}

Json request_context(const std::string& request_id, const std::string& function, const std::string& condition,
                     std::uint32_t count, const AwsIdentity& identity) {
    return {{"requestId", request_id},
            {"functionArn", identity.arn("lambda", "function:" + function + ":$LATEST")},
            {"condition", condition},
            {"approximateInvokeCount", count}};
}

}  // namespace

std::string to_json(const InvocationRecord& record, base::TimePoint now, const AwsIdentity& identity) {
    Json json = {{"version", "1.0"},
                 {"timestamp", base::format_rfc3339(now)},
                 {"requestContext", request_context(record.request_id, record.function, record.condition,
                                                    record.invoke_count, identity)},
                 {"requestPayload", embedded(record.request)}};
    if (record.ran) json["responseContext"] = response_context(record.failed);
    json["responsePayload"] = record.response.empty() ? Json(nullptr) : embedded(record.response);
    return base::to_text(json);
}

std::string to_json(const StreamBatchRecord& record, base::TimePoint now, const AwsIdentity& identity) {
    Json json = {{"requestContext", request_context(record.request_id, record.function, record.condition,
                                                    record.invoke_count, identity)}};
    if (record.ran) json["responseContext"] = response_context(true);
    json["version"] = "1.0";
    json["timestamp"] = base::format_rfc3339(now);
    json["DDBStreamBatchInfo"] = {{"shardId", "shardId-00000000000000000000-00000000"},
                                  {"startSequenceNumber", record.first_sequence},
                                  {"endSequenceNumber", record.last_sequence},
                                  {"approximateArrivalOfFirstRecord", base::format_rfc3339(record.first_at)},
                                  {"approximateArrivalOfLastRecord", base::format_rfc3339(record.last_at)},
                                  {"batchSize", record.size},
                                  {"streamArn", record.stream_arn}};
    return base::to_text(json);
}

std::string record_key(std::string_view kind, std::string_view name, base::TimePoint at,
                       std::string_view id) {
    std::string time = format_seconds(at);  // 2026-11-24T05:27:52Z
    time.pop_back();
    std::string day = time.substr(0, 10);
    std::replace(day.begin(), day.end(), '-', '/');
    std::replace(time.begin(), time.end(), ':', '.');
    std::string key = "aws/lambda/";
    return key.append(kind)
        .append("/")
        .append(name)
        .append("/")
        .append(day)
        .append("/")
        .append(time)
        .append("-")
        .append(id);
}

}  // namespace faasd::sources
