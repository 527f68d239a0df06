// The app that most of these tests serve: one source file with a function for each thing that can happen to one.
// It is compiled once a test run; each test serves it with a configuration and a data folder of its own.
#pragma once

#include <filesystem>
#include <string>

#include "support/daemon_process.hpp"

namespace faasd::test {

// The configuration with all functions, routes to them, and some resources: what most tests serve.
extern const std::string kWorkbench;

// The folder that holds the workbench's source and its compiler cache.
const std::filesystem::path& workbench_folder();

// Writes a configuration beside the source, and returns its file.
std::filesystem::path workbench(const std::string& name, const std::string& yaml = kWorkbench);

// Whether it answers /hello/Ada, within some minutes: a busy machine compiles slowly.
bool serves(const DaemonProcess& daemon);

// `faasd` with the arguments, ended after a minute whatever it does.
CommandResult run_faasd(const std::vector<std::string>& arguments, const std::filesystem::path& folder = "/",
                    const std::map<std::string, std::string>& environment = {});

// A function of a status answer, or null.
nlohmann::json function_status(const DaemonProcess& daemon, const std::string& function);

}  // namespace faasd::test
