// The whole of faasd as one object: what `faasd serve` runs and what a test starts in-process.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "daemon/options.hpp"
#include "model/app.hpp"

namespace faasd::daemon {

// Thread-safe, but for the destructor.
class Daemon {
  public:
    // Serves as soon as it returns: durable state is open, modules are loaded (or their errors are logged and served
    // as 503), ports are open. The error is a message for a person, several lines where a configuration has several
    // mistakes.
    [[nodiscard]] static base::Result<std::unique_ptr<Daemon>> start(Options options);
    // stop(), unless it was called.
    ~Daemon();

    [[nodiscard]] std::uint16_t port() const;
    [[nodiscard]] std::uint16_t control_port() const;
    // What is served now; it changes when the configuration is reloaded.
    [[nodiscard]] std::shared_ptr<const model::App> app() const;
    // For `faasd status`: a JSON object.
    [[nodiscard]] std::string status() const;

    // Reads the configuration again and applies it without dropping a request. On an error what runs goes on
    // unchanged, and the error is also in status().
    base::Result<> reload();

    // Stops accepting, finishes what runs within the grace period, keeps the rest for the next start. Blocks. With
    // `now`, gives up at once; callable while another thread is in stop().
    void stop(bool now = false);
    // Before stop(), while another thread is in reload(): that ends soon, as nothing is compiled any more.
    void cancel_loading();

  private:
    struct Parts;
    explicit Daemon(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

// What `faasd check` does: everything about a configuration that can be known without starting it. The warnings, ready
// to print, or the error.
[[nodiscard]] base::Result<std::string> check(const std::filesystem::path& config);

}  // namespace faasd::daemon
