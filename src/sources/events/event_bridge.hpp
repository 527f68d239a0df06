// Events in the envelope of Amazon EventBridge: what a schedule and a file watch hand to their functions.
//
//   schedule   source "aws.events", detail-type "Scheduled Event", resources: the rule's ARN, detail {}
//   file       source "faasd.file", detail-type "File Created", "File Modified", "File Deleted" or "File
//   Moved",
//              resources: the absolute path, detail:
//                watch      the watch's name
//                path       absolute
//                key        relative to the watched folder, with '/'
//                name       the last part of it
//                size       bytes          (not for "File Deleted")
//                modified   RFC 3339, UTC  (not for "File Deleted")
//                from       the relative path before it was moved (only for "File Moved")
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "sources/events/aws_identity.hpp"

namespace faasd::sources {

// `time`: when the schedule was to fire, not when it did.
[[nodiscard]] std::string scheduled_event(std::string_view schedule, base::TimePoint time,
                                          const AwsIdentity& identity);

enum class FileEventKind { created, modified, deleted, moved };

struct FileEvent {
    FileEventKind kind{};
    std::string watch;
    std::string path;  // absolute
    std::string key;   // relative
    std::uint64_t size = 0;
    base::TimePoint modified_at{};
    std::string from;  // relative
    base::TimePoint at{};
};
[[nodiscard]] std::string file_event(const FileEvent& event, const AwsIdentity& identity);

}  // namespace faasd::sources
