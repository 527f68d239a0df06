#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "sources/events/bucket_event.hpp"
#include "sources/events/event_bridge.hpp"
#include "sources/events/queue_event.hpp"
#include "sources/events/table_event.hpp"

namespace faasd::sources {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;
const AwsIdentity identity;
const base::TimePoint t0{1'700'000'000'123ms};

TEST(QueueEvent, has_the_documented_shape) {
    model::Message message;
    message.id = "059f36b4-87a3-44ab-83d2-661975830a7d";
    message.body = "Test \"message\"";
    message.receipt_handle = "AQEB";
    message.md5_of_body = "e4e68fb7bd0e697a0ae8f1bb342846b3";
    message.sent_at = t0;
    message.first_received_at = t0 + 5ms;
    message.receive_count = 2;
    message.attributes["color"] = {"String", "red"};
    message.attributes["raw"] = {"Binary.png", std::string("\0\xff", 2)};
    EXPECT_EQ(json::parse(queue_record(message, "orders", identity)), json::parse(R"({
        "messageId": "059f36b4-87a3-44ab-83d2-661975830a7d", "receiptHandle": "AQEB", "body": "Test \"message\"",
        "attributes": {"ApproximateReceiveCount": "2", "SentTimestamp": "1700000000123", "SenderId": "000000000000",
                       "ApproximateFirstReceiveTimestamp": "1700000000128"},
        "messageAttributes": {
            "color": {"stringValue": "red", "stringListValues": [], "binaryListValues": [], "dataType": "String"},
            "raw": {"binaryValue": "AP8=", "stringListValues": [], "binaryListValues": [], "dataType": "Binary.png"}},
        "md5OfBody": "e4e68fb7bd0e697a0ae8f1bb342846b3",
        "md5OfMessageAttributes": "c5da46c7443f9206e87581d1c0b5cfe5", "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:orders", "awsRegion": "us-east-1"})"));
}

TEST(QueueEvent, of_a_fifo_queue_names_group_sequence_and_deduplication) {
    model::Message message;
    message.group_id = "g1";
    message.deduplication_id = "d1";
    message.sequence_number = "18849496460467696128";
    const auto record = json::parse(queue_record(message, "orders.fifo", identity));
    EXPECT_EQ(record["attributes"]["MessageGroupId"], "g1");
    EXPECT_EQ(record["attributes"]["MessageDeduplicationId"], "d1");
    EXPECT_EQ(record["attributes"]["SequenceNumber"], "18849496460467696128");
}

TEST(QueueEvent, of_a_dead_letter_names_the_queue_that_it_comes_from) {
    model::Message message;
    message.system_attributes = {{"DeadLetterQueueSourceArn", "orders"}, {"AWSTraceHeader", "Root=1-2-3"}};
    const auto record = json::parse(queue_record(message, "dead", identity));
    EXPECT_EQ(record["attributes"]["DeadLetterQueueSourceArn"], "arn:aws:sqs:us-east-1:000000000000:orders");
    EXPECT_EQ(record["attributes"]["AWSTraceHeader"], "Root=1-2-3");
    EXPECT_FALSE(record.contains("md5OfMessageAttributes"));
}

TEST(QueueEvent, survives_a_body_that_is_not_utf8) {
    model::Message message;
    message.body = "\xff\xfe";
    EXPECT_FALSE(json::parse(queue_record(message, "q", identity), nullptr, false).is_discarded());
}

model::BlobChange change(std::string name, std::string key) {
    model::BlobChange change;
    change.kind =
        name.starts_with("ObjectRemoved") ? model::BlobEventKind::removed : model::BlobEventKind::created;
    change.name = std::move(name);
    change.bucket = "photos";
    change.object.key = std::move(key);
    change.object.size = 1024;
    change.object.etag = "d41d8cd98f00b204e9800998ecf8427e";
    change.at = t0;
    change.sequencer = "0055AED6DCD90281E5";
    return change;
}

TEST(BucketEvent, has_the_documented_shape) {
    const auto event = json::parse(bucket_event(change("ObjectCreated:Put", "u 1/Happy Face+1 (ä).jpg"),
                                                "to-encoder", "C3D13FE58DE4C810", identity));
    EXPECT_EQ(
        event,
        json::parse(R"({"Records": [{"eventVersion": "2.1", "eventSource": "aws:s3", "awsRegion": "us-east-1",
        "eventTime": "2023-11-14T22:13:20.123Z", "eventName": "ObjectCreated:Put",
        "userIdentity": {"principalId": "000000000000"}, "requestParameters": {"sourceIPAddress": "127.0.0.1"},
        "responseElements": {"x-amz-request-id": "C3D13FE58DE4C810", "x-amz-id-2": "C3D13FE58DE4C810"},
        "s3": {"s3SchemaVersion": "1.0", "configurationId": "to-encoder",
               "bucket": {"name": "photos", "ownerIdentity": {"principalId": "000000000000"},
                          "arn": "arn:aws:s3:::photos"},
               "object": {"key": "u+1/Happy+Face%2B1+%28%C3%A4%29.jpg", "size": 1024,
                          "eTag": "d41d8cd98f00b204e9800998ecf8427e", "sequencer": "0055AED6DCD90281E5"}}}]})"));
}

TEST(BucketEvent, of_a_removal_has_no_size) {
    const auto event = json::parse(bucket_event(change("ObjectRemoved:Delete", "a"), "c", "r", identity));
    EXPECT_EQ(event["Records"][0]["s3"]["object"],
              json::parse(R"({"key":"a","sequencer":"0055AED6DCD90281E5"})"));
}

