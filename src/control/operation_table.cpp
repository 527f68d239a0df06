#include "control/operation_table.hpp"

#include <algorithm>

#include "base/json.hpp"
#include "base/text.hpp"

namespace faasd::control {

void OperationCall::succeed(const nlohmann::json& result, std::string bytes) {
    done(model::OperationResponse{base::to_text(result),
                                  std::move(bytes)});
}
void OperationCall::fail(model::OperationError error) { done(std::move(error)); }
void OperationCall::fail(const base::Error& error) { done(to_operation_error(error)); }

void OperationTable::add(std::string name, bool blocks, OperationHandler handler) {
    entries_.insert_or_assign(std::move(name), Entry{blocks, std::move(handler)});
}

bool OperationTable::blocks(std::string_view name) const {
    const auto found = entries_.find(std::string(name));
    return found != entries_.end() && found->second.blocks;
}

std::vector<std::string> OperationTable::names() const {
    std::vector<std::string> all;
    for (const auto& [name, entry] : entries_)
        all.push_back(name);
    std::sort(all.begin(), all.end());
    return all;
}

void OperationTable::run(model::OperationRequest request, OperationDone done) {
    const auto found = entries_.find(request.name);
    if (found == entries_.end()) {
        const auto all = names();
        const auto meant = base::closest(request.name, all);
        return done(model::OperationError{"NoSuchOperation",
                                          "there is no operation '" + request.name + "'" +
                                              (meant ? "; did you mean '" + *meant + "'?" : ""),
                                          "", 404});
    }
    // The handler may throw BadParams only before it uses `done`, which is shared so that it is still here then.
    auto shared = std::make_shared<OperationDone>(std::move(done));
    try {
        found->second.handler(OperationCall{Params(request.name, request.params), std::move(request.body),
                                            std::move(request.request_id), std::move(request.trace), request.depth,
                                            [shared](model::OperationResult result) { (*shared)(std::move(result)); },
                                            std::move(request.function), std::move(request.chain),
                                            request.deadline});
    } catch (const BadParams& bad) {
        (*shared)(model::OperationError{"InvalidParameter", bad.message, "", 400});
    } catch (const std::exception& problem) {
        (*shared)(model::OperationError{"InternalError", request.name + ": " + problem.what(), "", 500});
    }
}

}  // namespace faasd::control
