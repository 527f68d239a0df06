#include <map>
#include <set>

#include "aws/dynamodb/answer.hpp"
#include "aws/dynamodb/capacity.hpp"
#include "aws/dynamodb/collection_metrics.hpp"
#include "aws/dynamodb/dynamodb.hpp"
#include "aws/dynamodb/expressions.hpp"
#include "items/attribute_value.hpp"
#include "items/item_codec.hpp"

namespace faasd::aws::dynamodb {
namespace {

constexpr std::uint64_t kMostBytesRead = 16 * 1024 * 1024;
constexpr std::size_t kMostReads = 100;
constexpr std::size_t kMostWrites = 25;

Shape batch_capacity_shape() { return one_of({"INDEXES", "TOTAL", "NONE"}); }

// The keys of one table in a BatchGetItem.
struct Keys {
    TableRef table;
    std::string given_name;
    std::string projection;
    model::ExpressionNames names;
    bool consistent = false;
    std::vector<model::Item> keys;
    std::string as_sent;  // what else belongs to it in UnprocessedKeys, as JSON members
};

std::string sent_members(const Input& given) {
    std::string out;
    const auto member = [&](const char* name) -> std::string& { return out.append(",\"").append(name).append("\":"); };
    if (given["ConsistentRead"]) member("ConsistentRead") += given["ConsistentRead"].flag() ? "true" : "false";
    if (given["ProjectionExpression"]) write_string(member("ProjectionExpression"), given["ProjectionExpression"].text());
    if (given["AttributesToGet"]) {
        std::string& list = member("AttributesToGet");
        for (const Input& one : given["AttributesToGet"].list()) {
            list.push_back(list.back() == ':' ? '[' : ',');
            write_string(list, one.text());
        }
        list.push_back(']');
    }
    if (given["ExpressionAttributeNames"]) {
        Answer names;
        for (const auto& [placeholder, name] : given["ExpressionAttributeNames"].map())
            names.string(placeholder, name.text());
        member("ExpressionAttributeNames") += names.finish();
    }
    return out;
}

std::vector<Keys> keys_of(const Call& call, Input& in) {
    std::vector<Keys> all;
    std::size_t count = 0;
    for (auto& [name, given] : in["RequestItems"].map()) {
        check_expression_parameters(given, {"ProjectionExpression"}, {"AttributesToGet"});
        Keys& of = all.emplace_back();
        of.given_name = name;
        of.table = table_of(call.scope, name);
        of.as_sent = sent_members(given);
        of.names = take_names(given);
        of.projection = take_expression(given, "ProjectionExpression");
        if (std::as_const(given)["AttributesToGet"]) {
            Placeholders placeholders(of.names);
            of.projection = projection_of(std::as_const(given)["AttributesToGet"], placeholders);
        }
        of.consistent = std::as_const(given)["ConsistentRead"].flag();
        std::set<std::string> seen;
        for (Input& key : given["Keys"].list()) {
            of.keys.push_back(key.take_item());
            if (!seen.insert(items::encode_item(of.keys.back())).second)
                refuse_value("Provided list of item keys contains duplicates");
            if (++count > kMostReads) refuse_value("Too many items requested for the BatchGetItem call");
        }
    }
    return all;
}

void write_unprocessed(std::string& out, const Keys& of, std::size_t from) {
    out.append("{\"Keys\":[");
    for (std::size_t i = from; i < of.keys.size(); ++i) {
        if (i > from) out.push_back(',');
        write_item(out, of.keys[i]);
    }
    out.append("]").append(of.as_sent).append("}");
}

void batch_get_item(const Tools& tools, Call call, Input in) {
    const std::vector<Keys> all = keys_of(call, in);
    Answer responses, unprocessed;
    std::map<std::string, Capacity> capacities;
    std::uint64_t bytes = 0;
    for (const Keys& of : all) {
        std::vector<model::Item> found;
        std::size_t next = 0;
        for (; next < of.keys.size() && bytes <= kMostBytesRead; ++next) {
            std::uint64_t size = 0;
            const model::GetItem request{of.table.engine, of.keys[next], of.projection, of.names, &size};
            auto one = tools.tables.get(request);
            if (answered_with_error(call, one)) return;
            bytes += size;
            if (bytes > kMostBytesRead && bytes != size) break;
            capacities[of.table.name].table += read_units(size, of.consistent);
            if (*one) found.push_back(std::move(**one));
        }
        responses.items(of.given_name, found);
        if (next < of.keys.size()) write_unprocessed(unprocessed.member(of.given_name), of, next);
    }
    Answer answer;
    answer.member("Responses") += responses.finish();
    answer.member("UnprocessedKeys") += unprocessed.finish();
    write_capacities(answer, capacities, capacity_wanted(in));
    call.succeed_text(answer.finish());
}

std::vector<model::WriteAction> writes_of(const Call& call, Input& in, bool with_usage, std::vector<Written>& written) {
    std::vector<model::WriteAction> actions;
    const std::string trace = trace_of(call);
    for (auto& [name, requests] : in["RequestItems"].map()) {
        const TableRef table = table_of(call.scope, name);
        for (Input& request : requests.list()) {
            const bool puts{std::as_const(request)["PutRequest"]}, deletes{std::as_const(request)["DeleteRequest"]};
            if (puts == deletes)
                refuse_value("Supplied AttributeValue has more than one datatypes set, must contain exactly one of the "
                             "supported datatypes");
            Written& one = written.emplace_back(Written{table, with_usage ? std::make_shared<model::WriteUsage>() : nullptr});
            if (puts) {
                model::PutItem put;
                put.table = table.engine;
                put.item = request["PutRequest"]["Item"].take_item();
                if (items::item_size(put.item) > items::kMaxItemBytes)
                    refuse_value("Item size has exceeded the maximum allowed size");
                put.trace = trace;
                put.usage = one.usage;
                actions.emplace_back(std::move(put));
            } else {
                model::DeleteItem gone;
                gone.table = table.engine;
                gone.key = request["DeleteRequest"]["Key"].take_item();
                gone.trace = trace;
                gone.usage = one.usage;
                actions.emplace_back(std::move(gone));
            }
        }
    }
    if (actions.size() > kMostWrites) refuse_value("Too many items requested for the BatchWriteItem call");
    return actions;
}

void batch_write_item(const Tools& tools, Call call, Input in) {
    const CapacityWanted wanted = capacity_wanted(in);
    const bool metrics = std::as_const(in)["ReturnItemCollectionMetrics"].is("SIZE");
    std::vector<Written> written;
    auto actions = writes_of(call, in, metrics || wanted != CapacityWanted::none, written);
    tools.tables.batch_write(std::move(actions), [&tables = tools.tables, call = std::move(call), written = std::move(written), wanted, metrics](
                                                     base::Result<std::vector<base::Result<>>> done) mutable {
        if (done.has_error()) {
            Error error = error_of(done.error());
            // Of a batch, DynamoDB says no more than this.
            if (is_mistake(done.error(), model::TableMistake::item_key))
                error.message = "The provided key element does not match the schema";
            return call.refuse(error);
        }
        Answer answer;
        answer.member("UnprocessedItems") += "{}";
        std::map<std::string, Capacity> capacities;
        if (wanted != CapacityWanted::none)
            for (const Written& one : written)
                capacities[one.table.name].add(*one.usage);
        write_capacities(answer, capacities, wanted);
        if (metrics) write_collection_metrics(answer, tables, written);
        call.succeed_text(answer.finish());
    });
}

}  // namespace

void add_batch_operations(Operations& to, const ToolsPtr& tools) {
    Shape keys = map("com.amazonaws.dynamodb.v20120810.KeysAndAttributes",
                     structure("KeysAndAttributes", {{"Keys", list(item(), 1, 100), kRequired},
                                                     {"AttributesToGet", list(text(), 1, 255)},
                                                     {"ConsistentRead", flag()},
                                                     {"ProjectionExpression", text()},
                                                     {"ExpressionAttributeNames", names_shape()}}));
    keys.least = 1;
    keys.names_tables = true;
    to.push_back(operation(tools, "BatchGetItem", true,
                           structure("BatchGetItemInput", {{"ReturnConsumedCapacity", batch_capacity_shape()},
                                                           {"RequestItems", std::move(keys), kRequired}}),
                           batch_get_item));
    Shape writes = map("java.util.List<com.amazonaws.dynamodb.v20120810.WriteRequest>",
                       list(structure("WriteRequest", {{"DeleteRequest", structure("DeleteRequest", {{"Key", item(), kRequired}})},
                                                       {"PutRequest", structure("PutRequest", {{"Item", item(), kRequired}})}})));
    writes.least = 1;
    writes.names_tables = true;
    writes.least_values = 1;
    writes.most_values = 25;
    to.push_back(operation(tools, "BatchWriteItem", false,
                           structure("BatchWriteItemInput", {{"ReturnConsumedCapacity", batch_capacity_shape()},
                                                             {"ReturnItemCollectionMetrics", one_of({"SIZE", "NONE"})},
                                                             {"RequestItems", std::move(writes), kRequired}}),
                           batch_write_item));
}

}  // namespace faasd::aws::dynamodb
