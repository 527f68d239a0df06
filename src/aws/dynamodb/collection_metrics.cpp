#include "aws/dynamodb/collection_metrics.hpp"

#include <map>

namespace faasd::aws::dynamodb {

void write_collection_metrics(Answer& answer, model::Tables& tables, const std::vector<Written>& writes) {
    std::map<std::string, std::string> lists;
    for (const Written& one : writes) {
        if (!one.usage->collection) continue;
        const auto info = tables.info(one.table.engine);
        if (!info) continue;
        Answer metrics;
        metrics.item("ItemCollectionKey", {{info->definition.key.hash.name, *one.usage->collection}});
        metrics.member("SizeEstimateRangeGB") += "[0.0,1.0]";
        std::string& list = lists[one.table.name];
        list.append(list.empty() ? "" : ",").append(metrics.finish());
    }
    Answer members;
    for (const auto& [name, list] : lists)
        members.member(name).append("[").append(list).append("]");
    answer.member("ItemCollectionMetrics") += members.finish();
}

}  // namespace faasd::aws::dynamodb
