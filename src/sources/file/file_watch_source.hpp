// A watched folder: its settled changes become asynchronous invocations, or go into a bucket.
#pragma once

#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include "model/app.hpp"
#include "sources/file/file_delivery.hpp"
#include "sources/file/folder.hpp"
#include "sources/file/inotify.hpp"
#include "sources/file/settling.hpp"
#include "sources/source.hpp"

namespace faasd::sources {

// A thread of its own sleeps in poll(2) on inotify. A file counts as changed once its size and time have
// stayed the same for `settle` of real time. What is known of the folder lies in the store, so that what
// appeared, changed or vanished while the daemon was down is noticed at the start; all files are new to a
// watch that starts for the first time, or on another folder.
//
// The folder is created where it is missing; where that fails, and when it is deleted later, the watch waits
// for it and says so. Where the kernel loses events or has no room for watches, the folder is scanned
// instead. Hidden files and what editors leave for a moment are ignored (is_ignored()), links that lead out
// of the folder are not followed.
class FileWatchSource final : public Source {
  public:
    struct Configuration {
        std::string name;
        std::filesystem::path folder;  // absolute
        std::string pattern;
        std::set<FileEventKind> events;
        bool recursive = true;
        base::Duration settle{};
        std::string function, bucket, prefix;
        bool operator==(const Configuration&) const = default;

        // Of a definition that check() has accepted; relative folders start at `app_folder`.
        [[nodiscard]] static Configuration of(const model::WatchDefinition& watch,
                                              const std::filesystem::path& app_folder);
    };
    [[nodiscard]] static base::Result<> check(const model::WatchDefinition& watch);

    FileWatchSource(const Dependencies& dependencies, Configuration configuration,
                    std::shared_ptr<model::AsyncInvoker> submit);
    ~FileWatchSource() override;

    void start() override;
    void stop() override;
    bool wait(std::chrono::nanoseconds until) override;

  private:
    void run();
    void turn();
    void attend();  // watches and scans the folder, if it is there
    void scan_all();
    void follow(const std::string& folder);
    void handle(const Inotify::Event& event);
    void look_at(const std::string& path);
    void look_again();
    void lose_folder();
    void deliver_settled();
    [[nodiscard]] int poll_timeout() const;  // ms; -1: none
    [[nodiscard]] bool wanted(const std::string& path) const;

    const Configuration configuration_;
    const Folder folder_;
    FileDelivery delivery_;
    int wake_;  // eventfd
    std::atomic<bool> stopping_{false};

    // Of the thread.
    std::unique_ptr<Inotify> inotify_;
    Settling settling_;
    bool attended_ = false;  // the folder is there and watched
    bool scanning_ = false;  // no room for watches
    bool warned_ = false;
    std::chrono::nanoseconds next_try_{0};  // of a missing folder, a scan, or a refused delivery; 0: none

    std::mutex mutex_;
    std::condition_variable ended_;
    bool running_ = false;  // guarded by mutex_
    std::thread thread_;
};

}  // namespace faasd::sources
