// Queues: made, found, listed, emptied, removed.
#include <algorithm>

#include <nlohmann/json.hpp>

#include "aws/protocol/temporary_key.hpp"
#include "aws/sqs/attributes.hpp"
#include "aws/sqs/errors.hpp"
#include "aws/sqs/operations.hpp"
#include "aws/sqs/parameters.hpp"
#include "aws/sqs/refusable.hpp"
#include "aws/sqs/tags.hpp"

namespace faasd::aws::sqs {
namespace {

using nlohmann::json;

constexpr std::size_t longest_name = 80;
constexpr std::size_t longest_list = 1000;

void check_queue_name(std::string_view name, bool fifo) {
    const bool ends_as_fifo = name.ends_with(".fifo");
    const std::string_view stem = ends_as_fifo && fifo ? name.substr(0, name.size() - 5) : name;
    const bool good = !stem.empty() && name.size() <= longest_name && std::ranges::all_of(stem, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
               c == '_';
    });
    if (good && ends_as_fifo == fifo) return;
    throw Refusal{invalid_parameter(
        fifo ? "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, "
               "must end with "
               ".fifo suffix and be 1 to 80 in length"
             : "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length")};
}

// What CreateQueue was told.
struct NewQueue {
    QueueAddress queue;
    json given;
    model::QueueAttributes attributes;
};

NewQueue read_new_queue(const Call& call) {
    NewQueue made;
    made.queue = {call.scope, required_text(call.params, "QueueName")};
    const json* given = find_texts_by_name(call.params, "Attributes");
    made.given = given ? *given : json::object();
    check_queue_name(made.queue.name, made.given.value("FifoQueue", "") == "true");
    apply_attributes(made.given, call.scope, Occasion::create, made.attributes);
    if (const json* tags = find_texts_by_name(call.params, "tags"))
        add_tags(*tags, made.queue.name, made.attributes.tags);
    return made;
}

// There already is one of that name: it is right where it has what was asked for, and is left as it is.
void compare_with_existing(model::Queues& queues, const NewQueue& made, Call call) {
    queues.change_attributes(
        made.queue.engine_name(), refusable([made](model::QueueAttributes& there) {
            const std::string differs = first_difference(made.given, made.attributes, there);
            if (!differs.empty())
                throw Refusal{error_of(
                    "QueueNameExists",
                    "A queue already exists with the same name and a different value for attribute " +
                        differs)};
        }),
        [call = std::move(call), name = made.queue.name](base::Result<> done) mutable {
            if (!done) return call.refuse(from_engine(done.error()));
            call.succeed({{"QueueUrl", url_of(call.base_url, call.scope, name)}});
        });
}

void create_queue(model::Queues& queues, Call call) {
    NewQueue made = read_new_queue(call);
    const std::string name = made.queue.engine_name();
    model::QueueAttributes attributes = made.attributes;
    queues.create(
        name, std::move(attributes),
        [call = std::move(call), made = std::move(made), &queues](base::Result<> done) mutable {
            if (done) return call.succeed({{"QueueUrl", url_of(call.base_url, call.scope, made.queue.name)}});
            if (done.error().code == model::QueueErrc::queue_exists_with_other_attributes)
                return compare_with_existing(queues, made, std::move(call));
            call.refuse(attributes_error(done.error(), made.given));
        });
}

void delete_queue(model::Queues& queues, Call call) {
    const QueueAddress queue = queue_of(call);
    queues.remove(queue.engine_name(), answer_done(std::move(call)));
}

void purge_queue(model::Queues& queues, Call call) {
    const QueueAddress queue = queue_of(call);
    queues.purge(queue.engine_name(), [call = std::move(call),
                                       name = queue.name](base::Result<> done) mutable {
        if (done) return call.succeed_text("{}");
        if (done.error().code == model::QueueErrc::purge_in_progress)
            return call.refuse(error_of("PurgeQueueInProgress", "Only one PurgeQueue operation on " + name +
                                                                    " is allowed every 60 seconds."));
        call.refuse(from_engine(done.error()));
    });
}

void get_queue_url(model::Queues& queues, Call call) {
    QueueAddress queue{call.scope, required_text(call.params, "QueueName")};
    if (const std::string* owner = find_text(call.params, "QueueOwnerAWSAccountId");
        owner && !owner->empty()) {
        if (!is_account(*owner)) return call.refuse(no_such_queue());
        queue.scope.account = *owner;
    }
    if (queue.name.starts_with('~') || queue.name.find('/') != std::string::npos)
        return call.refuse(no_such_queue());
    if (const auto there = queues.attributes(queue.engine_name()); !there)
        return call.refuse(from_engine(there.error()));
    call.succeed({{"QueueUrl", url_of(call.base_url, queue.scope, queue.name)}});
}

void list_queues(model::Queues& queues, Call call) {
    const std::string* prefix = find_text(call.params, "QueueNamePrefix");
    const Page page = read_page(call.params);
    const std::size_t most = page.most ? static_cast<std::size_t>(*page.most) : longest_list;
    json answer = json::object();
    std::string last;
    for (const std::string& engine_name : queues.list(call.scope.engine_name(prefix ? *prefix : ""))) {
        const std::string_view name = call.scope.own_name(engine_name);
        if (name.empty() || name.starts_with('~') || name <= page.after) continue;
        if (answer.contains("QueueUrls") && answer["QueueUrls"].size() == most) {
            // Who names no page size gets the first thousand, and no token.
            if (page.most) answer["NextToken"] = next_token(last);
            break;
        }
        last = name;
        answer["QueueUrls"].push_back(url_of(call.base_url, call.scope, name));
    }
    call.succeed(answer);
}

}  // namespace

void add_administration(Operations& to, model::Queues& queues) {
    to.push_back({"CreateQueue", false, [&queues](Call call) { create_queue(queues, std::move(call)); }});
    to.push_back({"DeleteQueue", false, [&queues](Call call) { delete_queue(queues, std::move(call)); }});
    to.push_back({"GetQueueUrl", false, [&queues](Call call) { get_queue_url(queues, std::move(call)); }});
    to.push_back({"ListQueues", true, [&queues](Call call) { list_queues(queues, std::move(call)); }});
    to.push_back({"PurgeQueue", false, [&queues](Call call) { purge_queue(queues, std::move(call)); }});
}

}  // namespace faasd::aws::sqs
