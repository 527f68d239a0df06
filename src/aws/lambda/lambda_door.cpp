#include <algorithm>
#include <array>
#include <charconv>

#include <nlohmann/json.hpp>

#include "aws/lambda/functions.hpp"
#include "aws/lambda/invoke.hpp"
#include "aws/lambda/lambda.hpp"
#include "aws/protocol/error.hpp"
#include "aws/protocol/query_string.hpp"
#include "base/text.hpp"

namespace faasd::aws::lambda {
namespace {

using nlohmann::json;

constexpr std::string_view kRoot = "/2015-03-31/functions";
constexpr std::uint64_t kMaxPayload = 6 * 1024 * 1024;
constexpr std::size_t kPage = 50;

// "/2015-03-31/functions/thumbnail/invocations": function "thumbnail", verb "invocations".
struct Path {
    bool known = false;
    std::string function;  // decoded
    std::string_view verb;

    explicit Path(std::string_view path) {
        if (!path.starts_with(kRoot)) return;
        path.remove_prefix(kRoot.size());
        if (path.starts_with('/')) path.remove_prefix(1);
        const std::string_view name = path.substr(0, path.find('/'));
        path.remove_prefix(std::min(name.size() + 1, path.size()));
        const auto decoded = base::percent_decode(name);
        known = decoded.has_value();
        if (known) function = *decoded;
        verb = path;
    }
};

void list_functions(const Asked& asked, const model::App& app, std::string_view query) {
    std::vector<const model::FunctionDefinition*> functions;
    if (asked.scope.is_default())
        for (const auto& function : app.functions)
            functions.push_back(&function);
    std::sort(functions.begin(), functions.end(), [](auto* a, auto* b) { return a->name < b->name; });
    std::size_t most = kPage;
    if (const auto given = parameter(query, "MaxItems")) {
        const auto [end, failure] = std::from_chars(given->data(), given->data() + given->size(), most);
        if (failure != std::errc{} || most < 1 || most > 10'000)
            return asked.refuse(400, "InvalidParameterValueException",
                                "Value '" + *given + "' at 'maxItems' failed to satisfy constraint: Member must have value "
                                "between 1 and 10000");
        most = std::min(most, kPage);
    }
    const auto after = parameter(query, "Marker").value_or("");
    json page = json::array();
    json result;
    for (const auto* function : functions) {
        if (function->name <= after) continue;
        if (page.size() == most) {
            result["NextMarker"] = page.back()["FunctionName"];
            break;
        }
        page.push_back(configuration_of(*function, asked.scope));
    }
    result["Functions"] = std::move(page);
    asked.answer(result);
}

const model::FunctionDefinition* find(const model::App& app, const FunctionName& name, const Scope& scope) {
    if (name.other_scope || !scope.is_default()) return nullptr;
    if (!name.qualifier.empty() && name.qualifier != "$LATEST") return nullptr;
    for (const auto& function : app.functions)
        if (function.name == name.name) return &function;
    return nullptr;
}

}  // namespace

model::BodyPlan LambdaDoor::plan(const model::HttpRequest&, const Target&) {
    model::BodyPlan plan;
    plan.limit = kMaxPayload;
    return plan;
}

void LambdaDoor::handle(Visit visit) {
    Asked asked{visit.scope, visit.request_id, std::move(visit.responder)};
    const Path path(visit.request.raw_path);
    FunctionName name = read_function_name(path.function, asked.scope);
    if (!asked.scope.is_default()) name.other_scope = true;
    if (const auto qualifier = parameter(visit.request.raw_query, "Qualifier"); qualifier && name.qualifier.empty())
        name.qualifier = *qualifier;
    if (path.known && path.verb == "invocations" && visit.request.method == "POST")
        return invoke(with_, std::move(asked), name, visit.request);
    const bool get = visit.request.method == "GET";
    if (!path.known || !get || (!path.verb.empty() && path.verb != "configuration")) {
        const auto error = not_implemented(std::string(visit.request.method) + ' ' + std::string(visit.request.raw_path));
        return asked.refuse(error.status, error.code, error.message);
    }
    // The rest looks at files.
    with_.executor->post([app = with_.app(), asked = std::move(asked), name = std::move(name),
                          configuration = path.verb == "configuration", query = std::string(visit.request.raw_query)] {
        static const model::App kNone;
        const model::App& serving = app ? *app : kNone;
        if (name.name.empty()) return list_functions(asked, serving, query);
        const auto* function = find(serving, name, asked.scope);
        if (!function) return asked.refuse_unknown_function(name.name);
        asked.answer(configuration ? configuration_of(*function, asked.scope) : description_of(*function, asked.scope));
    });
}

std::vector<OperationStatus> LambdaDoor::operations() const {
    std::vector<OperationStatus> all;
    for (const char* name : {"GetFunction", "GetFunctionConfiguration", "Invoke", "ListFunctions"})
        all.push_back({name, true});
    for (const char* name :
         {"AddPermission", "CreateAlias", "CreateEventSourceMapping", "CreateFunction", "CreateFunctionUrlConfig",
          "DeleteAlias", "DeleteEventSourceMapping", "DeleteFunction", "DeleteFunctionConcurrency",
          "DeleteFunctionEventInvokeConfig", "DeleteFunctionUrlConfig", "GetAccountSettings", "GetAlias",
          "GetEventSourceMapping", "GetFunctionConcurrency", "GetFunctionEventInvokeConfig", "GetFunctionUrlConfig",
          "GetPolicy", "InvokeAsync", "InvokeWithResponseStream", "ListAliases", "ListEventSourceMappings",
          "ListFunctionEventInvokeConfigs", "ListFunctionUrlConfigs", "ListTags", "ListVersionsByFunction",
          "PublishVersion", "PutFunctionConcurrency", "PutFunctionEventInvokeConfig", "RemovePermission", "TagResource",
          "UntagResource", "UpdateAlias", "UpdateEventSourceMapping", "UpdateFunctionCode", "UpdateFunctionConfiguration",
          "UpdateFunctionEventInvokeConfig", "UpdateFunctionUrlConfig"})
        all.push_back({name, false});
    return all;
}

}  // namespace faasd::aws::lambda
