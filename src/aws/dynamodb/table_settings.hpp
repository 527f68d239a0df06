// What DynamoDB keeps of a table and the engine knows nothing of: it lies in the definition's settings.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/clock.hpp"
#include "model/tables.hpp"

namespace faasd::aws::dynamodb {

struct Throughput {
    std::int64_t read = 0, write = 0;
    bool operator==(const Throughput&) const = default;
};

// A table of faasd.yaml has none of it: it is on demand.
struct TableSettings {
    bool provisioned = false;
    bool had_billing_mode = false;  // it was told one, so that descriptions have a summary of it
    base::TimePoint on_demand_since{};
    Throughput throughput{};
    std::map<std::string, Throughput> indexes{};  // of global ones, where provisioned
    std::string table_class{};      // empty: not told
    std::string encryption{};       // SSESpecification as JSON; empty: DynamoDB's own key
    std::map<std::string, std::string> tags{};
    std::string on_demand_limits{}; // OnDemandThroughput as JSON
    bool point_in_time = false;
    base::TimePoint point_in_time_since{};
    std::string restored_from{};    // RestoreSummary as JSON

    [[nodiscard]] static TableSettings of(const model::TableDefinition& table);
    void store(model::TableDefinition& table) const;  // beside settings that are not of these
};

}  // namespace faasd::aws::dynamodb
