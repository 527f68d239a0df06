#include "sources/events/bucket_event.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "base/text.hpp"
#include "base/units.hpp"

namespace faasd::sources {
namespace {

std::string encode_key(std::string_view key) {
    std::string encoded = base::percent_encode(key, "/*");
    for (std::size_t at = 0; (at = encoded.find("%20", at)) != std::string::npos; ++at)
        encoded.replace(at, 3, "+");
    return encoded;
}

}  // namespace

std::string bucket_event(const model::BlobChange& change, std::string_view configuration_id,
                         std::string_view request_id, const AwsIdentity& identity) {
    nlohmann::ordered_json object = {{"key", encode_key(change.object.key)}};
    if (change.kind == model::BlobEventKind::created) object["size"] = change.object.size;
    if (change.kind != model::BlobEventKind::removed) object["eTag"] = change.object.etag;
    if (!change.object.version_id.empty()) object["versionId"] = change.object.version_id;
    object["sequencer"] = change.sequencer;

    const nlohmann::ordered_json bucket = {{"name", change.bucket},
                                           {"ownerIdentity", {{"principalId", identity.account}}},
                                           {"arn", "arn:aws:s3:::" + change.bucket}};
    const nlohmann::ordered_json record = {
        {"eventVersion", "2.1"},
        {"eventSource", "aws:s3"},
        {"awsRegion", identity.region},
        {"eventTime", base::format_rfc3339(change.at)},
        {"eventName", change.name},
        {"userIdentity", {{"principalId", identity.account}}},
        {"requestParameters", {{"sourceIPAddress", "127.0.0.1"}}},
        {"responseElements", {{"x-amz-request-id", request_id}, {"x-amz-id-2", request_id}}},
        {"s3",
         {{"s3SchemaVersion", "1.0"},
          {"configurationId", configuration_id},
          {"bucket", bucket},
          {"object", std::move(object)}}},
    };
    const nlohmann::ordered_json event = {{"Records", nlohmann::ordered_json::array({record})}};
    return base::to_text(event);
}

bool selects(const model::BucketNotification& notification, const model::BlobChange& change) {
    const std::string_view key = change.object.key;
    if (!key.starts_with(notification.prefix) || !key.ends_with(notification.suffix)) return false;
    return std::any_of(notification.events.begin(), notification.events.end(), [&](std::string_view event) {
        if (event.starts_with("s3:")) event.remove_prefix(3);
        if (!event.ends_with('*')) return event == change.name;
        event.remove_suffix(1);
        return std::string_view(change.name).starts_with(event);
    });
}

}  // namespace faasd::sources
