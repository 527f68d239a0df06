#include "sources/events/event_bridge.hpp"

#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "base/random.hpp"
#include "base/units.hpp"

namespace faasd::sources {
namespace {

using Json = nlohmann::ordered_json;

std::string envelope(std::string_view detail_type, std::string_view source, base::TimePoint time,
                     std::string resource, Json detail, const AwsIdentity& identity) {
    const Json event = {
        {"version", "0"},
        {"id", base::random_uuid()},
        {"detail-type", detail_type},
        {"source", source},
        {"account", identity.account},
        {"time", format_seconds(time)},
        {"region", identity.region},
        {"resources", Json::array({std::move(resource)})},
        {"detail", std::move(detail)},
    };
    return base::to_ascii_text(event);
}

std::string_view name_of(FileEventKind kind) {
    switch (kind) {
        case FileEventKind::created:
            return "File Created";
        case FileEventKind::modified:
            return "File Modified";
        case FileEventKind::deleted:
            return "File Deleted";
        case FileEventKind::moved:
            return "File Moved";
    }
    return "File Modified";
}

}  // namespace

std::string scheduled_event(std::string_view schedule, base::TimePoint time, const AwsIdentity& identity) {
    return envelope("Scheduled Event", "aws.events", time,
                    identity.arn("events", "rule/" + std::string(schedule)), Json::object(), identity);
}

std::string file_event(const FileEvent& event, const AwsIdentity& identity) {
    Json detail = {{"watch", event.watch},
                   {"path", event.path},
                   {"key", event.key},
                   {"name", event.key.substr(event.key.rfind('/') + 1)}};
    if (event.kind != FileEventKind::deleted) {
        detail["size"] = event.size;
        detail["modified"] = base::format_rfc3339(event.modified_at);
    }
    if (event.kind == FileEventKind::moved) detail["from"] = event.from;
    return envelope(name_of(event.kind), "faasd.file", event.at, event.path, std::move(detail), identity);
}

}  // namespace faasd::sources
