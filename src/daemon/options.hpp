// How a daemon is started.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/clock.hpp"

namespace faasd::daemon {

struct Options {
    std::filesystem::path config;        // a faasd.yaml, or a folder with one
    std::string host = "127.0.0.1";      // both ports bind to it
    std::uint16_t port = 3000;           // the app; 0: any free one
    std::uint16_t control_port = 4566;   // the cloud; 0: any free one
    std::filesystem::path ports_file;    // gets both ports as JSON once they are open; empty: none
    std::filesystem::path data_dir;      // empty: .faasd beside the configuration
    bool ephemeral = false;              // state in memory, gone with the process
    bool full_durability = false;        // survives a loss of power as well
    unsigned io_threads = 1;
    unsigned workers = 4096;             // the most threads that run functions
    double fail_rate = 0;                // the share of calls that are made to fail (fault_injection.hpp)
    std::uint64_t fail_seed = 0;         // which ones; 0: at random
    bool verify_signatures = false;      // of AWS requests, by the credentials of this machine (credentials.hpp)
    base::Duration grace = std::chrono::seconds{10};  // for what runs when a stop is asked for
    std::vector<std::string> arguments;  // of the process, for starting itself anew after a crash
    std::filesystem::path include_dir;   // of the function SDK; empty: beside the executable
    bool watch = true;                   // reload what changes
    bool banner = false;                 // print it to standard output
};

}  // namespace faasd::daemon
