// What the parts of the engine share. Not for users of the engine: see engine.hpp.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "base/clock.hpp"
#include "base/timers.hpp"
#include "services/queue/definition.hpp"
#include "services/queue/engine.hpp"
#include "services/queue/expiry.hpp"
#include "services/queue/message_ids.hpp"
#include "services/queue/receipt.hpp"
#include "services/queue/receivers.hpp"
#include "storage/store.hpp"

namespace faasd::queue {

// Jobs and timers hold it, so it outlives the engine until the last of them has run.
struct QueueEngine::Core {
    Core(storage::Store& s, const base::Clock& c, base::Timers& t, std::string_view receipt_key)
        : store(s), clock(c), timers(t), receipts(receipt_key) {}

    storage::Store& store;
    const base::Clock& clock;
    base::Timers& timers;
    const ReceiptKey receipts;

    // Only for jobs and callbacks on the store's writer thread.
    Registry registry;
    MessageIds ids;
    // An upper bound of the messages in flight a queue, so that the limit need not be counted at each
    // receive.
    std::unordered_map<std::int64_t, std::int64_t> in_flight_bound;
    ExpiryTimers expiry;

    std::mutex mutex;
    Receivers receivers;    // guarded by mutex
    bool stopping = false;  // guarded by mutex; timers are not used any more then
};

}  // namespace faasd::queue
