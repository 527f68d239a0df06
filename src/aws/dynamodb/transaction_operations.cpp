#include <map>
#include <set>

#include "aws/dynamodb/answer.hpp"
#include "aws/dynamodb/capacity.hpp"
#include "aws/dynamodb/collection_metrics.hpp"
#include "aws/dynamodb/dynamodb.hpp"
#include "aws/dynamodb/expressions.hpp"
#include "aws/dynamodb/transact_reads.hpp"
#include "base/digest.hpp"
#include "items/item_codec.hpp"

namespace faasd::aws::dynamodb {
namespace {

void transact_get_items(const Tools& tools, Call call, Input in) {
    std::vector<model::GetItem> requests;
    std::vector<std::string> tables;
    std::set<std::string> seen;
    auto& actions = in["TransactItems"].list();
    for (Input& action : actions) {
        Input& get = action["Get"];
        check_expression_parameters(get, {"ProjectionExpression"}, {});
        const TableRef table = table_of(call.scope, std::as_const(get)["TableName"].text());
        model::GetItem& request = requests.emplace_back();
        request.table = table.engine;
        request.key = get["Key"].take_item();
        request.names = take_names(get);
        request.projection = take_expression(get, "ProjectionExpression");
        tables.push_back(table.name);
        if (!seen.insert(table.engine + '\n' + items::encode_item(request.key)).second)
            refuse_value("Transaction request cannot include multiple operations on one item");
    }
    transact_reads(tools, call, std::move(requests), tables, capacity_wanted(in), "ReadCapacityUnits");
}

struct Parts {
    std::vector<model::WriteAction> actions;
    std::vector<Written> written;
};

template <class Request>
void read_condition(Request& request, Input& in) {
    request.names = take_names(in);
    request.condition = take_expression(in, "ConditionExpression");
    request.return_old_on_condition_failure = std::as_const(in)["ReturnValuesOnConditionCheckFailure"].is("ALL_OLD");
}

void add_action(Parts& parts, const Call& call, Input& action, bool with_usage) {
    std::string_view kind;
    for (const std::string_view one : {"ConditionCheck", "Put", "Delete", "Update"}) {
        if (!std::as_const(action)[one]) continue;
        if (!kind.empty()) refuse_value("TransactItems can only contain one of Check, Put, Update or Delete");
        kind = one;
    }
    if (kind.empty()) refuse_value("Invalid Request: TransactWriteRequest should contain Delete or Put or Update request");
    Input& in = action[kind];
    const TableRef table = table_of(call.scope, std::as_const(in)["TableName"].text());
    auto usage = with_usage ? std::make_shared<model::WriteUsage>() : nullptr;
    parts.written.push_back({table, usage});
    const auto finish = [&](auto request) {
        request.table = table.engine;
        request.usage = usage;
        read_condition(request, in);
        parts.actions.emplace_back(std::move(request));
    };
    if (kind == "Put") {
        check_expression_parameters(in, {"ConditionExpression"}, {});
        model::PutItem put;
        put.item = in["Item"].take_item();
        put.trace = trace_of(call);
        finish(std::move(put));
    } else if (kind == "Update") {
        check_expression_parameters(in, {"UpdateExpression", "ConditionExpression"}, {});
        model::UpdateItem update;
        update.key = in["Key"].take_item();
        update.update = take_expression(in, "UpdateExpression");
        update.trace = trace_of(call);
        finish(std::move(update));
    } else if (kind == "Delete") {
        check_expression_parameters(in, {"ConditionExpression"}, {});
        model::DeleteItem gone;
        gone.key = in["Key"].take_item();
        gone.trace = trace_of(call);
        finish(std::move(gone));
    } else {
        check_expression_parameters(in, {"ConditionExpression"}, {});
        model::ConditionCheck check;
        check.key = in["Key"].take_item();
        finish(std::move(check));
    }
}

void transact_write_items(const Tools& tools, Call call, Input in) {
    Parts parts;
    const CapacityWanted wanted = capacity_wanted(in);
    const bool metrics = std::as_const(in)["ReturnItemCollectionMetrics"].is("SIZE");
    for (Input& action : in["TransactItems"].list())
        add_action(parts, call, action, metrics || wanted != CapacityWanted::none);
    // Tokens are each account's and region's own.
    std::string token = std::as_const(in)["ClientRequestToken"].text_or("");
    if (!token.empty() && !call.scope.is_default()) token = base::sha256_hex(call.scope.engine_name(token)).substr(0, 36);
    tools.tables.transact_write(
        std::move(parts.actions), std::move(token),
        [&tables = tools.tables, call = std::move(call), written = std::move(parts.written), wanted, metrics](base::Result<> done) mutable {
            if (answered_with_error(call, done)) return;
            Answer answer;
            std::map<std::string, Capacity> capacities;
            bool only_reads = false;
            if (wanted != CapacityWanted::none)
                for (const Written& one : written)
                    only_reads = add_transactional(capacities[one.table.name], *one.usage) || only_reads;
            write_capacities(answer, capacities, wanted, only_reads ? "ReadCapacityUnits" : "WriteCapacityUnits");
            if (metrics) write_collection_metrics(answer, tables, written);
            call.succeed_text(answer.finish());
        });
}

Shape write_shape(std::string_view name, std::vector<Member> own) {
    std::vector<Member> members{{"TableName", table_name(), kRequired},
                                {"ConditionExpression", text()},
                                {"ExpressionAttributeNames", names_shape()},
                                {"ExpressionAttributeValues", values_shape()},
                                {"ReturnValuesOnConditionCheckFailure", one_of({"ALL_OLD", "NONE"})}};
    for (Member& one : own)
        members.push_back(std::move(one));
    return structure(name, std::move(members));
}

}  // namespace

void add_transaction_operations(Operations& to, const ToolsPtr& tools) {
    const Shape capacity = one_of({"INDEXES", "TOTAL", "NONE"});
    Shape get = structure("Get", {{"Key", item(), kRequired},
                                  {"TableName", table_name(), kRequired},
                                  {"ProjectionExpression", text()},
                                  {"ExpressionAttributeNames", names_shape()}});
    Shape gets = list(structure("TransactGetItem", {{"Get", std::move(get), kRequired}}), 1, 100);
    to.push_back(operation(tools, "TransactGetItems", true,
                           structure("TransactGetItemsInput", {{"TransactItems", std::move(gets), kRequired},
                                                               {"ReturnConsumedCapacity", capacity}}),
                           transact_get_items));
    Shape check = write_shape("ConditionCheck", {{"Key", item(), kRequired}});
    // Its expression is what it is for.
    for (Member& one : check.members)
        if (one.name == "ConditionExpression") one.need = kRequired;
    Shape write = structure("TransactWriteItem",
                            {{"ConditionCheck", std::move(check)},
                             {"Put", write_shape("Put", {{"Item", item(), kRequired}})},
                             {"Delete", write_shape("Delete", {{"Key", item(), kRequired}})},
                             {"Update", write_shape("Update", {{"Key", item(), kRequired}, {"UpdateExpression", text(), kRequired}})}});
    to.push_back(operation(tools, "TransactWriteItems", false,
                           structure("TransactWriteItemsInput", {{"TransactItems", list(std::move(write), 1, 100), kRequired},
                                                                 {"ReturnConsumedCapacity", capacity},
                                                                 {"ReturnItemCollectionMetrics", one_of({"SIZE", "NONE"})},
                                                                 {"ClientRequestToken", text(1, 36)}}),
                           transact_write_items));
}

}  // namespace faasd::aws::dynamodb
