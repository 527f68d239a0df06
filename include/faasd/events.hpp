// The events that are not HTTP: batches of a queue, objects of a bucket, timers, files, changes of a table.
// Each is parsed from the JSON shape that AWS documents for Lambda, so the same handler runs on both.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "faasd/detail.hpp"

namespace faasd {

struct QueueMessage {
    std::string id;
    std::string body;
    std::string receipt_handle;
    std::map<std::string, std::string> attributes;  // ApproximateReceiveCount, SentTimestamp, MessageGroupId, ...
    faasd::json message_attributes;                 // {"name": {"dataType", "stringValue" or "binaryValue"}}
    std::uint32_t receive_count = 1;

    [[nodiscard]] faasd::json json() const { return detail::parse(body, "the message's body"); }
};

// What a queue hands to a function. Iterable.
struct QueueBatch {
    std::string queue;
    std::vector<QueueMessage> messages;

    [[nodiscard]] auto begin() const { return messages.begin(); }
    [[nodiscard]] auto end() const { return messages.end(); }
    [[nodiscard]] std::size_t size() const { return messages.size(); }

    static QueueBatch from_json(const json& event) {
        QueueBatch batch;
        for (const json& record : event.at("Records")) {
            QueueMessage message;
            message.id = detail::text_at(record, "messageId");
            message.body = detail::text_at(record, "body");
            message.receipt_handle = detail::text_at(record, "receiptHandle");
            if (const auto found = record.find("attributes"); found != record.end())
                message.attributes = found->get<std::map<std::string, std::string>>();
            message.message_attributes = record.value("messageAttributes", json::object());
            const auto count = message.attributes.find("ApproximateReceiveCount");
            if (count != message.attributes.end())
                message.receive_count = static_cast<std::uint32_t>(std::strtoul(count->second.c_str(), nullptr, 10));
            const std::string arn = detail::text_at(record, "eventSourceARN");
            batch.queue = arn.substr(arn.rfind(':') + 1);
            batch.messages.push_back(std::move(message));
        }
        return batch;
    }
};

// A partial failure: only the messages named here are delivered again. Return it from a batch handler.
class BatchResult {
  public:
    BatchResult& fail(const QueueMessage& message) { return fail(message.id); }
    BatchResult& fail(std::string identifier) {
        identifiers_.push_back(std::move(identifier));
        return *this;
    }
    [[nodiscard]] json to_json() const {
        json failures = json::array();
        for (const std::string& identifier : identifiers_)
            failures.push_back({{"itemIdentifier", identifier}});
        return {{"batchItemFailures", std::move(failures)}};
    }

  private:
    std::vector<std::string> identifiers_;
};

// An object was created or removed.
struct BlobEvent {
    std::string name;  // "ObjectCreated:Put", "ObjectRemoved:Delete", ...
    std::string bucket;
    std::string key;  // decoded
    std::uint64_t size = 0;
    std::string etag;
    std::string time;  // RFC 3339
    std::string sequencer;

    static BlobEvent from_json(const json& event) {
        const json& record = event.contains("Records") ? event.at("Records").at(0) : event;
        const json& object = record.at("s3").at("object");
        BlobEvent blob;
        blob.name = detail::text_at(record, "eventName");
        blob.time = detail::text_at(record, "eventTime");
        blob.bucket = detail::text_at(record.at("s3").at("bucket"), "name");
        blob.key = detail::decode(detail::text_at(object, "key"));
        blob.size = object.value("size", std::uint64_t{0});
        blob.etag = detail::text_at(object, "eTag");
        blob.sequencer = detail::text_at(object, "sequencer");
        return blob;
    }
    // Out of a queue that a bucket notifies.
    static BlobEvent from_message(const QueueMessage& message) { return from_json(message.json()); }
};

struct TimerEvent {
    std::string id;
    std::string schedule;  // its name
    std::string time;      // RFC 3339, when it was due
    json payload;          // the whole event, or the schedule's configured input

