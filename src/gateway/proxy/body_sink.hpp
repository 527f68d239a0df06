// Takes in a body that arrives piece by piece.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.hpp"
#include "model/http.hpp"

namespace faasd::gateway {

struct CollectedBody {
    std::string bytes;
    bool whole = true;  // false: there was more than the limit, and the rest was not read
};

// Of an answer. `done` where the source's reads complete.
void collect_body(std::variant<std::string, std::unique_ptr<model::HttpBodySource>> body, std::size_t limit,
                  base::Completion<CollectedBody> done);

// Of a request; an error of the stream is passed on.
void collect_body(std::unique_ptr<model::HttpBodyStream> stream, std::size_t limit, base::Completion<CollectedBody> done);

// A body that is there already; the bytes outlive it.
[[nodiscard]] std::unique_ptr<model::HttpBodyStream> stream_of(std::string_view body);

}  // namespace faasd::gateway
