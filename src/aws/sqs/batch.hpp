// What the operations on batches have in common: entries with ids, and a result for each.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "aws/protocol/error.hpp"

namespace faasd::aws {
class Call;
}

namespace faasd::aws::sqs {

// The member Entries: 1 to 10 objects with ids that are well-formed and distinct. Throws a Refusal. `shape`:
// what an entry is called, for messages.
[[nodiscard]] nlohmann::json& read_entries(nlohmann::json& params, std::string_view shape);

// An id as a batch may have it: 1 to 80 letters, digits, hyphens and underscores.
[[nodiscard]] bool is_batch_id(std::string_view id);
inline constexpr std::size_t most_entries = 10;

// {"Successful":[…],"Failed":[…]}, in the order of the entries.
class BatchAnswer {
  public:
    // `members`: what follows the id, as ,"name":"value".
    void add_success(std::string_view id, std::string_view members = {});
    void add_failure(std::string_view id, const Error& error);
    [[nodiscard]] std::string text() const;

  private:
    std::string successful_, failed_;
};

}  // namespace faasd::aws::sqs
