// From what a configuration names (a shared object, or sources) to an image that functions can run from.
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "model/app.hpp"
#include "runtime/image.hpp"
#include "runtime/probe.hpp"

namespace faasd::runtime {

class Builder;

// What functions with the same one share an image.
struct ModuleSpec {
    std::filesystem::path module;  // or
    std::vector<std::filesystem::path> sources;
    std::vector<std::string> libraries;

    [[nodiscard]] static ModuleSpec of(const model::FunctionDefinition& function);
    [[nodiscard]] std::string key() const;
    [[nodiscard]] std::string describe() const;  // for messages: the path, or the sources
    auto operator<=>(const ModuleSpec&) const = default;
};

// A file as it was: another stamp means other content.
struct FileStamp {
    std::filesystem::path path;
    std::int64_t modified_ns = 0;  // 0: not there
    std::uint64_t size = 0, inode = 0;

    [[nodiscard]] static FileStamp of(const std::filesystem::path& path);
    auto operator<=>(const FileStamp&) const = default;
    [[nodiscard]] std::string text() const;
};

struct LoadResult {
    base::Result<std::shared_ptr<Image>> image;
    std::vector<FileStamp> inputs;  // what it depends on, as it was before it was read; also after a failure
};

struct LoaderOptions {
    ProbeOptions probe;
    std::filesystem::path cache;   // of builds and probes; may be shared with other daemons
    std::filesystem::path copies;  // of opened modules; this daemon's alone
};

// Thread-safe. Blocks: on a compiler, a child process, the file system.
class Loader {
  public:
    Loader(LoaderOptions options, Builder& builder) : options_(std::move(options)), builder_(builder) {}
    [[nodiscard]] LoadResult load(const ModuleSpec& spec);
    // Ends compilers and the children that look into modules; loads fail from now on. One whose module is being opened in
    // this process ends when that does.
    void cancel();

  private:
    [[nodiscard]] base::Result<std::shared_ptr<Image>> open(const std::filesystem::path& file, bool immutable,
                                                            const std::string& known_fingerprint);

    const LoaderOptions options_;
    Builder& builder_;
    std::atomic<bool> cancelled_{false};
};

}  // namespace faasd::runtime
