// All named operations, by name. What a function's Context, the control API and the command line call.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "control/params.hpp"
#include "model/operations.hpp"

namespace faasd::control {

using OperationDone = base::UniqueFunction<void(model::OperationResult)>;

struct OperationCall {
    Params params;
    std::string body;
    std::string request_id, trace;
    std::uint32_t depth = 0;
    OperationDone done;
    std::string function{}, chain{};  // who calls, and who waits for it; see model::OperationRequest
    std::optional<base::TimePoint> deadline{};

    void succeed(const nlohmann::json& result, std::string bytes = {});
    void fail(model::OperationError error);
    void fail(const base::Error& error);
};

// Runs one operation. May throw BadParams before it has called anything. Completes call.done once.
using OperationHandler = std::function<void(OperationCall)>;

// Filled before the first run; then immutable and so thread-safe.
class OperationTable final : public model::Operations {
  public:
    // `blocks`: it works on files or scans, and so must not run on the I/O thread.
    void add(std::string name, bool blocks, OperationHandler handler);
    void run(model::OperationRequest request, OperationDone done) override;
    [[nodiscard]] bool blocks(std::string_view name) const;
    [[nodiscard]] std::vector<std::string> names() const;

  private:
    struct Entry {
        bool blocks = false;
        OperationHandler handler;
    };
    std::unordered_map<std::string, Entry> entries_;
};

// base::Error to the code that callers look at and the HTTP status that goes with it: "NoSuchQueue", 404.
[[nodiscard]] model::OperationError to_operation_error(const base::Error& error);

}  // namespace faasd::control
