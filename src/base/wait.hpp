// From a completion to a blocking call, for code that runs on a worker thread.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>

#include "base/result.hpp"

namespace faasd::base {

// Calls `start(Completion<T>)` and blocks until the completion is called. Never use it on an I/O thread or in
// the store's writer: they are what calls the completion.
template <class T, class Start>
Result<T> wait_for(Start&& start) {
    struct State {
        std::mutex mutex;
        std::condition_variable ready;
        std::optional<Result<T>> result;
    };
    auto state = std::make_shared<State>();
    std::forward<Start>(start)(Completion<T>([state](Result<T> result) {
        std::lock_guard lock(state->mutex);
        state->result.emplace(std::move(result));
        state->ready.notify_one();
    }));
    std::unique_lock lock(state->mutex);
    state->ready.wait(lock, [&] { return state->result.has_value(); });
    return std::move(*state->result);
}

}  // namespace faasd::base
