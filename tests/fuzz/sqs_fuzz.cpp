// Whatever a client of SQS sends, reading it neither crashes nor hangs; and what is read without the parser
// is what the parser reads.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "aws/protocol/query_string.hpp"
#include "aws/sqs/flat_json.hpp"
#include "aws/sqs/form.hpp"
#include "aws/sqs/queue_address.hpp"
#include "aws/sqs/redrive_policy.hpp"
#include "base/text.hpp"

namespace {

using namespace faasd::aws;
using nlohmann::json;

json read_flat(sqs::FlatJson& reader, int depth) {
    json object = json::object();
    std::string_view name;
    if (depth > 4 || !reader.open_object()) return nullptr;
    while (reader.next_member(name)) {
        const std::string key(name);
        if (key == "Entries") {
            json list = json::array();
            if (!reader.open_array()) return nullptr;
            while (reader.next_element()) {
                list.push_back(read_flat(reader, depth + 1));
                if (list.back().is_null()) return nullptr;
            }
            if (!reader.ended()) return nullptr;
            object[key] = std::move(list);
        } else if (key == "DelaySeconds") {
            const auto value = reader.integer();
            if (!value) return nullptr;
            object[key] = *value;
        } else {
            const auto value = reader.text();
            if (!value) return nullptr;
            object[key] = *value;
        }
    }
    return reader.ended() ? object : json();
}

void try_to(auto read) {
    try {
        read();
    } catch (const Refusal&) {
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    sqs::FlatJson reader(text);
    const json flat = read_flat(reader, 0);
    if (!flat.is_null() && reader.at_end() && faasd::base::is_valid_utf8(text) &&
        json::parse(text, nullptr, false) != flat)
        std::abort();
    static const auto form = sqs::make_form();
    faasd::model::HttpRequest request;
    request.raw_path = "/";
    for (const char* operation : {"SendMessageBatch", "CreateQueue"})
        try_to([&] { (void)form->params(operation, request, parameters(text)); });
    try_to([&] { (void)sqs::address_of(text, {}); });
    try_to([&] { (void)sqs::read_redrive_policy(std::string(text), {}); });
    try_to([&] { (void)sqs::read_redrive_allow_policy(std::string(text)); });
    return 0;
}