    static TimerEvent from_json(const json& event) {
        TimerEvent timer;
        timer.payload = event;
        if (!event.is_object()) return timer;
        timer.id = detail::text_at(event, "id");
        timer.time = detail::text_at(event, "time");
        const auto resources = event.find("resources");
        if (resources != event.end() && resources->is_array() && !resources->empty() && resources->front().is_string()) {
            const auto arn = resources->front().get<std::string>();
            timer.schedule = arn.substr(arn.rfind('/') + 1);
        }
        return timer;
    }
};

struct FileEvent {
    std::string kind;    // "created", "modified", "deleted", "moved"
    std::string watch;   // its name
    std::string path;    // absolute
    std::string name;    // relative to the watched folder
    std::uint64_t size = 0;
    std::string time;

    static FileEvent from_json(const json& event) {
        const json& about = event.at("detail");
        FileEvent file;
        const std::string what = detail::text_at(event, "detail-type");  // "File Created"
        for (const char c : what.substr(std::min(what.size(), what.rfind(' ') + 1)))
            file.kind.push_back(detail::lower(c));
        file.watch = detail::text_at(about, "watch");
        file.path = detail::text_at(about, "path");
        file.name = detail::text_at(about, "key");
        file.size = about.value("size", std::uint64_t{0});
        file.time = detail::text_at(event, "time");
        return file;
    }
};

// DynamoDB's typed JSON ({"S":"x"}, {"N":"1"}) to plain JSON. Numbers that fit become integers or doubles; sets
// become arrays; binary stays base64.
inline json from_dynamodb(const json& typed) {
    if (!typed.is_object() || typed.size() != 1)
        throw Error("InvalidEvent", "a typed value is an object of one member, such as {\"S\": \"text\"}");
    const auto only = typed.begin();
    const std::string& type = only.key();
    const json& value = only.value();
    if (type == "N") {
        json number = json::parse(value.get<std::string>(), nullptr, false);
        return number.is_number() ? number : value;
    }
    if (type == "NULL") return nullptr;
    if (type == "L" || type == "NS") {
        json list = json::array();
        for (const json& element : value)
            list.push_back(type == "L" ? from_dynamodb(element) : from_dynamodb({{"N", element}}));
        return list;
    }
    if (type == "M") {
        json map = json::object();
        for (const auto& [name, element] : value.items())
            map[name] = from_dynamodb(element);
        return map;
    }
    return value;
}

struct StreamRecord {
    std::string id;
    std::string kind;  // "INSERT", "MODIFY", "REMOVE"
    std::string sequence_number;
    json keys, old_image, new_image;  // plain JSON; null where the stream's view leaves it out
    bool expired = false;             // removed by its time to live
};

// Changes of a table, in order. Iterable.
struct StreamBatch {
    std::string table;
    std::vector<StreamRecord> records;

    [[nodiscard]] auto begin() const { return records.begin(); }
    [[nodiscard]] auto end() const { return records.end(); }
    [[nodiscard]] std::size_t size() const { return records.size(); }

    static StreamBatch from_json(const json& event) {
        const auto image = [](const json& change, const char* name) -> json {
            const auto found = change.find(name);
            if (found == change.end()) return nullptr;
            return from_dynamodb({{"M", *found}});
        };
        StreamBatch batch;
        for (const json& record : event.at("Records")) {
            const json& change = record.at("dynamodb");
            StreamRecord out;
            out.id = detail::text_at(record, "eventID");
            out.kind = detail::text_at(record, "eventName");
            out.sequence_number = detail::text_at(change, "SequenceNumber");
            out.keys = image(change, "Keys");
            out.old_image = image(change, "OldImage");
            out.new_image = image(change, "NewImage");
            out.expired = record.contains("userIdentity");
            const std::string arn = detail::text_at(record, "eventSourceARN");  // ...:table/NAME/stream/LABEL
            const std::size_t start = arn.find("table/");
            if (start != std::string::npos) batch.table = arn.substr(start + 6, arn.find('/', start + 6) - start - 6);
            batch.records.push_back(std::move(out));
        }
        return batch;
    }
};

}  // namespace faasd
