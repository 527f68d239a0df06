// A store in a folder of its own that goes with it.
#pragma once

#include <filesystem>
#include <stdlib.h>
#include <string>
#include <utility>

#include "base/wait.hpp"
#include "storage/store.hpp"

namespace faasd::storage::test {

class TemporaryFolder {
  public:
    TemporaryFolder() {
        // In memory where that is possible: what is tested is not the speed of a disk.
        const std::filesystem::path memory = "/dev/shm";
        const auto parent =
            std::filesystem::is_directory(memory) ? memory : std::filesystem::temp_directory_path();
        std::string name = (parent / "faasd-store-XXXXXX").string();
        if (!::mkdtemp(name.data())) throw std::runtime_error("no temporary folder: " + name);
        path_ = name;
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

inline std::unique_ptr<Store> open_store(const std::filesystem::path& directory, StoreOptions options = {}) {
    options.directory = directory;
    return Store::open(std::move(options)).value();
}

// Hands the job in and waits for its end.
inline base::Result<> write(Store& store, Store::Job job) {
    return base::wait_for<void>(
        [&](base::Completion<> done) { store.write(std::move(job), std::move(done)); });
}

inline Store::Job put(Store& store, std::string key, std::string value) {
    return [&store, key = std::move(key),
            value = std::move(value)](model::Transaction& transaction) -> base::Result<> {
        store.put_in(transaction, "test", key, value);
        return {};
    };
}

}  // namespace faasd::storage::test
