#include "aws/sqs/batch.hpp"

#include <algorithm>
#include <set>

#include <nlohmann/json.hpp>

#include "aws/protocol/operation_door.hpp"
#include "aws/sqs/errors.hpp"
#include "aws/sqs/json_text.hpp"
#include "aws/sqs/parameters.hpp"

namespace faasd::aws::sqs {
namespace {

using nlohmann::json;

constexpr std::size_t longest_id = 80;

}  // namespace

bool is_batch_id(std::string_view id) {
    return !id.empty() && id.size() <= longest_id && std::ranges::all_of(id, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
               c == '_';
    });
}

json& read_entries(json& params, std::string_view shape) {
    const json* given = find(params, "Entries");
    if (given && !given->is_array()) throw Refusal{wrong_type("Entries", "a List")};
    if (!given || given->empty())
        throw Refusal{error_of("EmptyBatchRequest",
                               "There should be at least one " + std::string(shape) + " in the request.")};
    if (given->size() > most_entries)
        throw Refusal{error_of("TooManyEntriesInBatchRequest",
                               "Maximum number of entries per request are 10. You have sent " +
                                   std::to_string(given->size()) + ".")};
    std::set<std::string_view> seen;
    for (const json& entry : *given) {
        if (!entry.is_object()) throw Refusal{wrong_type("Entries", "a List of " + std::string(shape))};
        const std::string* id = find_text(entry, "Id");
        if (!id) throw Refusal{missing(std::string(shape) + ".Id")};
        if (!is_batch_id(*id))
            throw Refusal{error_of(
                "InvalidBatchEntryId",
                "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It "
                "can be at most 80 letters long.")};
        if (!seen.insert(*id).second)
            throw Refusal{error_of("BatchEntryIdsNotDistinct", "Id " + *id + " repeated.")};
    }
    return params["Entries"];
}

void BatchAnswer::add_success(std::string_view id, std::string_view members) {
    successful_.append(successful_.empty() ? "{\"Id\":\"" : ",{\"Id\":\"")
        .append(id)
        .append("\"")
        .append(members)
        .append("}");
}

void BatchAnswer::add_failure(std::string_view id, const Error& error) {
    failed_.append(failed_.empty() ? "{" : ",{");
    append_plain_member(failed_, "Id", id);
    append_plain_member(failed_, "Code", error.query_code.empty() ? error.code : error.query_code);
    append_member(failed_, "Message", error.message);
    failed_.append(",\"SenderFault\":").append(error.senders_fault() ? "true}" : "false}");
}

std::string BatchAnswer::text() const {
    std::string all = "{\"Successful\":[";
    return all.append(successful_).append("],\"Failed\":[").append(failed_).append("]}");
}

}  // namespace faasd::aws::sqs
