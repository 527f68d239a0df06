#include "sources/events/table_event.hpp"

#include <nlohmann/json.hpp>

#include "base/digest.hpp"
#include "base/json.hpp"
#include "items/typed_json.hpp"
#include "model/stream_label.hpp"

namespace faasd::sources {
namespace {

using Json = nlohmann::ordered_json;

std::string_view name_of(model::ChangeKind kind) {
    switch (kind) {
        case model::ChangeKind::insert:
            return "INSERT";
        case model::ChangeKind::modify:
            return "MODIFY";
        case model::ChangeKind::remove:
            return "REMOVE";
    }
    return "MODIFY";
}

std::string_view name_of(model::StreamView view) {
    switch (view) {
        case model::StreamView::none:
        case model::StreamView::keys_only:
            return "KEYS_ONLY";
        case model::StreamView::new_image:
            return "NEW_IMAGE";
        case model::StreamView::old_image:
            return "OLD_IMAGE";
        case model::StreamView::new_and_old_images:
            return "NEW_AND_OLD_IMAGES";
    }
    return "KEYS_ONLY";
}

}  // namespace

std::string table_record(const model::ChangeRecord& change, std::string_view stream_arn,
                         const AwsIdentity& identity) {
    const std::string sequence = std::to_string(change.sequence);
    Json stream = {{"ApproximateCreationDateTime", base::to_millis(change.at) / 1000},
                   {"Keys", items::to_typed_json(change.keys)}};
    if (change.new_image) stream["NewImage"] = items::to_typed_json(*change.new_image);
    if (change.old_image) stream["OldImage"] = items::to_typed_json(*change.old_image);
    stream["SequenceNumber"] = sequence;
    stream["SizeBytes"] = change.size_bytes;
    stream["StreamViewType"] = name_of(change.view);
    Json record = {
        {"eventID", base::md5_hex(change.table + '\n' + sequence)},
        {"eventName", name_of(change.kind)},
        {"eventVersion", "1.1"},
        {"eventSource", "aws:dynamodb"},
        {"awsRegion", identity.region},
        {"dynamodb", std::move(stream)},
        {"eventSourceARN", stream_arn},
    };
    if (change.expired)
        record["userIdentity"] = {{"type", "Service"}, {"principalId", "dynamodb.amazonaws.com"}};
    return base::to_text(record);
}

std::string stream_arn(std::string_view table, base::TimePoint since, const AwsIdentity& identity) {
    return identity.arn("dynamodb", "table/" + std::string(table) + "/stream/" + model::stream_label(since));
}

}  // namespace faasd::sources
