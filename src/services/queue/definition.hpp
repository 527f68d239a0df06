// The queues there are, as a job on the writer thread sees them.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/queues.hpp"
#include "storage/store.hpp"

namespace faasd::queue {

struct Definition {
    std::int64_t id = 0;
    std::string name;
    model::QueueAttributes attributes;
    base::TimePoint created_at{}, modified_at{}, purged_at{};
};
using DefinitionPtr = std::shared_ptr<const Definition>;

[[nodiscard]] DefinitionPtr load_definition(storage::Connection& connection, std::string_view name);
[[nodiscard]] std::vector<DefinitionPtr> load_definitions(storage::Connection& connection);
// Those of the queues that have messages.
[[nodiscard]] std::vector<DefinitionPtr> load_filled_definitions(storage::Connection& connection);
// The queues whose dead-letter queue it is, by name.
[[nodiscard]] std::vector<std::string> sources_of(storage::Connection& connection, std::string_view name);

// Only for jobs. Definitions are kept between jobs, except while a change of them is not committed yet: until
// then they are read anew, since the change may be undone.
class Registry {
  public:
    // Null where there is no such queue.
    [[nodiscard]] DefinitionPtr find(model::Transaction& transaction, std::string_view name);
    // To be called by a job that writes to the table of queues, before it does.
    void about_to_change();

  private:
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    std::unordered_map<std::string, DefinitionPtr, TextHash, std::equal_to<>> known_;
    std::shared_ptr<bool> settled_ = std::make_shared<bool>(true);
};

[[nodiscard]] base::Error no_such_queue(std::string_view name);

}  // namespace faasd::queue
