// The bundled examples as subjects.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "support/daemon_process.hpp"

namespace faasd::bench {

// A variable of the environment for as long as it lives: the daemons that are started meanwhile inherit it.
class Variable {
  public:
    Variable(const char* name, const std::string& value) : name_(name) { ::setenv(name, value.c_str(), 1); }
    ~Variable() { ::unsetenv(name_); }
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;

  private:
    const char* name_;
};

// A bundled example over a temporary data folder, all its functions compiled and loaded.
[[nodiscard]] std::shared_ptr<test::DaemonProcess> example(const std::string& name,
                                                           std::vector<std::string> arguments = {});

[[nodiscard]] std::uint64_t objects_in(test::DaemonProcess& daemon, const std::string& bucket);

[[nodiscard]] std::string file_text(const std::filesystem::path& path);

}  // namespace faasd::bench
