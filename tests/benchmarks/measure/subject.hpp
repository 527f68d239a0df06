// What is measured: the daemon over an app of the benchmarks' own, and the bare server.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "support/daemon_process.hpp"

namespace faasd::bench {

constexpr std::uint64_t kMillion = 1'000'000;

// The yardstick server. Ended by the destructor.
class BareServer {
  public:
    explicit BareServer(const char* program = BENCH_BARE_SERVER);
    ~BareServer();
    BareServer(const BareServer&) = delete;
    BareServer& operator=(const BareServer&) = delete;
    [[nodiscard]] std::uint16_t port() const { return port_; }

  private:
    pid_t pid_ = -1;
    std::uint16_t port_ = 0;
};

// Memory of a process, in bytes.
struct Memory {
    double rss = 0, pss = 0, anonymous = 0;
};
[[nodiscard]] Memory memory_of(pid_t pid);
[[nodiscard]] double peak_rss(pid_t pid);
[[nodiscard]] std::string megabytes(double bytes);

// The app that most bars use: every function of functions.cpp, two queues, two tables, a bucket.
void write_app(const test::TemporaryFolder& folder);
// The app of the start and memory bars: five functions, each a module of its own, and the same resources.
void write_five_functions(const test::TemporaryFolder& folder);

// The daemon over write_app(), with --log-level warn unless `log_level` says otherwise. Throws where it doesn't start.
class Subject {
  public:
    explicit Subject(const std::filesystem::path& data = {}, const std::string& log_level = "warn");
    [[nodiscard]] test::DaemonProcess& daemon() { return *daemon_; }
    [[nodiscard]] std::uint16_t port() const { return daemon_->port(); }
    [[nodiscard]] std::uint16_t control_port() const { return daemon_->control_port(); }

  private:
    test::TemporaryFolder folder_;
    std::unique_ptr<test::DaemonProcess> daemon_;
};

// A data folder with 1 M messages in the queue "full" and 1 M items in the table "full", filled when first asked for
// and shared by the bars of a run. FAASD_BENCH_STATE names a folder to keep it in between runs.
[[nodiscard]] const std::filesystem::path& full_data();

// Calls of one function in parallel, each doing `times` steps: steps a second over all of them.
double steps_per_second(std::uint16_t port, const std::string& target, unsigned calls, std::uint64_t times);

}  // namespace faasd::bench
