// Tags, time to live, limits, endpoints.
#include <nlohmann/json.hpp>

#include "aws/dynamodb/dynamodb.hpp"
#include "aws/dynamodb/table_description.hpp"
#include "aws/dynamodb/table_shapes.hpp"

namespace faasd::aws::dynamodb {
namespace {

using nlohmann::json;

Error not_found_table(const TableRef& table) {
    return not_found("Requested resource not found: Table: " + table.name + " not found");
}

// A table by the ResourceArn of the operations on tags.
TableRef tagged_table(const Call& call, const Input& arn) {
    if (!arn) refuse_value("Invalid TableArn");
    const std::string& text = arn.text();
    Arn parsed;
    if (!text.starts_with("arn:") || text.find('/') == std::string::npos)
        refuse({"AccessDeniedException", 400,
                "User: arn:aws:iam::" + call.scope.account + ":root is not authorized to perform: dynamodb:" + call.operation +
                    " on resource: " + text});
    if (!parse_arn(text, parsed)) refuse_value("Invalid TableArn: Invalid ResourceArn provided as input " + text);
    return table_of(call.scope, text);
}

Error no_resource(const Input& arn) {
    return not_found("Requested resource not found: ResourcArn: " + arn.text() + " not found");
}

// Changes what is kept of a table, and answers with `result`.
template <class Change>
void change_settings(const Tools& tools, Call call, const TableRef& table, Error missing, Change change, json result) {
    tools.tables.alter(
        table.engine,
        [change = std::move(change)](model::TableDefinition& definition) mutable -> base::Result<> {
            TableSettings settings = TableSettings::of(definition);
            if (auto ok = change(settings, definition); ok.has_error()) return ok;
            settings.store(definition);
            return {};
        },
        [call = std::move(call), missing = std::move(missing), result = std::move(result)](
            base::Result<model::TableInfo> done) mutable {
            if (done.has_error() && done.error().code == model::TableErrc::no_such_table) return call.refuse(missing);
            if (answered_with_error(call, done)) return;
            call.succeed(result);
        });
}

void tag_resource(const Tools& tools, Call call, Input in) {
    const Input& given = in;
    const TableRef table = tagged_table(call, given["ResourceArn"]);
    if (!given["Tags"])
        refuse_value("1 validation error detected: Value null at 'tags' failed to satisfy constraint: Member must not be null");
    if (given["Tags"].list().empty()) refuse_value("Atleast one Tag needs to be provided as Input.");
    std::map<std::string, std::string> tags;
    for (const Input& one : given["Tags"].list())
        tags.insert_or_assign(one["Key"].text(), one["Value"].text());
    change_settings(tools, std::move(call), table, no_resource(given["ResourceArn"]),
                    [tags = std::move(tags)](TableSettings& settings, model::TableDefinition&) -> base::Result<> {
                        for (const auto& [name, value] : tags)
                            settings.tags.insert_or_assign(name, value);
                        if (settings.tags.size() > 50)
                            return base::Error(model::TableErrc::validation, "Too many tags: a table may have 50 of them");
                        return {};
                    },
                    json::object());
}

void untag_resource(const Tools& tools, Call call, Input in) {
    const Input& given = in;
    const TableRef table = tagged_table(call, given["ResourceArn"]);
    if (!given["TagKeys"])
        refuse_value("1 validation error detected: Value null at 'tagKeys' failed to satisfy constraint: Member must not be null");
    if (given["TagKeys"].list().empty()) refuse_value("Atleast one Tag Key needs to be provided as Input.");
    std::vector<std::string> names;
    for (const Input& one : given["TagKeys"].list())
        names.push_back(one.text());
    change_settings(tools, std::move(call), table, no_resource(given["ResourceArn"]),
                    [names = std::move(names)](TableSettings& settings, model::TableDefinition&) -> base::Result<> {
                        for (const std::string& name : names)
                            settings.tags.erase(name);
                        return {};
                    },
                    json::object());
}

void list_tags(const Tools& tools, Call call, Input in) {
    const Input& given = in;
    const TableRef table = tagged_table(call, given["ResourceArn"]);
    const auto info = tools.tables.info(table.engine);
    if (info.has_error() && info.error().code == model::TableErrc::no_such_table) return call.refuse(no_resource(given["ResourceArn"]));
    if (answered_with_error(call, info)) return;
    json tags = json::array();
    for (const auto& [name, value] : TableSettings::of(info->definition).tags)
        tags.push_back({{"Key", name}, {"Value", value}});
    call.succeed({{"Tags", std::move(tags)}});
}

void describe_time_to_live(const Tools& tools, Call call, Input in) {
    const TableRef table = table_of(call.scope, std::as_const(in)["TableName"].text());
    const auto info = tools.tables.info(table.engine);
    if (info.has_error() && info.error().code == model::TableErrc::no_such_table) return call.refuse(not_found_table(table));
    if (answered_with_error(call, info)) return;
    json out = {{"TimeToLiveStatus", "DISABLED"}};
    if (const std::string& name = info->definition.ttl_attribute; !name.empty())
        out = {{"TimeToLiveStatus", "ENABLED"}, {"AttributeName", name}};
    call.succeed({{"TimeToLiveDescription", std::move(out)}});
}

void update_time_to_live(const Tools& tools, Call call, Input in) {
    const Input& given = in["TimeToLiveSpecification"];
    const TableRef table = table_of(call.scope, std::as_const(in)["TableName"].text());
    const bool enabled = given["Enabled"].flag();
    const std::string name = given["AttributeName"].text();
    change_settings(
        tools, std::move(call), table, not_found_table(table),
        [enabled, name](TableSettings&, model::TableDefinition& definition) -> base::Result<> {
            std::string& now = definition.ttl_attribute;
            const auto refused = [](std::string why) { return base::Error(model::TableErrc::validation, std::move(why)); };
            if (enabled && now == name) return refused("TimeToLive is already enabled");
            if (enabled && !now.empty())
                return refused("TimeToLive is active on a different AttributeName: current AttributeName is " + now);
            if (!enabled && now.empty()) return refused("TimeToLive is already disabled");
            if (!enabled && now != name)
                return refused("TimeToLive is active on a different AttributeName: current AttributeName is " + now);
            now = enabled ? name : std::string();
            return {};
        },
        {{"TimeToLiveSpecification", {{"Enabled", enabled}, {"AttributeName", name}}}});
}

void describe_limits(const Tools&, Call call, Input) {
    call.succeed({{"AccountMaxReadCapacityUnits", 80000},
                  {"AccountMaxWriteCapacityUnits", 80000},
                  {"TableMaxReadCapacityUnits", 40000},
                  {"TableMaxWriteCapacityUnits", 40000}});
}

void describe_endpoints(const Tools&, Call call, Input) {
    const std::string host = call.base_url.substr(call.base_url.find("://") + 3);
    call.succeed({{"Endpoints", json::array({{{"Address", host}, {"CachePeriodInMinutes", 1440}}})}});
}

}  // namespace

void add_setting_operations(Operations& to, const ToolsPtr& tools) {
    to.push_back(operation(tools, "TagResource", false,
                           structure("TagResourceInput", {{"ResourceArn", text(1, 1283)}, {"Tags", tags_shape()}}), tag_resource));
    to.push_back(operation(tools, "UntagResource", false,
                           structure("UntagResourceInput", {{"ResourceArn", text(1, 1283)}, {"TagKeys", list(text(1, 128))}}),
                           untag_resource));
    to.push_back(operation(tools, "ListTagsOfResource", false,
                           structure("ListTagsOfResourceInput", {{"ResourceArn", text(1, 1283)}, {"NextToken", text()}}), list_tags));
    to.push_back(operation(tools, "DescribeTimeToLive", false,
                           structure("DescribeTimeToLiveInput", {{"TableName", table_name(), kParameter}}), describe_time_to_live));
    Shape specification = structure("TimeToLiveSpecification", {{"Enabled", flag(), kRequired}, {"AttributeName", text(1, 255), kRequired}});
    to.push_back(operation(tools, "UpdateTimeToLive", false,
                           structure("UpdateTimeToLiveInput", {{"TableName", table_name(), kParameter},
                                                               {"TimeToLiveSpecification", std::move(specification), kRequired}}),
                           update_time_to_live));
    to.push_back(operation(tools, "DescribeLimits", false, structure("DescribeLimitsInput", {}), describe_limits));
    to.push_back(operation(tools, "DescribeEndpoints", false, structure("DescribeEndpointsRequest", {}), describe_endpoints));
}

}  // namespace faasd::aws::dynamodb
