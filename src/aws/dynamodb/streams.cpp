// DynamoDB Streams: each table with a stream has one shard, which is never closed.
// Source: API Reference, Amazon DynamoDB Streams; Developer Guide, "Change data capture for DynamoDB Streams".
#include <charconv>

#include <nlohmann/json.hpp>

#include "aws/dynamodb/answer.hpp"
#include "aws/dynamodb/dynamodb.hpp"
#include "aws/dynamodb/table_description.hpp"
#include "base/digest.hpp"
#include "model/stream_label.hpp"

namespace faasd::aws::dynamodb {
namespace {

using nlohmann::json;

constexpr std::string_view kStreamPart = "/stream/";
constexpr std::int64_t kIteratorLife = 15 * 60;  // seconds

// Twenty-one digits, as they have at least.
std::string sequence_text(std::uint64_t sequence) {
    const std::string digits = std::to_string(sequence);
    return "1" + std::string(20 - std::min<std::size_t>(20, digits.size()), '0') + digits;
}
std::optional<std::uint64_t> sequence_of(std::string_view text) {
    if (text.size() != 21 || text[0] != '1') return std::nullopt;
    std::uint64_t value = 0;
    const auto [end, failure] = std::from_chars(text.data() + 1, text.data() + text.size(), value);
    if (failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::string shard_of(const model::TableInfo& info) {
    return "shardId-" + sequence_text(static_cast<std::uint64_t>(base::to_millis(info.stream_since))).substr(1) + "-" +
           base::md5_hex(info.definition.name).substr(0, 8);
}

struct Stream {
    TableRef table;
    model::TableInfo info;
};

Error no_stream(const std::string& arn) { return not_found("Requested resource not found: Stream: " + arn + " not found"); }

Stream find_stream(const Tools& tools, const Scope& scope, const std::string& arn) {
    const std::size_t at = arn.find(kStreamPart);
    if (at == std::string::npos || !arn.starts_with("arn:aws:dynamodb:")) refuse_value("Invalid StreamArn");
    const TableRef table = table_of(scope, arn.substr(0, at));
    auto info = tools.tables.info(table.engine);
    if (!info || info->definition.stream == model::StreamView::none || stream_arn(table, *info) != arn) refuse(no_stream(arn));
    return {table, std::move(*info)};
}

void list_streams(const Tools& tools, Call call, Input in) {
    const Input& given = in;
    const std::size_t limit = given["Limit"] ? static_cast<std::size_t>(given["Limit"].integer()) : 100;
    const std::string only = given["TableName"] ? table_of(call.scope, given["TableName"].text()).name : "";
    // In the order of tables' names, which is not that of ARNs: '-' comes before '/'.
    std::string after;
    if (const Input& start = given["ExclusiveStartStreamArn"]) {
        const std::size_t at = start.text().find(kStreamPart);
        if (at == std::string::npos || !start.text().starts_with("arn:")) refuse_value("Invalid StreamArn");
        after = table_of(call.scope, std::string_view(start.text()).substr(0, at)).name;
    }
    json streams = json::array();
    json out = json::object();
    for (const std::string& engine_name : tools.tables.list()) {
        const std::string name(call.scope.own_name(engine_name));
        if (name.empty() || (!only.empty() && name != only) || name <= after) continue;
        const auto info = tools.tables.info(engine_name);
        if (!info || info->definition.stream == model::StreamView::none) continue;
        const TableRef table{name, engine_name, call.scope};
        const std::string arn = stream_arn(table, *info);
        if (streams.size() == limit) {
            out["LastEvaluatedStreamArn"] = streams.back()["StreamArn"];
            break;
        }
        streams.push_back({{"StreamArn", arn}, {"TableName", name}, {"StreamLabel", model::stream_label(info->stream_since)}});
    }
    out["Streams"] = std::move(streams);
    call.succeed(out);
}

void describe_stream(const Tools& tools, Call call, Input in) {
    const Input& given = in;
    const Stream stream = find_stream(tools, call.scope, given["StreamArn"].text());
    json shards = json::array();
    const std::string shard = shard_of(stream.info);
    if (given["ExclusiveStartShardId"].text_or("") < shard)
        shards.push_back({{"ShardId", shard},
                          {"SequenceNumberRange", {{"StartingSequenceNumber", sequence_text(stream.info.stream_start + 1)}}}});
    call.succeed({{"StreamDescription",
                   {{"StreamArn", given["StreamArn"].text()},
                    {"StreamLabel", model::stream_label(stream.info.stream_since)},
                    {"StreamStatus", "ENABLED"},
                    {"StreamViewType", std::string(view_name(stream.info.definition.stream))},
                    {"CreationRequestDateTime", seconds_since_epoch(stream.info.stream_since)},
                    {"TableName", stream.table.name},
                    {"KeySchema", key_schema_json(stream.info.definition.key)},
                    {"Shards", std::move(shards)}}}});
}

// "<stream ARN>|1|<base64 of shard, position, time>": what it holds is ours alone, and changing it breaks it.
std::string iterator_text(const std::string& arn, const std::string& shard, std::uint64_t after, base::TimePoint now) {
    const std::string inside = shard + '|' + std::to_string(after) + '|' + std::to_string(base::to_micros(now) / 1'000'000);
    return arn + "|1|" + base::base64_encode(inside + '|' + base::md5_hex(arn + inside).substr(0, 8));
}

struct Iterator {
    std::string arn, shard;
    std::uint64_t after = 0;
    std::int64_t made = 0;
};

Iterator parse_iterator(const std::string& text) {
    const auto invalid = [] { refuse_value("Invalid ShardIterator"); };
    const std::size_t bar = text.find("|1|");
    if (bar == std::string::npos) invalid();
    Iterator iterator;
    iterator.arn = text.substr(0, bar);
    const auto inside = base::base64_decode(text.substr(bar + 3));
    if (!inside) invalid();
    const std::size_t one = inside->find('|'), two = inside->find('|', one + 1), three = inside->find('|', two + 1);
    if (one == std::string::npos || two == std::string::npos || three == std::string::npos) invalid();
    if (inside->substr(three + 1) != base::md5_hex(iterator.arn + inside->substr(0, three)).substr(0, 8)) invalid();
    iterator.shard = inside->substr(0, one);
    std::from_chars(inside->data() + one + 1, inside->data() + two, iterator.after);
    std::from_chars(inside->data() + two + 1, inside->data() + three, iterator.made);
    return iterator;
}

void get_shard_iterator(const Tools& tools, Call call, Input in) {
    const Input &given = in, &number = given["SequenceNumber"], &type = given["ShardIteratorType"];
    const std::string& arn = given["StreamArn"].text();
    const Stream stream = find_stream(tools, call.scope, arn);
    const std::string shard = shard_of(stream.info);
    if (given["ShardId"].text() != shard)
        refuse(not_found("Requested resource not found: Shard: " + given["ShardId"].text() + " in Stream: " + arn + " not found"));
    std::uint64_t after = stream.info.stream_start;
    if (type.is("LATEST")) {
        const auto latest = tools.tables.latest_change(stream.table.engine);
        if (answered_with_error(call, latest)) return;
        after = std::max(after, *latest);
    } else if (!type.is("TRIM_HORIZON")) {
        if (!number)
            refuse_value("Sequence Number must be specified when the ShardIteratorType is " + type.text());
        const auto position = sequence_of(number.text());
        if (!position || *position < stream.info.stream_start)
            refuse_value("Invalid SequenceNumber: " + number.text());
        after = type.is("AT_SEQUENCE_NUMBER") ? std::max(*position, stream.info.stream_start + 1) - 1 : *position;
        // Asked now, so that a position that is gone is refused now.
        if (after > stream.info.stream_start) {
            const auto there = tools.tables.changes(stream.table.engine, after, 1);
            if (answered_with_error(call, there)) return;
        }
    }
    call.succeed({{"ShardIterator", iterator_text(arn, shard, after, tools.clock.now())}});
}

void write_record(std::string& out, const model::ChangeRecord& record, const Scope& scope) {
    static constexpr std::string_view kNames[] = {"INSERT", "MODIFY", "REMOVE"};
    Answer one, change;
    one.string("eventID", base::md5_hex(record.table + std::to_string(record.sequence)));
    one.string("eventName", kNames[static_cast<std::size_t>(record.kind)]);
    one.string("eventVersion", "1.1");
    one.string("eventSource", "aws:dynamodb");
    one.string("awsRegion", scope.region);
    change.number("ApproximateCreationDateTime", static_cast<std::uint64_t>(base::to_millis(record.at) / 1000));
    change.item("Keys", record.keys);
    if (record.new_image) change.item("NewImage", *record.new_image);
    if (record.old_image) change.item("OldImage", *record.old_image);
    change.string("SequenceNumber", sequence_text(record.sequence));
    change.number("SizeBytes", record.size_bytes);
    change.string("StreamViewType", view_name(record.view));
    one.member("dynamodb") += change.finish();
    if (record.expired) one.member("userIdentity") += R"({"PrincipalId":"dynamodb.amazonaws.com","Type":"Service"})";
    out += one.finish();
}

void get_records(const Tools& tools, Call call, Input in) {
    const Input& given = in;
    const Iterator iterator = parse_iterator(given["ShardIterator"].text());
    const base::TimePoint now = tools.clock.now();
    if (base::to_micros(now) / 1'000'000 - iterator.made > kIteratorLife)
        refuse({"ExpiredIteratorException", 400, "Iterator expired. The iterator was created more than 15 minutes ago."});
    const Stream stream = find_stream(tools, call.scope, iterator.arn);
    const auto limit = static_cast<std::uint32_t>(given["Limit"] ? given["Limit"].integer() : 1000);
    auto records = tools.tables.changes(stream.table.engine, iterator.after, limit);
    if (records.has_error() && records.error().code == model::TableErrc::trimmed_data &&
        iterator.after <= stream.info.stream_start)
        records = tools.tables.changes(stream.table.engine, 0, limit);  // TRIM_HORIZON: the oldest that is kept
    if (answered_with_error(call, records)) return;
    Answer answer;
    std::string& out = answer.member("Records");
    out.push_back('[');
    std::uint64_t after = iterator.after;
    for (const model::ChangeRecord& record : *records) {
        if (record.sequence <= stream.info.stream_start) continue;
        if (out.back() != '[') out.push_back(',');
        write_record(out, record, stream.table.scope);
        after = record.sequence;
    }
    out.push_back(']');
    answer.string("NextShardIterator", iterator_text(iterator.arn, iterator.shard, after, now));
    call.succeed_text(answer.finish());
}

}  // namespace

ServiceDescription describe_streams(model::Tables& tables, const base::Clock& clock) {
    const auto tools = std::make_shared<const Tools>(Tools{tables, clock});
    ServiceDescription service;
    service.shape_prefix = "com.amazonaws.dynamodb.v20120810#";
    service.crc32 = true;
    service.reads_body = true;
    service.operations.push_back(operation(tools, "DescribeStream", true,
                                           structure("DescribeStreamInput", {{"StreamArn", text(37, 1024), kRequired},
                                                                             {"Limit", integer(1, 100)},
                                                                             {"ExclusiveStartShardId", text(28, 65)}}),
                                           describe_stream));
    service.operations.push_back(operation(tools, "GetRecords", true,
                                           structure("GetRecordsInput", {{"ShardIterator", text(1, 2048), kRequired}, {"Limit", integer(1, 1000)}}),
                                           get_records));
    service.operations.push_back(operation(
        tools, "GetShardIterator", true,
        structure("GetShardIteratorInput",
                  {{"StreamArn", text(37, 1024), kRequired},
                   {"ShardId", text(28, 65), kRequired},
                   {"ShardIteratorType", one_of({"TRIM_HORIZON", "LATEST", "AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER"}), kRequired},
                   {"SequenceNumber", text(21, 40)}}),
        get_shard_iterator));
    service.operations.push_back(operation(tools, "ListStreams", true,
                                           structure("ListStreamsInput", {{"TableName", table_name()},
                                                                          {"Limit", integer(1, 100)},
                                                                          {"ExclusiveStartStreamArn", text(37, 1024)}}),
                                           list_streams));
    return service;
}

}  // namespace faasd::aws::dynamodb
