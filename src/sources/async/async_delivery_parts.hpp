// One event on its way through a delivery. Private to it.
#pragma once

#include <string>

#include "sources/async/async_delivery.hpp"
#include "sources/destination/destination.hpp"
#include "sources/destination/destination_record.hpp"
#include "sources/store_retry.hpp"

namespace faasd::sources {

struct AsyncDelivery::Delivery {
    AsyncMessage message;
    std::string receipt_handle;
    std::uint32_t receive_count = 1;
    std::uint64_t bytes = 0;
    AsyncVerdict verdict = AsyncVerdict::done;
    base::Duration delay{};
    std::string response;  // of a success, where a destination wants it

    const model::Destination* destination = nullptr;  // of the verdict
    DestinationMessage report;                        // for it
    bool stored = false;                              // in its bucket
    Activity::Pass pass;
};

}  // namespace faasd::sources
