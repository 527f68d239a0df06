// Where a daemon keeps what it must remember, and what it can make again.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "daemon/options.hpp"

namespace faasd::daemon {

// An ephemeral one is a fresh folder in memory (/dev/shm), removed by the destructor; one that a killed daemon left
// behind is removed by the next ephemeral start.
class DataDirectory {
  public:
    // `config_folder`: beside which .faasd goes by default. Creates what is missing.
    [[nodiscard]] static base::Result<std::unique_ptr<DataDirectory>> open(const Options& options,
                                                                           const std::filesystem::path& config_folder);
    ~DataDirectory();
    DataDirectory(const DataDirectory&) = delete;
    DataDirectory& operator=(const DataDirectory&) = delete;

    [[nodiscard]] const std::filesystem::path& state() const { return state_; }  // durable state
    [[nodiscard]] const std::filesystem::path& cache() const { return cache_; }  // builds; kept, may be shared
    [[nodiscard]] std::string describe() const;                                  // for the banner

    // The ports, as JSON, where the command line finds them and in the file that was asked for. Atomic.
    // The destructor removes the former, unless another daemon has written its own since.
    base::Result<> write_ports(const std::string& json, const std::filesystem::path& also);

  private:
    DataDirectory(std::filesystem::path state, std::filesystem::path cache, std::filesystem::path ports,
                  bool ephemeral)
        : state_(std::move(state)), cache_(std::move(cache)), ports_(std::move(ports)), ephemeral_(ephemeral) {}

    std::filesystem::path state_, cache_, ports_;
    std::string written_;  // to ports_
    bool ephemeral_;
};

}  // namespace faasd::daemon
