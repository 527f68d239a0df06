// Functions given as C++ sources: compiled into a cache, so that what has not changed starts at once.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "runtime/precompiled_header.hpp"
#include "runtime/shared_objects.hpp"

namespace faasd::runtime {

struct FileStamp;

struct BuilderOptions {
    std::filesystem::path sdk_include;  // the folder that holds faasd/function.hpp
    std::vector<std::filesystem::path>
        more_includes;  // of nlohmann/json.hpp, where the compiler does not find it
    std::filesystem::path cache;   // what was made of which file: for finding it again without reading anything
    std::filesystem::path shared;  // what was made of which content, for all who share it; empty: nothing
    std::filesystem::path headers;                   // cache of the precompiled SDK header; empty: none
    std::string compiler;                                         // empty: $CXX, or c++
    std::vector<std::string> extra_flags;                         // after the builder's own
    std::size_t jobs = 0;                                         // compilers at once; 0: one a core
    std::chrono::milliseconds timeout = std::chrono::minutes{5};  // of one compiler
};

struct BuildRequest {
    std::vector<std::filesystem::path> sources;
    std::vector<std::string> libraries;
};

struct BuildResult {
    base::Result<std::filesystem::path>
        module;  // in the cache, never written to again; or the compiler's own words
    std::string fingerprint;
    std::vector<FileStamp> inputs;  // sources and local headers, as they were before they were read
    bool from_cache = false;
};

// Thread-safe. An object is found again by its compiler, flags, source and every header that it included (by
// their stamps, without reading them); a module by its objects. Nothing in the cache is ever overwritten: a
// new one gets a new name.
class Builder {
  public:
    explicit Builder(BuilderOptions options);
    ~Builder();
    [[nodiscard]] BuildResult build(const BuildRequest& request);
    // Ends the compilers that run; builds fail from now on.
    void cancel() {
        cancelled_.store(true);
        header_.cancel();
    }

  private:
    struct Object;
    class Slot;
    struct Compiler {
        std::string id;
        bool gnu = true;  // GCC: -fno-gnu-unique
    };

    [[nodiscard]] base::Result<Compiler> find_compiler();
    [[nodiscard]] Object compile(const Compiler& compiler, const std::filesystem::path& source);
    [[nodiscard]] std::vector<std::string> compile_flags(const Compiler& compiler) const;
    [[nodiscard]] const std::string& compiled_how(const Compiler& compiler);

    const BuilderOptions options_;
    std::atomic<bool> cancelled_{false};
    PrecompiledHeader header_;
    const SharedObjects shared_;
    std::string compiler_;
    std::size_t jobs_ = 1;
    std::mutex mutex_;
    std::condition_variable slot_free_;
    std::size_t busy_ = 0;                      // guarded by mutex_
    std::unique_ptr<Compiler> compiler_found_;  // guarded by mutex_
    std::string how_;                           // guarded by mutex_ until it is set
};

}  // namespace faasd::runtime
