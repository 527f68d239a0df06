#include "aws/dynamodb/table_settings.hpp"

#include <charconv>

#include <nlohmann/json.hpp>

#include "base/json.hpp"

namespace faasd::aws::dynamodb {
namespace {

using Settings = std::map<std::string, std::string>;

std::string get(const Settings& settings, const std::string& name) {
    const auto found = settings.find(name);
    return found == settings.end() ? std::string() : found->second;
}
std::int64_t number(const std::string& text) {
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}
void set(Settings& settings, const std::string& name, std::string value) {
    if (value.empty()) {
        settings.erase(name);
    } else {
        settings[name] = std::move(value);
    }
}
std::string to_text(const Throughput& units) { return std::to_string(units.read) + "/" + std::to_string(units.write); }
Throughput throughput_of(const std::string& text) {
    const std::size_t slash = text.find('/');
    if (slash == std::string::npos) return {};
    return {number(text.substr(0, slash)), number(text.substr(slash + 1))};
}
std::string to_text(base::TimePoint time) {
    return time == base::TimePoint{} ? std::string() : std::to_string(base::to_micros(time));
}
const std::string kIndex = "dynamodb.index.";

}  // namespace

TableSettings TableSettings::of(const model::TableDefinition& table) {
    const Settings& from = table.settings;
    TableSettings settings;
    const std::string billing = get(from, "dynamodb.billing");
    settings.provisioned = billing == "PROVISIONED";
    settings.had_billing_mode = !billing.empty() && get(from, "dynamodb.billing_told") == "true";
    settings.on_demand_since = base::from_micros(number(get(from, "dynamodb.on_demand_since")));
    settings.throughput = throughput_of(get(from, "dynamodb.throughput"));
    for (const auto& [name, value] : from)
        if (name.starts_with(kIndex)) settings.indexes[name.substr(kIndex.size())] = throughput_of(value);
    settings.table_class = get(from, "dynamodb.class");
    settings.encryption = get(from, "dynamodb.encryption");
    if (const std::string tags = get(from, "dynamodb.tags"); !tags.empty())
        base::parse_stored_json(tags).get_to(settings.tags);
    settings.on_demand_limits = get(from, "dynamodb.on_demand_limits");
    settings.point_in_time_since = base::from_micros(number(get(from, "dynamodb.point_in_time_since")));
    settings.point_in_time = settings.point_in_time_since != base::TimePoint{};
    settings.restored_from = get(from, "dynamodb.restored_from");
    return settings;
}

void TableSettings::store(model::TableDefinition& table) const {
    Settings& to = table.settings;
    set(to, "dynamodb.billing", provisioned ? "PROVISIONED" : "PAY_PER_REQUEST");
    set(to, "dynamodb.billing_told", had_billing_mode ? "true" : "");
    set(to, "dynamodb.on_demand_since", to_text(on_demand_since));
    set(to, "dynamodb.throughput", provisioned ? to_text(throughput) : "");
    std::erase_if(to, [](const auto& one) { return one.first.starts_with(kIndex); });
    for (const auto& [name, units] : indexes)
        set(to, kIndex + name, to_text(units));
    set(to, "dynamodb.class", table_class);
    set(to, "dynamodb.encryption", encryption);
    set(to, "dynamodb.tags", tags.empty() ? std::string() : base::to_text(nlohmann::json(tags)));
    set(to, "dynamodb.on_demand_limits", on_demand_limits);
    set(to, "dynamodb.point_in_time_since", point_in_time ? to_text(point_in_time_since) : "");
    set(to, "dynamodb.restored_from", restored_from);
}

}  // namespace faasd::aws::dynamodb
