// Files that are still changing: each is handed on once it has stayed the same for a while. Sans I/O.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "sources/file/snapshot.hpp"

namespace faasd::sources {

// Times are of base::monotonic_now(): files are written by programs that do not obey the daemon's clock.
class Settling {
  public:
    explicit Settling(std::chrono::nanoseconds quiet) : quiet_(quiet) {}

    // What is there now under this path. A difference to the last observation starts the wait anew.
    void observe(const std::string& path, const std::optional<FileState>& state,
                 std::chrono::nanoseconds now) {
        const auto [it, added] = pending_.try_emplace(path, Pending{state, now});
        if (!added && it->second.state != state) it->second = {state, now};
    }
    // Those that have settled; they are forgotten.
    [[nodiscard]] Observations take_settled(std::chrono::nanoseconds now) {
        Observations settled;
        for (auto it = pending_.begin(); it != pending_.end();) {
            if (now - it->second.since < quiet_) {
                ++it;
                continue;
            }
            settled.emplace(it->first, it->second.state);
            it = pending_.erase(it);
        }
        return settled;
    }
    [[nodiscard]] std::optional<std::chrono::nanoseconds> deadline() const {
        std::optional<std::chrono::nanoseconds> first;
        for (const auto& [path, pending] : pending_) {
            if (!first || pending.since + quiet_ < *first) first = pending.since + quiet_;
        }
        return first;
    }
    [[nodiscard]] std::vector<std::string> paths() const {
        std::vector<std::string> out;
        for (const auto& [path, pending] : pending_)
            out.push_back(path);
        return out;
    }

  private:
    struct Pending {
        std::optional<FileState> state;
        std::chrono::nanoseconds since;
    };
    const std::chrono::nanoseconds quiet_;
    std::map<std::string, Pending> pending_;
};

}  // namespace faasd::sources