TEST(BucketNotification, selects_by_event_prefix_and_suffix) {
    model::BucketNotification wanted;
    wanted.events = {"ObjectCreated:*"};
    wanted.prefix = "uploads/";
    wanted.suffix = ".jpg";
    EXPECT_TRUE(selects(wanted, change("ObjectCreated:Put", "uploads/a.jpg")));
    EXPECT_TRUE(selects(wanted, change("ObjectCreated:CompleteMultipartUpload", "uploads/a.jpg")));
    EXPECT_FALSE(selects(wanted, change("ObjectRemoved:Delete", "uploads/a.jpg")));
    EXPECT_FALSE(selects(wanted, change("ObjectCreated:Put", "uploads/a.png")));
    EXPECT_FALSE(selects(wanted, change("ObjectCreated:Put", "thumbnails/uploads/a.jpg")));
    wanted.events = {"s3:ObjectRemoved:*", "ObjectCreated:Copy"};
    EXPECT_TRUE(selects(wanted, change("ObjectRemoved:Delete", "uploads/a.jpg")));
    EXPECT_TRUE(selects(wanted, change("ObjectCreated:Copy", "uploads/a.jpg")));
    EXPECT_FALSE(selects(wanted, change("ObjectCreated:Put", "uploads/a.jpg")));
}

TEST(TableEvent, has_the_documented_shape_with_every_type) {
    model::ChangeRecord record;
    record.sequence = 4421584500;
    record.kind = model::ChangeKind::modify;
    record.table = "users";
    record.keys["id"] = {model::Number{"101"}};
    record.view = model::StreamView::new_and_old_images;
    record.at = t0;
    record.size_bytes = 59;
    record.new_image.emplace();
    auto& image = *record.new_image;
    image["b"] = {true};
    image["bytes"] = {model::Binary{"hi"}};
    image["list"] = {model::List{{std::string("x")}, {model::Null{}}}};
    image["map"] = {model::Item{{"n", {model::Number{"1"}}}}};
    image["ss"] = {model::StringSet{{"a", "b"}}};
    image["ns"] = {model::NumberSet{{"1", "2"}}};
    image["bs"] = {model::BinarySet{{"hi"}}};
    record.old_image.emplace();
    auto event = json::parse(table_record(record, stream_arn("users", t0, identity), identity));
    EXPECT_EQ(event["eventID"].get<std::string>().size(), 32U);
    event.erase("eventID");
    EXPECT_EQ(event,
              json::parse(R"({"eventName": "MODIFY", "eventVersion": "1.1", "eventSource": "aws:dynamodb",
        "awsRegion": "us-east-1",
        "eventSourceARN": "arn:aws:dynamodb:us-east-1:000000000000:table/users/stream/2023-11-14T22:13:20.123",
        "dynamodb": {"ApproximateCreationDateTime": 1700000000, "Keys": {"id": {"N": "101"}},
            "NewImage": {"b": {"BOOL": true}, "bytes": {"B": "aGk="}, "list": {"L": [{"S": "x"}, {"NULL": true}]},
                         "map": {"M": {"n": {"N": "1"}}}, "ss": {"SS": ["a", "b"]}, "ns": {"NS": ["1", "2"]},
                         "bs": {"BS": ["aGk="]}},
            "OldImage": {}, "SequenceNumber": "4421584500", "SizeBytes": 59,
            "StreamViewType": "NEW_AND_OLD_IMAGES"}})"));
}

TEST(TableEvent, of_an_expired_item_names_the_service) {
    model::ChangeRecord record;
    record.kind = model::ChangeKind::remove;
    record.expired = true;
    const auto event = json::parse(table_record(record, stream_arn("users", t0, identity), identity));
    EXPECT_EQ(event["eventName"], "REMOVE");
    EXPECT_EQ(event["userIdentity"],
              json::parse(R"({"type":"Service","principalId":"dynamodb.amazonaws.com"})"));
}

TEST(ScheduledEvent, has_the_documented_shape) {
    auto event = json::parse(scheduled_event("nightly", t0, identity));
    EXPECT_EQ(event["id"].get<std::string>().size(), 36U);
    event.erase("id");
    EXPECT_EQ(event, json::parse(R"({"version": "0", "detail-type": "Scheduled Event", "source": "aws.events",
        "account": "000000000000", "time": "2023-11-14T22:13:20Z", "region": "us-east-1",
        "resources": ["arn:aws:events:us-east-1:000000000000:rule/nightly"], "detail": {}})"));
}

TEST(FileEvent, says_what_happened_to_which_file) {
    const FileEvent moved{
        FileEventKind::moved, "inbox", "/data/in/a/b.csv", "a/b.csv", 12, t0, "a/x.csv", t0};
    const auto event = json::parse(file_event(moved, identity));
    EXPECT_EQ(event["source"], "faasd.file");
    EXPECT_EQ(event["detail-type"], "File Moved");
    EXPECT_EQ(event["detail"], json::parse(R"({"watch": "inbox", "path": "/data/in/a/b.csv", "key": "a/b.csv",
        "name": "b.csv", "size": 12, "modified": "2023-11-14T22:13:20.123Z", "from": "a/x.csv"})"));
    const FileEvent deleted{FileEventKind::deleted, "inbox", "/data/in/b.csv", "b.csv", 0, {}, {}, t0};
    EXPECT_FALSE(json::parse(file_event(deleted, identity))["detail"].contains("size"));
}

}  // namespace
}  // namespace faasd::sources
