#include "config/sections.hpp"

namespace faasd::config {
namespace {

using model::ResourceKind;
using model::WatchDefinition;

Field<WatchDefinition> folder_field() {
    return Field<WatchDefinition>{{"folder",
                                   ValueDescription::text("a folder"),
                                   "The folder to watch; made if it is not there.",
                                   {},
                                   true},
                                  [](Reading& reading, const Node& node, WatchDefinition& into) {
                                      if (auto path = reading.path("folder", node))
                                          into.folder = std::move(*path);
                                  }};
}

void check_watch(Reading& reading, const Node& at, const Node& map, WatchDefinition& watch) {
    const bool function = map.find("function"), bucket = map.find("bucket");
    if (function && bucket)
        reading.error(at, reading.where() + " has both 'function' and 'bucket'", "write two watches");
    if (!function && !bucket)
        reading.error(at, reading.where() + " leads nowhere", "write 'function: name' or 'bucket: name'");
    if (const Node* prefix = map.find("prefix"); prefix && !bucket)
        reading.error(*prefix, "'prefix' is for watches with a bucket", "write 'bucket: name', or remove it");
    if (const Node* events = map.find("events");
        events && watch.events.empty() && events->is_list() && events->items.empty())
        reading.error(*events, "'events' is empty", "allowed: created, modified, deleted, moved");
    if (const Node* pattern = map.find("pattern"); pattern && pattern->is_scalar()) {
        // Each pair of braces multiplies the patterns to match.
        std::size_t braces = 0;
        for (const char c : pattern->text)
            braces += c == '{';
        if (pattern->text.empty() || pattern->text.size() > 1024 || braces > 8)
            reading.error(*pattern, "'pattern': " + shown(*pattern) + " is not a usable pattern",
                          "1 to 1024 bytes with at most 8 '{a,b}': *.jpg, **/*.{jpg,png}");
    }
}

}  // namespace

const Section<WatchDefinition>& watch_section() {
    using W = WatchDefinition;
    static const Section<W> section =
        Section<W>(
            "watch", "watches.<name>",
            "Watches a folder of files, also for what came while the daemon was down.",
            {folder_field(),
             text_field<W>("pattern", &W::pattern, "a glob",
                           "Which files below the folder: `?`, `*`, `**`, `[a-z]`, `{a,b}`."),
             list_field<W>("events", &W::events, "event", {"created", "modified", "deleted", "moved"},
                           "What happened to the file."),
             boolean_field<W>("recursive", &W::recursive, "Folders in the folder too."),
             duration_field<W>("settle", &W::settle, std::chrono::milliseconds{0}, std::chrono::hours{1},
                               "A file is reported when it has not changed for this long."),
             reference_field<W>("function", &W::function, ResourceKind::function,
                                "The function to call. Either this or `bucket`."),
             reference_field<W>("bucket", &W::bucket, ResourceKind::bucket,
                                "The bucket to copy the file to. Either this or `function`."),
             text_field<W>("prefix", &W::prefix, "text",
                           "What the object's key starts with, before the file's path in the folder.")})
            .check(check_watch)
            .foreign({{"path", "did you mean 'folder'?"},
                      {"directory", "did you mean 'folder'?"},
                      {"glob", "did you mean 'pattern'?"}});
    return section;
}

}  // namespace faasd::config
