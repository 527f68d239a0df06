// Notices when files that code was made from have changed and have been written completely.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "base/unique_function.hpp"
#include "runtime/loader.hpp"

namespace faasd::runtime {

// Thread-safe. Watches folders, since editors and linkers replace files rather than write into them.
// `on_change` runs on the watcher's thread, once the files have kept their size and time for `settle`; a file
// that is gone gets ten times as long to come back.
class FileWatcher {
  public:
    FileWatcher(std::chrono::milliseconds settle, base::UniqueFunction<void()> on_change);
    ~FileWatcher();
    FileWatcher(const FileWatcher&) = delete;
    FileWatcher& operator=(const FileWatcher&) = delete;

    // From now on these, as they were when they were read: a change that has happened since counts.
    void watch(std::vector<FileStamp> files);

  private:
    void run();
    bool read_events();
    void watch_folders();
    [[nodiscard]] std::vector<FileStamp> look() const;

    const std::chrono::milliseconds settle_;
    base::UniqueFunction<void()> on_change_;
    int inotify_ = -1, wake_ = -1;
    mutable std::mutex mutex_;
    std::vector<FileStamp> files_;  // guarded by mutex_
    std::map<std::filesystem::path, int>
        folders_;            // guarded by mutex_; -1: is not there, so it cannot be watched
    bool stopping_ = false;  // guarded by mutex_
    std::thread thread_;
};

}  // namespace faasd::runtime
