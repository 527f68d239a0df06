#include "runtime/file_watcher.hpp"

#include <algorithm>
#include <poll.h>
#include <set>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/thread_name.hpp"

namespace faasd::runtime {
namespace {

constexpr int kMissingFolderPeriodMs = 1000;
constexpr int kPatienceForMissing = 10;
constexpr std::uint32_t kEvents = IN_CLOSE_WRITE | IN_MODIFY | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE |
                                  IN_DELETE | IN_ATTRIB | IN_DELETE_SELF;

bool any_missing(const std::vector<FileStamp>& files) {
    return std::any_of(files.begin(), files.end(),
                       [](const FileStamp& file) { return file.modified_ns == 0; });
}

}  // namespace

FileWatcher::FileWatcher(std::chrono::milliseconds settle, base::UniqueFunction<void()> on_change)
    : settle_(settle),
      on_change_(std::move(on_change)),
      inotify_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      thread_([this] { run(); }) {}

FileWatcher::~FileWatcher() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    ::eventfd_write(wake_, 1);
    thread_.join();
    ::close(inotify_);
    ::close(wake_);
}

void FileWatcher::watch(std::vector<FileStamp> files) {
    {
        const std::lock_guard lock(mutex_);
        files_ = std::move(files);
        watch_folders();
    }
    ::eventfd_write(wake_, 1);
}

void FileWatcher::watch_folders() {
    std::set<std::filesystem::path> wanted;
    for (const FileStamp& file : files_)
        wanted.insert(file.path.parent_path());
    for (auto at = folders_.begin(); at != folders_.end();) {
        if (wanted.contains(at->first)) {
            ++at;
            continue;
        }
        if (at->second >= 0) ::inotify_rm_watch(inotify_, at->second);
        at = folders_.erase(at);
    }
    for (const auto& folder : wanted) {
        const auto [at, fresh] = folders_.try_emplace(folder, -1);
        if (at->second < 0) at->second = ::inotify_add_watch(inotify_, folder.c_str(), kEvents);
    }
}

// True if it may have been about one of the files.
bool FileWatcher::read_events() {
    alignas(inotify_event) char buffer[16 * 1024];
    bool relevant = false;
    const std::lock_guard lock(mutex_);
    for (ssize_t n = 0; (n = ::read(inotify_, buffer, sizeof buffer)) > 0;) {
        for (const char* at = buffer; at < buffer + n;) {
            const auto& event = *reinterpret_cast<const inotify_event*>(at);
            at += sizeof event + event.len;
            for (auto& [folder, watch] : folders_) {
                if (watch != event.wd) continue;
                if (event.mask & IN_IGNORED) watch = -1;
                const std::filesystem::path file = event.len ? folder / event.name : folder;
                relevant = relevant || std::any_of(files_.begin(), files_.end(),
                                                   [&](const FileStamp& f) { return f.path == file; });
            }
            relevant = relevant || (event.mask & IN_Q_OVERFLOW);
        }
    }
    return relevant;
}

std::vector<FileStamp> FileWatcher::look() const {
    std::vector<FileStamp> now;
    const std::lock_guard lock(mutex_);
    for (const FileStamp& file : files_)
        now.push_back(FileStamp::of(file.path));
    return now;
}

void FileWatcher::run() {
    base::set_thread_name("modules");
    bool pending = false;
    int missing_rounds = 0;
    std::vector<FileStamp> last;
    while (true) {
        int timeout = pending ? static_cast<int>(settle_.count()) : -1;
        {
            const std::lock_guard lock(mutex_);
            if (stopping_) return;
            const bool unwatched = std::any_of(folders_.begin(), folders_.end(),
                                               [](const auto& folder) { return folder.second < 0; });
            if (timeout < 0 && unwatched) timeout = kMissingFolderPeriodMs;
        }
        pollfd polls[] = {{inotify_, POLLIN, 0}, {wake_, POLLIN, 0}};
        const int ready = ::poll(polls, 2, timeout);
        eventfd_t ignored = 0;
        if (polls[1].revents) ::eventfd_read(wake_, &ignored);
        bool relevant = polls[0].revents && read_events();
        std::vector<FileStamp> now = look();
        if (ready == 0 || polls[1].revents) {
            const std::lock_guard lock(mutex_);
            watch_folders();
            relevant = relevant || (!pending && now != files_);
        }
        if (relevant) {
            pending = true;
        } else if (pending && ready == 0) {
            missing_rounds = any_missing(now) ? missing_rounds + 1 : 0;
            if (now == last && (missing_rounds == 0 || missing_rounds > kPatienceForMissing)) {
                pending = false;
                missing_rounds = 0;
                bool changed = false;
                {
                    // They have been reported as they are now; whoever reads them says how it found them.
                    const std::lock_guard lock(mutex_);
                    changed = now.size() == files_.size() && now != files_;
                    if (changed) files_ = now;
                }
                if (changed) on_change_();
            }
        }
        last = std::move(now);
    }
}

}  // namespace faasd::runtime
