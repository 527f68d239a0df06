#include "aws/dynamodb/operation.hpp"

#include <algorithm>

namespace faasd::aws::dynamodb {

Operation operation(ToolsPtr tools, std::string_view name, bool blocks, Shape shape, Run run) {
    return {name, blocks, [tools = std::move(tools), shape = std::make_shared<const Shape>(std::move(shape)), run](Call call) {
                Input in = read_input(call.body, *shape);
                check_constraints(in, *shape);
                call.owner.reset();
                call.body = {};
                run(*tools, std::move(call), std::move(in));
            }};
}

namespace {

bool is_made_of(std::string_view text, std::string_view punctuation, bool capitals) {
    return std::ranges::all_of(text, [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (capitals && c >= 'A' && c <= 'Z') ||
               punctuation.find(c) != std::string_view::npos;
    });
}

}  // namespace

bool is_table_name(std::string_view text) { return text.size() >= 3 && text.size() <= 255 && is_made_of(text, "_.-", true); }

bool is_scope(const Scope& scope) {
    return scope.account.size() == 12 && scope.account.find_first_not_of("0123456789") == std::string::npos &&
           !scope.region.empty() && is_made_of(scope.region, "-", false);
}

TableRef table_of(const Scope& scope, std::string_view name_or_arn) {
    if (!name_or_arn.starts_with("arn:")) {
        // The engine's names hold more than tables of this account: those of others, and backups.
        if (!is_table_name(name_or_arn))
            refuse_value("1 validation error detected: Value '" + cut_text(name_or_arn, kMostDescribed) +
                         "' at 'tableName' failed to satisfy constraint: Member must have a length of 3 to 255 and satisfy "
                         "regular expression pattern: [a-zA-Z0-9_.-]+");
        return {std::string(name_or_arn), scope.engine_name(name_or_arn), scope};
    }
    Arn arn;
    constexpr std::string_view kTable = "table/";
    if (!parse_arn(name_or_arn, arn) || arn.service != "dynamodb" || !arn.resource.starts_with(kTable))
        refuse_value("Invalid TableArn: Invalid ResourceArn provided as input " + cut_text(name_or_arn, kMostDescribed));
    const std::string_view name = arn.resource.substr(kTable.size(), arn.resource.find('/', kTable.size()) - kTable.size());
    Scope owner{std::string(arn.account), std::string(arn.region)};
    if (!is_table_name(name) || !is_scope(owner))
        refuse_value("Invalid TableArn: Invalid ResourceArn provided as input " + cut_text(name_or_arn, kMostDescribed));
    return {std::string(name), owner.engine_name(name), owner};
}

std::string trace_of(const Call& call) {
    std::string_view given = call.trace_header;
    if (const std::size_t root = given.find("Root="); root != std::string_view::npos) given.remove_prefix(root + 5);
    given = given.substr(0, given.find(';'));
    return given.empty() ? call.request_id : std::string(given);
}

}  // namespace faasd::aws::dynamodb
