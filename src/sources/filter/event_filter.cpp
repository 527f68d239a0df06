#include "sources/filter/event_filter.hpp"

#include <algorithm>
#include <optional>

#include <nlohmann/json.hpp>

#include "base/json.hpp"

namespace faasd::sources {
namespace {

using model::EventPattern;
using nlohmann::json;

// A body that is a mere number or word is text, although JSON would take it too.
bool may_be_document(std::string_view body) {
    const std::size_t first = body.find_first_not_of(" \t\r\n");
    return first != std::string_view::npos && (body[first] == '{' || body[first] == '[');
}

}  // namespace

bool EventFilter::wants_message(std::string_view body, const std::function<std::string()>& record) const {
    if (patterns_.empty()) return true;
    json parsed = may_be_document(body) ? base::parse_json(body) : json(json::value_t::discarded);
    const bool is_document = !parsed.is_discarded();
    json event = json::object();
    event["body"] = is_document ? std::move(parsed) : json(body);
    std::optional<json> whole;
    return std::any_of(patterns_.begin(), patterns_.end(), [&](const EventPattern& pattern) {
        const EventPattern::Form form = pattern.form_of("body");
        if (form == EventPattern::Form::object && !is_document) return false;
        if (form == EventPattern::Form::values && is_document) return false;
        if (pattern.asks_only_for("body")) return pattern.matches(event);
        if (!whole) {
            whole = base::parse_json(record());
            if (!whole->is_object()) whole = json::object();
            (*whole)["body"] = event["body"];
        }
        return pattern.matches(*whole);
    });
}

bool EventFilter::wants_record(std::string_view record) const {
    if (patterns_.empty()) return true;
    const json event = base::parse_json(record);
    return std::any_of(patterns_.begin(), patterns_.end(),
                       [&](const EventPattern& pattern) { return pattern.matches(event); });
}

}  // namespace faasd::sources
