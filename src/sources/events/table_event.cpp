#include "sources/events/table_event.hpp"

#include <nlohmann/json.hpp>

#include "base/digest.hpp"

namespace faasd::sources {
namespace {

using Json = nlohmann::ordered_json;

Json to_json(const model::Item& item);

struct ValueToJson {
    Json operator()(const model::Null&) const { return {{"NULL", true}}; }
    Json operator()(bool value) const { return {{"BOOL", value}}; }
    Json operator()(const std::string& value) const { return {{"S", value}}; }
    Json operator()(const model::Number& value) const { return {{"N", value.text}}; }
    Json operator()(const model::Binary& value) const { return {{"B", base::base64_encode(value.bytes)}}; }
    Json operator()(const model::StringSet& set) const { return {{"SS", set.values}}; }
    Json operator()(const model::NumberSet& set) const { return {{"NS", set.values}}; }
    Json operator()(const model::BinarySet& set) const {
        Json values = Json::array();
        for (const std::string& bytes : set.values)
            values.push_back(base::base64_encode(bytes));
        return {{"BS", std::move(values)}};
    }
    Json operator()(const model::List& list) const {
        Json values = Json::array();
        for (const model::AttributeValue& value : list)
            values.push_back(std::visit(*this, value.value));
        return {{"L", std::move(values)}};
    }
    Json operator()(const model::Item& map) const { return {{"M", to_json(map)}}; }
};

Json to_json(const model::Item& item) {
    Json out = Json::object();
    for (const auto& [name, value] : item)
        out[name] = std::visit(ValueToJson{}, value.value);
    return out;
}

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

std::string table_record(const model::ChangeRecord& change, const AwsIdentity& identity) {
    const std::string sequence = std::to_string(change.sequence);
    Json stream = {{"ApproximateCreationDateTime", base::to_millis(change.at) / 1000},
                   {"Keys", to_json(change.keys)}};
    if (change.new_image) stream["NewImage"] = to_json(*change.new_image);
    if (change.old_image) stream["OldImage"] = to_json(*change.old_image);
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
        {"eventSourceARN",
         identity.arn("dynamodb", "table/" + change.table + "/stream/1970-01-01T00:00:00.000")},
    };
    if (change.expired)
        record["userIdentity"] = {{"type", "Service"}, {"principalId", "dynamodb.amazonaws.com"}};
    return record.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace faasd::sources
