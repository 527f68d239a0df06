#include "sources/batch/batch_response.hpp"

#include <set>
#include <unordered_map>

#include <nlohmann/json.hpp>

#include "base/json.hpp"

namespace faasd::sources {
namespace {

BatchResponse whole_batch(std::string why) {
    return {true, {}, std::move(why)};
}

}  // namespace

BatchResponse parse_batch_response(std::string_view response, const std::vector<std::string>& ids) {
    if (response.find_first_not_of(" \t\r\n") == std::string_view::npos) return {};
    const auto json = base::parse_json(response);
    if (json.is_discarded()) return whole_batch("the response is not JSON");
    if (!json.is_object()) return {};
    const auto failures = json.find("batchItemFailures");
    if (failures == json.end() || failures->is_null()) return {};
    if (!failures->is_array()) return whole_batch("batchItemFailures is not a list");

    std::unordered_map<std::string_view, std::size_t> positions;
    for (std::size_t i = 0; i < ids.size(); ++i)
        positions.emplace(ids[i], i);
    std::set<std::size_t> failed;
    for (const auto& failure : *failures) {
        const auto id = failure.is_object() ? failure.find("itemIdentifier") : failure.end();
        if (!failure.is_object() || id == failure.end() || !id->is_string()) {
            return whole_batch("an entry of batchItemFailures has no itemIdentifier");
        }
        const auto& text = id->get_ref<const std::string&>();
        const auto found = positions.find(text);
        if (found == positions.end()) {
            return whole_batch("batchItemFailures names '" + text + "', which is not in the batch");
        }
        failed.insert(found->second);
    }
    return {false, {failed.begin(), failed.end()}, {}};
}

}  // namespace faasd::sources
