// One loaded version of a module: opened from a file that nobody writes to, closed when its last call has
// ended.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "faasd/abi.h"

namespace faasd::runtime {

// Immutable; thread-safe. Whoever calls one of its functions holds a shared_ptr to it meanwhile.
class Image {
  public:
    // Opens `module` in this process. Writing over a mapped file is SIGBUS, and the loader hands out one
    // handle a path: so what may be written to is first copied under a unique name into `copies`. A file of
    // the build cache is never written to again (`immutable`) and opened as it is.
    [[nodiscard]] static base::Result<std::shared_ptr<Image>> open(const std::filesystem::path& module,
                                                                   bool immutable,
                                                                   const std::filesystem::path& copies,
                                                                   std::string fingerprint);
    ~Image();
    Image(const Image&) = delete;
    Image& operator=(const Image&) = delete;

    [[nodiscard]] const faasd_function* find(std::string_view name) const;
    [[nodiscard]] std::vector<std::string> function_names() const;
    [[nodiscard]] const faasd_module& module() const { return *module_; }
    // Identifies the content: what is quarantined for it may run again when it changes.
    [[nodiscard]] const std::string& fingerprint() const { return fingerprint_; }
    [[nodiscard]] const std::filesystem::path& opened_path() const { return opened_path_; }

    // Keeps something alive as long as the module: the environment that its functions point into.
    void keep(std::shared_ptr<const void> object) { kept_.push_back(std::move(object)); }

  private:
    Image() = default;

    void* handle_ = nullptr;
    const faasd_module* module_ = nullptr;
    std::filesystem::path opened_path_;
    bool is_copy_ = false;
    std::string fingerprint_;
    std::vector<std::shared_ptr<const void>> kept_;
};

// The hash of a file's content, in hexadecimal; an error where it cannot be read.
[[nodiscard]] base::Result<std::string> file_fingerprint(const std::filesystem::path& file);

}  // namespace faasd::runtime
