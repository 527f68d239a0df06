// A step forward in a change stream. Private to its source.
#pragma once

#include <optional>

#include "sources/destination/destination.hpp"
#include "sources/table/table_stream_source.hpp"

namespace faasd::sources {

inline constexpr std::string_view kStreamPositions = "table_streams";
inline constexpr base::Duration kFirstStreamPause = std::chrono::seconds{1};

struct TableStreamSource::Advance {
    std::uint64_t position = 0;  // to be saved; 0: none
    std::size_t records = 0;     // of the batch, that end with it
    bool ends_step = false;      // the source goes on reading
    std::optional<DestinationMessage> report;
    Activity::Pass pass;
};

}  // namespace faasd::sources
