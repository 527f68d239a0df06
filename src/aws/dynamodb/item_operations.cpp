#include "aws/dynamodb/answer.hpp"
#include "aws/dynamodb/capacity.hpp"
#include "aws/dynamodb/dynamodb.hpp"
#include "aws/dynamodb/expressions.hpp"
#include "items/attribute_value.hpp"
#include "items/validation.hpp"

namespace faasd::aws::dynamodb {
namespace {

Shape capacity_shape() { return one_of({"INDEXES", "TOTAL", "NONE"}); }
Shape return_values_shape() { return one_of({"ALL_NEW", "UPDATED_OLD", "ALL_OLD", "NONE", "UPDATED_NEW"}); }
Shape metrics_shape() { return one_of({"SIZE", "NONE"}); }
Shape on_failure_shape() { return one_of({"ALL_OLD", "NONE"}); }

// What an answer to a write says besides its attributes.
struct WriteReport {
    std::string table;  // as the client called it
    CapacityWanted capacity = CapacityWanted::none;
    bool metrics = false;
    std::string hash_name;  // of the table, for the metrics
    model::WriteUsagePtr usage;
    bool older = false;  // with AttributeUpdates
};

WriteReport report_of(const Tools& tools, const TableRef& table, const Input& in) {
    WriteReport report{table.name, capacity_wanted(in), in["ReturnItemCollectionMetrics"].is("SIZE"), {}, {}};
    if (report.capacity != CapacityWanted::none || report.metrics) report.usage = std::make_shared<model::WriteUsage>();
    if (report.metrics)
        if (const auto info = tools.tables.info(table.engine)) report.hash_name = info->definition.key.hash.name;
    return report;
}

auto answer_to(Call call, WriteReport report) {
    return [call = std::move(call), report = std::move(report)](base::Result<std::optional<model::Item>> done) mutable {
        if (report.older && done.has_error() && is_mistake(done.error(), model::TableMistake::operand_type))
            return call.refuse(validation("Type mismatch for attribute to update"));
        if (answered_with_error(call, done)) return;
        Answer answer;
        if (*done) answer.item("Attributes", **done);
        if (report.capacity != CapacityWanted::none) {
            Capacity capacity;
            capacity.add(*report.usage);
            write_capacity(answer.member("ConsumedCapacity"), report.table, capacity, report.capacity);
        }
        if (report.metrics && report.usage->collection) {
            Answer metrics;
            metrics.item("ItemCollectionKey", {{report.hash_name, *report.usage->collection}});
            metrics.member("SizeEstimateRangeGB") += "[0.0,1.0]";
            answer.member("ItemCollectionMetrics") += metrics.finish();
        }
        call.succeed_text(answer.finish());
    };
}

void check_all_old(const Input& in) {
    const Input& wanted = in["ReturnValues"];
    if (wanted && !wanted.is("ALL_OLD") && !wanted.is("NONE")) refuse_value("Return values set to invalid value");
}

// The condition of either kind, and the names of all expressions of the request.
template <class Request>
void take_condition(Request& request, Input& in) {
    model::ExpressionNames older;
    Placeholders placeholders(older);
    const std::string expected = condition_of_expected(in["Expected"], std::as_const(in)["ConditionalOperator"], placeholders);
    request.names = take_names(in);
    request.condition = take_expression(in, "ConditionExpression");
    if (!expected.empty()) {
        request.condition = expected;
        merge(request.names, std::move(older));
    }
    request.return_old_on_condition_failure = std::as_const(in)["ReturnValuesOnConditionCheckFailure"].is("ALL_OLD");
}

void get_item(const Tools& tools, Call call, Input in) {
    check_expression_parameters(in, {"ProjectionExpression"}, {"AttributesToGet"});
    const TableRef table = table_of(call.scope, std::as_const(in)["TableName"].text());
    model::GetItem request;
    request.table = table.engine;
    request.key = in["Key"].take_item();
    request.names = take_names(in);
    request.projection = take_expression(in, "ProjectionExpression");
    if (std::as_const(in)["AttributesToGet"]) {
        Placeholders placeholders(request.names);
        request.projection = projection_of(std::as_const(in)["AttributesToGet"], placeholders);
    }
    std::uint64_t bytes = 0;
    request.read_bytes = &bytes;
    const auto found = tools.tables.get(request);
    if (answered_with_error(call, found)) return;
    Answer answer;
    if (*found) answer.item("Item", **found);
    if (const CapacityWanted wanted = capacity_wanted(in); wanted != CapacityWanted::none) {
        Capacity capacity;
        capacity.table = read_units(bytes, std::as_const(in)["ConsistentRead"].flag());
        write_capacity(answer.member("ConsumedCapacity"), table.name, capacity, wanted);
    }
    call.succeed_text(answer.finish());
}

void put_item(const Tools& tools, Call call, Input in) {
    check_expression_parameters(in, {"ConditionExpression"}, {"Expected", "ConditionalOperator"});
    const TableRef table = table_of(call.scope, std::as_const(in)["TableName"].text());
    model::PutItem request;
    request.table = table.engine;
    request.item = in["Item"].take_item();
    check_all_old(in);
    if (const auto fits = items::check_item_size(request.item); !fits) refuse(error_of(fits.error()));
    take_condition(request, in);
    request.return_old = std::as_const(in)["ReturnValues"].is("ALL_OLD");
    request.trace = trace_of(call);
    WriteReport report = report_of(tools, table, in);
    request.usage = report.usage;
    tools.tables.put(std::move(request), answer_to(std::move(call), std::move(report)));
}

void delete_item(const Tools& tools, Call call, Input in) {
    check_expression_parameters(in, {"ConditionExpression"}, {"Expected", "ConditionalOperator"});
    const TableRef table = table_of(call.scope, std::as_const(in)["TableName"].text());
    model::DeleteItem request;
    request.table = table.engine;
    request.key = in["Key"].take_item();
    check_all_old(in);
    take_condition(request, in);
    request.return_old = std::as_const(in)["ReturnValues"].is("ALL_OLD");
    request.trace = trace_of(call);
    WriteReport report = report_of(tools, table, in);
    request.usage = report.usage;
    tools.tables.remove_item(std::move(request), answer_to(std::move(call), std::move(report)));
}

model::ReturnValues return_values_of(const Input& in) {
    if (in.is("ALL_OLD")) return model::ReturnValues::all_old;
    if (in.is("UPDATED_OLD")) return model::ReturnValues::updated_old;
    if (in.is("ALL_NEW")) return model::ReturnValues::all_new;
    return in.is("UPDATED_NEW") ? model::ReturnValues::updated_new : model::ReturnValues::none;
}

void update_item(const Tools& tools, Call call, Input in) {
    check_expression_parameters(in, {"UpdateExpression", "ConditionExpression"},
                                {"AttributeUpdates", "Expected", "ConditionalOperator"});
    const TableRef table = table_of(call.scope, std::as_const(in)["TableName"].text());
    model::UpdateItem request;
    request.table = table.engine;
    request.key = in["Key"].take_item();
    model::ExpressionNames older;
    Placeholders placeholders(older);
    const std::string updates = update_of(in["AttributeUpdates"], placeholders);
    const std::string expected = condition_of_expected(in["Expected"], std::as_const(in)["ConditionalOperator"], placeholders);
    request.names = take_names(in);
    request.update = take_expression(in, "UpdateExpression");
    request.condition = take_expression(in, "ConditionExpression");
    if (!updates.empty()) request.update = updates;
    if (!expected.empty()) request.condition = expected;
    merge(request.names, std::move(older));
    request.return_old_on_condition_failure = std::as_const(in)["ReturnValuesOnConditionCheckFailure"].is("ALL_OLD");
    request.return_values = return_values_of(std::as_const(in)["ReturnValues"]);
    request.trace = trace_of(call);
    WriteReport report = report_of(tools, table, in);
    report.older = !updates.empty();
    request.usage = report.usage;
    tools.tables.update(std::move(request), answer_to(std::move(call), std::move(report)));
}

}  // namespace

void add_item_operations(Operations& to, const ToolsPtr& tools) {
    to.push_back(operation(tools, "GetItem", false,
                           structure("GetItemInput", {{"ReturnConsumedCapacity", capacity_shape()},
                                                      {"TableName", table_name(), kRequired},
                                                      {"AttributesToGet", list(text(), 1, 255)},
                                                      {"ConsistentRead", flag()},
                                                      {"Key", item(), kRequired},
                                                      {"ProjectionExpression", text()},
                                                      {"ExpressionAttributeNames", names_shape()}}),
                           get_item));
    to.push_back(operation(tools, "PutItem", false,
                           structure("PutItemInput", {{"ReturnConsumedCapacity", capacity_shape()},
                                                      {"TableName", table_name(), kRequired},
                                                      {"Item", item(), kRequired},
                                                      {"ConditionalOperator", conditional_operator_shape()},
                                                      {"Expected", expected_shape()},
                                                      {"ReturnValues", return_values_shape()},
                                                      {"ReturnItemCollectionMetrics", metrics_shape()},
                                                      {"ReturnValuesOnConditionCheckFailure", on_failure_shape()},
                                                      {"ConditionExpression", text()},
                                                      {"ExpressionAttributeValues", values_shape()},
                                                      {"ExpressionAttributeNames", names_shape()}}),
                           put_item));
    to.push_back(operation(tools, "DeleteItem", false,
                           structure("DeleteItemInput", {{"ReturnConsumedCapacity", capacity_shape()},
                                                         {"TableName", table_name(), kRequired},
                                                         {"Key", item(), kRequired},
                                                         {"ConditionalOperator", conditional_operator_shape()},
                                                         {"Expected", expected_shape()},
                                                         {"ReturnValues", return_values_shape()},
                                                         {"ReturnItemCollectionMetrics", metrics_shape()},
                                                         {"ReturnValuesOnConditionCheckFailure", on_failure_shape()},
                                                         {"ConditionExpression", text()},
                                                         {"ExpressionAttributeValues", values_shape()},
                                                         {"ExpressionAttributeNames", names_shape()}}),
                           delete_item));
    Shape updates = map("com.amazonaws.dynamodb.v20120810.AttributeValueUpdate",
                        structure("AttributeValueUpdate", {{"Action", text()}, {"Value", value()}}));
    updates.most = kMostOlder;
    to.push_back(operation(tools, "UpdateItem", false,
                           structure("UpdateItemInput", {{"ReturnConsumedCapacity", capacity_shape()},
                                                         {"TableName", table_name(), kRequired},
                                                         {"ReturnItemCollectionMetrics", metrics_shape()},
                                                         {"ReturnValues", return_values_shape()},
                                                         {"Key", item(), kRequired},
                                                         {"ConditionalOperator", conditional_operator_shape()},
                                                         {"Expected", expected_shape()},
                                                         {"AttributeUpdates", std::move(updates)},
                                                         {"ReturnValuesOnConditionCheckFailure", on_failure_shape()},
                                                         {"ConditionExpression", text()},
                                                         {"UpdateExpression", text()},
                                                         {"ExpressionAttributeValues", values_shape()},
                                                         {"ExpressionAttributeNames", names_shape()}}),
                           update_item));
}

}  // namespace faasd::aws::dynamodb
