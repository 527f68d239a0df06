#include "sources/file/inotify.hpp"

#include <cerrno>
#include <cstring>
#include <sys/inotify.h>
#include <system_error>
#include <unistd.h>

namespace faasd::sources {
namespace {

constexpr std::uint32_t kMask = IN_CREATE | IN_MODIFY | IN_ATTRIB | IN_CLOSE_WRITE | IN_MOVED_FROM |
                                IN_MOVED_TO | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR |
                                IN_DONT_FOLLOW;

}  // namespace

Inotify::Inotify() : descriptor_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
    if (descriptor_ < 0) {
        throw std::system_error(
            errno, std::system_category(),
            "cannot watch folders (inotify; fs.inotify.max_user_instances may be too low)");
    }
}

Inotify::~Inotify() {
    ::close(descriptor_);
}

Inotify::Added Inotify::add(const std::string& folder, const std::string& name) {
    // The root itself may be a link to a folder.
    const std::uint32_t mask = name.empty() ? kMask & ~std::uint32_t{IN_DONT_FOLLOW} : kMask;
    const int watch = ::inotify_add_watch(descriptor_, folder.c_str(), mask);
    if (watch < 0) return errno == ENOSPC || errno == ENOMEM ? Added::no_room : Added::missing;
    names_[watch] = name;
    return Added::yes;
}

void Inotify::remove(const std::string& name) {
    for (auto it = names_.begin(); it != names_.end();) {
        const std::string& watched = it->second;
        const bool below = name.empty() || watched == name || watched.starts_with(name + '/');
        if (!below) {
            ++it;
            continue;
        }
        ::inotify_rm_watch(descriptor_, it->first);
        it = names_.erase(it);
    }
}

std::vector<Inotify::Event> Inotify::read() {
    std::vector<Event> events;
    alignas(inotify_event) char buffer[16 * 1024];
    while (true) {
        const ssize_t size = ::read(descriptor_, buffer, sizeof buffer);
        if (size <= 0) return events;
        for (const char* at = buffer; at < buffer + size;) {
            inotify_event event{};
            std::memcpy(&event, at, sizeof event);
            const char* const text = at + sizeof event;
            at += sizeof event + event.len;
            if (event.mask & IN_Q_OVERFLOW) {
                events.push_back({What::overflow, {}});
                continue;
            }
            const auto found = names_.find(event.wd);
            if (found == names_.end()) continue;
            if (event.mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED)) {
                // A folder below the root is reported by the one above it.
                if (found->second.empty()) events.push_back({What::root_went, {}});
                if (event.mask & IN_IGNORED) names_.erase(found);
                continue;
            }
            std::string path = event.len > 0 ? std::string(text) : std::string();
            if (path.empty()) continue;
            if (!found->second.empty()) path.insert(0, found->second + '/');
            if (!(event.mask & IN_ISDIR)) {
                events.push_back({What::changed, std::move(path)});
            } else if (event.mask & (IN_CREATE | IN_MOVED_TO)) {
                events.push_back({What::folder_came, std::move(path)});
            } else if (event.mask & (IN_DELETE | IN_MOVED_FROM)) {
                events.push_back({What::folder_went, std::move(path)});
            }
        }
    }
}

}  // namespace faasd::sources
