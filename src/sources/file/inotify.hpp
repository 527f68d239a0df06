// inotify(7) behind RAII: the folders that are watched, by their path.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace faasd::sources {

// Not thread-safe.
class Inotify {
  public:
    Inotify();  // throws std::system_error where the system refuses
    ~Inotify();
    Inotify(const Inotify&) = delete;
    Inotify& operator=(const Inotify&) = delete;

    [[nodiscard]] int descriptor() const { return descriptor_; }

    enum class Added { yes, missing, no_room };
    // `name`: what events call it; "" is the root.
    Added add(const std::string& folder, const std::string& name);
    // Ends watching a folder and all below it.
    void remove(const std::string& name);

    enum class What {
        changed,      // something about a file
        folder_came,  // a folder was created or moved in
        folder_went,  // a folder was deleted or moved away
        root_went,    // the root itself
        overflow,     // events were lost
    };
    struct Event {
        What what{};
        std::string path;
    };
    // What has happened; empty when nothing has. Does not block.
    [[nodiscard]] std::vector<Event> read();

  private:
    int descriptor_;
    std::map<int, std::string> names_;
};

}  // namespace faasd::sources
