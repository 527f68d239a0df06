// Where the changes of a watched folder go, durably, together with what is known of the folder.
#pragma once

#include <atomic>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "sources/file/folder.hpp"
#include "sources/source.hpp"

namespace faasd::sources {

// For one thread. To a function: the invocations and the new snapshot are one transaction, so nothing is lost
// or doubled. To a bucket: a file is copied (a deleted one removed), then the snapshot follows; a kill in
// between copies it once more.
class FileDelivery {
  public:
    struct Target {
        std::string watch;
        std::filesystem::path folder;
        std::set<FileEventKind> events;
        std::string function, bucket, prefix;
    };
    // `stopping`: ends a long copy early.
    FileDelivery(const Dependencies& dependencies, Target target, std::shared_ptr<model::AsyncInvoker> submit,
                 const std::atomic<bool>& stopping);

    void load();
    [[nodiscard]] const Snapshot& known() const { return known_; }

    // The paths that could not be delivered: they vanished or changed meanwhile, or the store refused. What no
    // bucket ever takes (a name that is no key, a file over the limit) is logged and left until it changes.
    [[nodiscard]] std::vector<std::string> deliver(const Observations& settled);

  private:
    [[nodiscard]] std::vector<FileChange> selected(const std::vector<FileChange>& changes) const;
    [[nodiscard]] base::Result<> submit(const std::vector<FileChange>& events,
                                        const std::vector<FileChange>& changes);
    [[nodiscard]] base::Result<> copy(const FileChange& change);
    [[nodiscard]] base::Result<> remove_object(const std::string& path);
    void write_snapshot(model::Transaction& transaction, const std::vector<FileChange>& changes);
    void remember(const std::vector<FileChange>& changes);
    // Says what went wrong with a file, once as long as it is the same.
    void complain(const std::string& path, const std::string& why, const char* what_next);
    [[nodiscard]] FileEvent event_of(const FileChange& change) const;

    const Dependencies dependencies_;
    const Target target_;
    const std::shared_ptr<model::AsyncInvoker> submit_;
    const std::atomic<bool>& stopping_;
    const std::string space_;
    Snapshot known_;
    std::map<std::string, std::string> complaints_;  // by path, of what is being tried again
};

}  // namespace faasd::sources
