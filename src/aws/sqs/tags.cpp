#include "aws/sqs/tags.hpp"

#include <nlohmann/json.hpp>

#include "aws/sqs/errors.hpp"
#include "aws/sqs/operations.hpp"
#include "aws/sqs/parameters.hpp"
#include "aws/sqs/refusable.hpp"

namespace faasd::aws::sqs {
namespace {

using nlohmann::json;

constexpr std::size_t most_tags = 50, longest_key = 128, longest_value = 256;

void tag_queue(model::Queues& queues, Call call) {
    const QueueAddress queue = queue_of(call);
    const json* tags = find_texts_by_name(call.params, "Tags");
    if (!tags || tags->empty()) throw Refusal{missing("Tags")};
    auto change = refusable([tags = *tags, name = queue.name](model::QueueAttributes& attributes) {
        add_tags(tags, name, attributes.tags);
    });
    queues.change_attributes(queue.engine_name(), std::move(change), answer_done(std::move(call)));
}

void untag_queue(model::Queues& queues, Call call) {
    const QueueAddress queue = queue_of(call);
    const auto given = texts(call.params, "TagKeys");
    if (given.empty()) throw Refusal{missing("TagKeys")};
    const std::vector<std::string> keys(given.begin(), given.end());
    auto change = refusable([keys](model::QueueAttributes& attributes) {
        for (const std::string& key : keys)
            attributes.tags.erase(key);
    });
    queues.change_attributes(queue.engine_name(), std::move(change), answer_done(std::move(call)));
}

void list_queue_tags(model::Queues& queues, Call call) {
    const QueueAddress queue = queue_of(call);
    const auto attributes = queues.attributes(queue.engine_name());
    if (!attributes) return call.refuse(from_engine(attributes.error()));
    json answer = json::object();
    if (!attributes->tags.empty()) answer["Tags"] = attributes->tags;
    call.succeed(answer);
}

}  // namespace

void add_tags(const json& given, std::string_view queue, std::map<std::string, std::string>& to) {
    for (const auto& [key, value] : given.items()) {
        const std::string& text = value.get_ref<const std::string&>();
        if (key.empty() || key.size() > longest_key)
            throw Refusal{invalid_parameter("Tag keys must be between 1 and 128 characters in length.")};
        if (text.size() > longest_value)
            throw Refusal{invalid_parameter("Tag values must be between 0 and 256 characters in length.")};
        to[key] = text;
    }
    if (to.size() > most_tags)
        throw Refusal{invalid_parameter("Too many tags added for queue " + std::string(queue) + ".")};
}

void add_tags(Operations& to, model::Queues& queues) {
    to.push_back(
        {"ListQueueTags", false, [&queues](Call call) { list_queue_tags(queues, std::move(call)); }});
    to.push_back({"TagQueue", false, [&queues](Call call) { tag_queue(queues, std::move(call)); }});
    to.push_back({"UntagQueue", false, [&queues](Call call) { untag_queue(queues, std::move(call)); }});
}

}  // namespace faasd::aws::sqs
