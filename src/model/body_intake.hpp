// A request's body on its way to work that blocks.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/unique_function.hpp"
#include "model/blocking_executor.hpp"
#include "model/http.hpp"

namespace faasd::model {

// Both run on the executor, never at the same time, and keep alive what the stream belongs to.
struct BodySteps {
    // The next bytes; whether it wants more. After false nothing is called any more.
    base::UniqueFunction<bool(std::string_view)> take;
    // Last: the trailers ("Name: value\r\n" each), or why the rest will not come.
    base::UniqueFunction<void(base::Result<std::string>)> end;
};

// Reads on while bytes are worked on, so that a client and a disk are busy at once, and hands over in one piece what came
// meanwhile. Of a body that comes faster than it is taken it holds 640 KiB at most; then the client waits.
void take_in(HttpBodyStream& stream, std::shared_ptr<BlockingExecutor> executor, BodySteps steps);

}  // namespace faasd::model
