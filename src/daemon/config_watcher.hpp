// Notices that the configuration file was edited.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <thread>

namespace faasd::daemon {

// Watches the file through its folder, since editors replace files instead of writing them, and calls back on a thread
// of its own once the file has been left alone for a moment. The destructor waits for a running callback.
class ConfigWatcher {
  public:
    // `read`: the file's time of change when it was read: a change since then counts as well.
    ConfigWatcher(std::filesystem::path file, std::filesystem::file_time_type read, std::function<void()> changed,
                  std::chrono::milliseconds settle = std::chrono::milliseconds{50});
    ~ConfigWatcher();
    ConfigWatcher(const ConfigWatcher&) = delete;
    ConfigWatcher& operator=(const ConfigWatcher&) = delete;

  private:
    void run();
    // True if one of the events that wait concerns the file.
    bool read_events();

    const std::filesystem::path file_;
    const std::function<void()> changed_;
    const std::chrono::milliseconds settle_;
    bool changed_before_ = false;  // since it was read, before the watch began
    int inotify_ = -1;
    int stop_ = -1;  // an eventfd
    std::thread thread_;
};

}  // namespace faasd::daemon
