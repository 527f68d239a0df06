// Which messages of a batch a function reports as failed, from {"batchItemFailures":[{"itemIdentifier":…}]}
// (AWS Lambda Developer Guide, "Reporting batch item failures").
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace faasd::sources {

struct BatchResponse {
    bool all_failed = false;
    std::vector<std::size_t> failed;  // positions in the batch, ascending; without meaning where all failed
    std::string mistake;              // why the response counts as a failure of the whole batch
};

// All succeeded: an empty or null response, a JSON value without `batchItemFailures`, or with an empty or
// null one. All failed: not JSON, an entry without a proper `itemIdentifier`, or one that is none of `ids`.
[[nodiscard]] BatchResponse parse_batch_response(std::string_view response,
                                                 const std::vector<std::string>& ids);

}  // namespace faasd::sources
