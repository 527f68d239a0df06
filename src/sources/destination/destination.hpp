// Hands records to the queue, function or bucket that a configuration names as their destination.
#pragma once

#include <string>
#include <string_view>

#include "model/app.hpp"
#include "model/invocation.hpp"
#include "sources/source.hpp"

namespace faasd::sources {

// What is to be handed over.
struct DestinationMessage {
    std::string record;  // JSON
    model::Cause cause;  // of the call, where the destination is a function; its trace goes along anywhere
    std::string key;     // of the object, where it is a bucket: the same for the same record
    std::string id;      // of the call, where it is a function
};

// A queue or a function, as part of the transaction that settles the event.
[[nodiscard]] base::Result<> send_in(model::Transaction& transaction, const Dependencies& dependencies,
                                     const model::Destination& destination,
                                     const DestinationMessage& message);
// A bucket, before that transaction: a repetition writes the same object again. `done` on the writer thread
// or on one that may block.
void store_object(const Dependencies& dependencies, const std::string& bucket, DestinationMessage message,
                  base::Completion<> done);

// The destination will never take this message: it is too large for it, or of characters that it refuses.
[[nodiscard]] bool refused_for_good(const base::Error& error);

// "queue failures", for messages.
[[nodiscard]] std::string describe(const model::Destination& destination);

}  // namespace faasd::sources
