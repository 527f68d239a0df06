#include "runtime/grants.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/json.hpp"

namespace faasd::runtime {
namespace {

using model::ResourceKind;
using nlohmann::json;

constexpr std::array<std::pair<const char*, ResourceKind>, 6> kMembers{
    {{"dependency", ResourceKind::dependency},
     {"queue", ResourceKind::queue},
     {"bucket", ResourceKind::bucket},
     {"from_bucket", ResourceKind::bucket},
     {"table", ResourceKind::table},
     {"function", ResourceKind::function}}};
// Lists whose elements name resources of their own.
constexpr std::array<const char*, 2> kLists{"actions", "calls"};

struct Check {
    const model::FunctionDefinition& function;
    const std::string& operation;
    std::vector<model::FunctionDefinition::Grant>* used;

    std::optional<model::OperationError> object(const json& params) const {
        for (const auto& [member, kind] : kMembers) {
            const auto at = params.find(member);
            if (at == params.end() || !at->is_string()) continue;
            const model::FunctionDefinition::Grant grant{kind, at->get<std::string>()};
            if (std::find(function.uses.begin(), function.uses.end(), grant) == function.uses.end())
                return refusal(grant);
            if (used) used->push_back(grant);
        }
        return std::nullopt;
    }
    std::optional<model::OperationError> all(const json& params) const {
        if (auto refused = object(params)) return refused;
        for (const char* name : kLists) {
            const auto list = params.find(name);
            if (list == params.end() || !list->is_array()) continue;
            for (const json& action : *list) {
                if (!action.is_object()) continue;
                if (auto refused = object(action)) return refused;
            }
        }
        return std::nullopt;
    }
    [[nodiscard]] model::OperationError refusal(const model::FunctionDefinition::Grant& grant) const {
        const std::string kind(model::to_string(grant.kind));
        model::OperationError error;
        error.code = "AccessDenied";
        error.http_status = 403;
        error.message = "function " + function.name + " may not use " + kind + " " + grant.name + " (" +
                        operation + "): add `" + kind + ":" + grant.name + "` to functions." + function.name +
                        ".uses in faasd.yaml";
        return error;
    }
};

}  // namespace

std::optional<model::OperationError> denied(const model::FunctionDefinition& function,
                                            const std::string& operation, const std::string& params,
                                            std::vector<model::FunctionDefinition::Grant>* used) {
    const json parsed = base::parse_json(params);
    if (!parsed.is_object()) {
        model::OperationError error;
        error.code = "InvalidParameter";
        error.message = "the arguments of " + operation + " are no JSON object";
        return error;
    }
    return Check{function, operation, used}.all(parsed);
}

}  // namespace faasd::runtime
