#include "daemon/config_watcher.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <cstdint>

#include "base/log.hpp"
#include "base/thread_name.hpp"

namespace faasd::daemon {

ConfigWatcher::ConfigWatcher(std::filesystem::path file, std::filesystem::file_time_type read,
                             std::function<void()> changed, std::chrono::milliseconds settle)
    : file_(std::move(file)), changed_(std::move(changed)), settle_(settle) {
    inotify_ = ::inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    stop_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    const auto folder = file_.parent_path();
    if (inotify_ < 0 || stop_ < 0 ||
        ::inotify_add_watch(inotify_, folder.c_str(), IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE) < 0) {
        spdlog::warn("{}: edits of it are not noticed (inotify: out of watches?); SIGHUP reloads it", file_.string());
        return;
    }
    std::error_code gone;
    changed_before_ = std::filesystem::last_write_time(file_, gone) != read;
    thread_ = std::thread([this] { run(); });
}

ConfigWatcher::~ConfigWatcher() {
    if (thread_.joinable()) {
        const std::uint64_t one = 1;
        [[maybe_unused]] const auto written = ::write(stop_, &one, sizeof one);
        thread_.join();
    }
    if (inotify_ >= 0) ::close(inotify_);
    if (stop_ >= 0) ::close(stop_);
}

bool ConfigWatcher::read_events() {
    alignas(inotify_event) char buffer[4096];
    bool concerned = false;
    ssize_t size = 0;
    while ((size = ::read(inotify_, buffer, sizeof buffer)) > 0) {
        for (char* at = buffer; at < buffer + size;) {
            const auto* event = reinterpret_cast<const inotify_event*>(at);
            concerned = concerned || (event->len > 0 && file_.filename() == event->name);
            at += sizeof(inotify_event) + event->len;
        }
    }
    return concerned;
}

void ConfigWatcher::run() {
    base::set_thread_name("config");
    bool pending = changed_before_;
    while (true) {
        pollfd descriptors[] = {{inotify_, POLLIN, 0}, {stop_, POLLIN, 0}};
        const int ready = ::poll(descriptors, 2, pending ? static_cast<int>(settle_.count()) : -1);
        if (descriptors[1].revents) return;
        if (ready > 0) {
            pending = read_events() || pending;
        } else if (ready == 0 && pending) {
            pending = false;
            changed_();
        }
    }
}

}  // namespace faasd::daemon
