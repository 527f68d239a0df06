#include "aws/dynamodb/answer.hpp"
#include "aws/dynamodb/capacity.hpp"
#include "aws/dynamodb/dynamodb.hpp"
#include "aws/dynamodb/expressions.hpp"

namespace faasd::aws::dynamodb {
namespace {

const model::IndexDefinition* index_of(const model::TableInfo& info, std::string_view name) {
    for (const model::IndexDefinition& index : info.definition.indexes)
        if (index.name == name) return &index;
    return nullptr;
}

// Which kind of page it is: what a query and a scan share.
struct PagePlan {
    TableRef table;
    std::string index;
    bool consistent = false;
    bool local = false;
    CapacityWanted capacity = CapacityWanted::none;
};

void check_select(const Input& in, const model::IndexDefinition* index) {
    const Input& select = in["Select"];
    const bool projects = in["ProjectionExpression"] || in["AttributesToGet"];
    const std::string parameter = in["AttributesToGet"] ? "AttributesToGet" : "ProjectionExpression";
    if (select.is("SPECIFIC_ATTRIBUTES") && !projects)
        refuse_value("Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES");
    if (select.is("ALL_PROJECTED_ATTRIBUTES") && !index)
        refuse_value("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName");
    if (projects && select && !select.is("SPECIFIC_ATTRIBUTES"))
        refuse_value("Cannot specify the " + parameter + " when choosing to get " +
                     (select.is("COUNT") ? "only the Count" : select.text()));
    if (select.is("ALL_ATTRIBUTES") && index && !index->local && index->projection != model::Projection::all)
        refuse_parameter("Select type ALL_ATTRIBUTES is not supported for global secondary index " + index->name +
                         " because its projection type is not ALL");
}

// Everything that both have. `filter` is the name of the older parameter.
template <class Request>
PagePlan read_page_request(const Call& call, Input& in, Request& request, std::string_view filter) {
    const Input& given = in;
    PagePlan plan{table_of(call.scope, given["TableName"].text()), given["IndexName"].text_or(""),
                  given["ConsistentRead"].flag(), false, capacity_wanted(in)};
    request.table = plan.table.engine;
    request.index = plan.index;
    if (given["ExclusiveStartKey"]) {
        Input::NotedItem& noted = in["ExclusiveStartKey"].noted_item();
        if (noted.note)
            refuse_value((noted.note.stands_alone ? "" : "The provided starting key is invalid: ") + noted.note.text);
        request.exclusive_start_key = std::move(noted.item);
    }
    request.names = take_names(in);
    Placeholders placeholders(request.names);
    request.filter = take_expression(in, "FilterExpression");
    request.projection = take_expression(in, "ProjectionExpression");
    if (given[filter]) request.filter = condition_of(in[filter], given["ConditionalOperator"], placeholders);
    if (given["AttributesToGet"]) request.projection = projection_of(given["AttributesToGet"], placeholders);
    if (given["Limit"]) request.limit = static_cast<std::uint32_t>(given["Limit"].integer());
    request.count_only = given["Select"].is("COUNT");
    request.all_attributes = given["Select"].is("ALL_ATTRIBUTES");
    return plan;
}

// What needs a look at the table; DynamoDB judges the request alone first.
void check_source(const Tools& tools, const Input& in, PagePlan& plan) {
    if (plan.index.empty()) return check_select(in, nullptr);
    const auto info = tools.tables.info(plan.table.engine);
    if (info.has_error()) refuse(not_found());
    const model::IndexDefinition* index = index_of(*info, plan.index);
    if (!index) refuse_value("The table does not have the specified index: " + plan.index);
    if (!index->local && plan.consistent) refuse_value("Consistent reads are not supported on global secondary indexes");
    check_select(in, index);
    plan.local = index->local;
}

void answer_page(Call& call, const PagePlan& plan, const base::Result<model::Page>& page, bool count_only,
                 std::string_view older_filter) {
    if (page.has_error()) {
        Error error = error_of(page.error());
        if (!older_filter.empty() && is_mistake(page.error(), model::TableMistake::key_in_filter))
            error.message.replace(0, std::string_view("Filter Expression").size(), older_filter);
        return call.refuse(error);
    }
    Answer answer;
    if (!count_only) answer.items("Items", page->items);
    answer.number("Count", page->count);
    answer.number("ScannedCount", page->scanned_count);
    if (page->last_evaluated_key) answer.item("LastEvaluatedKey", *page->last_evaluated_key);
    if (plan.capacity != CapacityWanted::none) {
        Capacity capacity;
        const double units = read_units(page->scanned_bytes, plan.consistent);
        if (plan.index.empty()) {
            capacity.table = units;
        } else {
            (plan.local ? capacity.local : capacity.global)[plan.index] = units;
            capacity.table = static_cast<double>(page->fetched_units) / (plan.consistent ? 1 : 2);
        }
        write_capacity(answer.member("ConsumedCapacity"), plan.table.name, capacity, plan.capacity);
    }
    call.succeed_text(answer.finish());
}

void query(const Tools& tools, Call call, Input in) {
    check_expression_parameters(in, {"ProjectionExpression", "FilterExpression", "KeyConditionExpression"},
                                {"AttributesToGet", "QueryFilter", "ConditionalOperator", "KeyConditions"});
    const Input& given = in;
    if (!given["KeyConditions"] && !given["KeyConditionExpression"])
        refuse_value("Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.");
    model::Query request;
    PagePlan plan = read_page_request(call, in, request, "QueryFilter");
    request.key_condition = take_expression(in, "KeyConditionExpression");
    if (request.key_condition.empty()) {
        const std::size_t count = given["KeyConditions"].map().size();
        if (count != 1 && count != 2) refuse_value("Conditions can be of length 1 or 2 only");
        Placeholders placeholders(request.names);
        request.key_condition = condition_of(in["KeyConditions"], Input{}, placeholders);
        for (const auto& [name, one] : given["KeyConditions"].map())
            for (const std::string_view comparison : {"NULL", "NOT_NULL", "NE", "CONTAINS", "NOT_CONTAINS", "IN"})
                if (one["ComparisonOperator"].is(comparison))
                    refuse_value("Attempted conditional constraint is not an indexable operation");
    }
    request.forward = given["ScanIndexForward"].flag_or(true);
    check_source(tools, in, plan);
    answer_page(call, plan, tools.tables.query(request), request.count_only, given["QueryFilter"] ? "QueryFilter" : "");
}

void scan(const Tools& tools, Call call, Input in) {
    check_expression_parameters(in, {"ProjectionExpression", "FilterExpression"},
                                {"AttributesToGet", "ScanFilter", "ConditionalOperator"});
    const Input &given = in, &segment = given["Segment"], &total = given["TotalSegments"];
    if (segment && !total)
        refuse_value("The TotalSegments parameter is required but was not present in the request when Segment parameter is present");
    if (total && !segment)
        refuse_value("The Segment parameter is required but was not present in the request when parameter TotalSegments is present");
    model::Scan request;
    if (total) {
        request.segment = static_cast<std::uint32_t>(segment.integer());
        request.total_segments = static_cast<std::uint32_t>(total.integer());
        if (request.segment >= request.total_segments)
            refuse_value("The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: " +
                         segment.describe() + " is not less than TotalSegments: " + total.describe());
    }
    PagePlan plan = read_page_request(call, in, request, "ScanFilter");
    check_source(tools, in, plan);
    answer_page(call, plan, tools.tables.scan(request), request.count_only, {});
}

std::vector<Member> page_members() {
    return {{"Select", one_of({"SPECIFIC_ATTRIBUTES", "COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES"})},
            {"IndexName", resource_name()},
            {"ReturnConsumedCapacity", one_of({"INDEXES", "TOTAL", "NONE"})},
            {"TableName", table_name(), kRequired},
            {"ConditionalOperator", conditional_operator_shape()},
            {"AttributesToGet", list(text(), 1, 255)},
            {"Limit", integer(1)},
            {"ExclusiveStartKey", item()},
            {"ConsistentRead", flag()},
            {"FilterExpression", text()},
            {"ProjectionExpression", text()},
            {"ExpressionAttributeValues", values_shape()},
            {"ExpressionAttributeNames", names_shape()}};
}

}  // namespace

void add_page_operations(Operations& to, const ToolsPtr& tools) {
    std::vector<Member> of_query = page_members();
    of_query.push_back({"QueryFilter", condition_shape()});
    of_query.push_back({"KeyConditions", condition_shape()});
    of_query.push_back({"ScanIndexForward", flag()});
    of_query.push_back({"KeyConditionExpression", text()});
    to.push_back(operation(tools, "Query", true, structure("QueryInput", std::move(of_query)), query));
    std::vector<Member> of_scan = page_members();
    of_scan.push_back({"TotalSegments", integer(1, 1'000'000)});
    of_scan.push_back({"Segment", integer(0, 999'999)});
    of_scan.push_back({"ScanFilter", condition_shape()});
    to.push_back(operation(tools, "Scan", true, structure("ScanInput", std::move(of_scan)), scan));
}

}  // namespace faasd::aws::dynamodb
