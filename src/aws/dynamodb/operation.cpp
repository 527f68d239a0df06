#include "aws/dynamodb/operation.hpp"

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

TableRef table_of(const Scope& scope, std::string_view name_or_arn) {
    if (!name_or_arn.starts_with("arn:")) return {std::string(name_or_arn), scope.engine_name(name_or_arn), scope};
    Arn arn;
    constexpr std::string_view kTable = "table/";
    if (!parse_arn(name_or_arn, arn) || arn.service != "dynamodb" || !arn.resource.starts_with(kTable))
        refuse_value("Invalid TableArn: Invalid ResourceArn provided as input " + std::string(name_or_arn));
    const std::string_view name = arn.resource.substr(kTable.size(), arn.resource.find('/', kTable.size()) - kTable.size());
    Scope owner{std::string(arn.account), std::string(arn.region)};
    if (name.size() < 3 || owner.account.empty() || owner.region.empty() || owner.region.find('/') != std::string::npos)
        refuse_value("Invalid TableArn: Invalid ResourceArn provided as input " + std::string(name_or_arn));
    return {std::string(name), owner.engine_name(name), owner};
}

std::string trace_of(const Call& call) {
    std::string_view given = call.trace_header;
    if (const std::size_t root = given.find("Root="); root != std::string_view::npos) given.remove_prefix(root + 5);
    given = given.substr(0, given.find(';'));
    return given.empty() ? call.request_id : std::string(given);
}

}  // namespace faasd::aws::dynamodb
