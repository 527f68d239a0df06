// Connections to tables and dependencies, counted where the configuration limits them.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "model/app.hpp"
#include "model/operations.hpp"

namespace faasd::runtime {

struct ConnectionStatus {
    std::string resource;  // "table:events"
    std::uint32_t max = 0, in_use = 0, peak = 0;
    std::uint64_t refused = 0;
};

// Each invocation that uses a limited resource holds one connection of it, however often it uses it. Thread-safe.
class Connections {
  public:
    using Resource = model::FunctionDefinition::Grant;
    // Who holds: an address, unique while it does.
    using Holder = const void*;
    enum class Until {
        end,      // of the invocation: release()
        closed,   // close() as often as it was opened
    };

    // Another version of the app: counts go on, limits change; holders over a smaller limit keep theirs.
    void configure(const model::App& app);
    // False: nothing is limited, so there is nothing to ask for.
    [[nodiscard]] bool any() const { return any_.load(std::memory_order_relaxed); }
    // What is not limited is free. The error is TooManyConnections.
    [[nodiscard]] std::optional<model::OperationError> open(const Resource& resource, Holder holder,
                                                            const std::string& function, Until until);
    void close(const Resource& resource, Holder holder);
    // The invocation is over: whatever it holds is free.
    void release(Holder holder);
    [[nodiscard]] std::vector<ConnectionStatus> status() const;

  private:
    struct Use {
        std::string function;
        std::uint32_t opened = 0;  // Until::closed
        bool to_the_end = false;   // Until::end
    };
    struct Limit {
        std::uint32_t max = 0, peak = 0;
        std::uint64_t refused = 0;
        std::map<Holder, Use> holders;
    };
    using Key = std::pair<model::ResourceKind, std::string>;

    std::atomic<bool> any_{false};
    mutable std::mutex mutex_;
    std::map<Key, Limit> limits_;  // guarded by mutex_
};

}  // namespace faasd::runtime
