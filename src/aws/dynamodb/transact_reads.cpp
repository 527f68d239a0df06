#include "aws/dynamodb/transact_reads.hpp"

#include "aws/dynamodb/answer.hpp"
#include "aws/dynamodb/refusals.hpp"

namespace faasd::aws::dynamodb {

void transact_reads(const Tools& tools, Call& call, std::vector<model::GetItem> gets, const std::vector<std::string>& tables,
                    CapacityWanted wanted, std::string_view kind) {
    std::vector<std::uint64_t> sizes(gets.size());
    for (std::size_t i = 0; i < gets.size(); ++i)
        gets[i].read_bytes = &sizes[i];
    const auto found = tools.tables.get_many(gets);
    if (answered_with_error(call, found)) return;
    Answer answer;
    std::string& out = answer.member("Responses");
    out.push_back('[');
    std::map<std::string, Capacity> capacities;
    for (std::size_t i = 0; i < found->size(); ++i) {
        Answer one;
        if ((*found)[i]) one.item("Item", *(*found)[i]);
        out.append(i > 0 ? "," : "").append(one.finish());
        capacities[tables[i]].table += kTransactional * read_units(sizes[i], true);
    }
    out.push_back(']');
    write_capacities(answer, capacities, wanted, kind);
    call.succeed_text(answer.finish());
}

}  // namespace faasd::aws::dynamodb
