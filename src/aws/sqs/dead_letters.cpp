// Sources of a dead-letter queue, and moves of messages out of it.
#include <chrono>

#include <nlohmann/json.hpp>

#include "aws/protocol/limited_json.hpp"
#include "aws/sqs/errors.hpp"
#include "aws/sqs/operations.hpp"
#include "aws/sqs/parameters.hpp"
#include "aws/sqs/redrive_policy.hpp"
#include "base/digest.hpp"
#include "base/json.hpp"

namespace faasd::aws::sqs {
namespace {

using nlohmann::json;
using Status = model::Move::Status;

constexpr std::int64_t most_a_second = 500, most_tasks = 10;
constexpr std::size_t longest_page = 1000;

Error no_such_resource(std::string_view parameter) {
    return error_of("ResourceNotFoundException", "The resource that you specified for the " +
                                                     std::string(parameter) + " parameter doesn't exist.");
}

QueueAddress read_arn(const std::string& text, std::string_view parameter) {
    QueueAddress queue;
    if (!address_of_arn(text, queue))
        throw Refusal{invalid_parameter("You must use this format to specify the " + std::string(parameter) +
                                        ": arn:<partition>:<service>:<region>:<account-id>:<resource-id>")};
    return queue;
}

// A handle tells the move and its source, so that a wrong one can be told from one of a queue that is gone.
std::string handle_of(const std::string& id, const std::string& source_arn) {
    return base::base64_encode(base::to_text(json{{"taskId", id}, {"sourceArn", source_arn}}));
}

struct Handle {
    std::string id;
    QueueAddress source;
};
Handle read_handle_of_move(const std::string& text) {
    const auto bytes = base::base64_decode(text);
    const json parsed = bytes ? parse_limited(*bytes) : json();
    Handle handle;
    if (parsed.is_object()) {
        const auto id = parsed.find("taskId"), source = parsed.find("sourceArn");
        if (id != parsed.end() && id->is_string() && source != parsed.end() && source->is_string() &&
            address_of_arn(source->get_ref<const std::string&>(), handle.source)) {
            handle.id = id->get<std::string>();
            return handle;
        }
    }
    throw Refusal{invalid_parameter("Value for parameter TaskHandle is invalid.")};
}

void list_sources(model::Queues& queues, Call call) {
    const QueueAddress queue = queue_of(call);
    const Page page = read_page(call.params);
    const auto sources = queues.redrive_sources(queue.engine_name());
    if (!sources) return call.refuse(from_engine(sources.error()));
    const std::size_t most = page.most ? static_cast<std::size_t>(*page.most) : longest_page;
    json answer = {{"queueUrls", json::array()}};
    std::string last;
    for (const std::string& engine_name : *sources) {
        const std::string_view name = queue.scope.own_name(engine_name);
        if (name.empty() || name <= page.after) continue;
        if (answer["queueUrls"].size() == most) {
            if (page.most) answer["NextToken"] = next_token(last);
            break;
        }
        last = name;
        answer["queueUrls"].push_back(url_of(call.base_url, queue.scope, name));
    }
    call.succeed(answer);
}

void start_message_move_task(model::Queues& queues, Call call) {
    const QueueAddress source = read_arn(required_text(call.params, "SourceArn"), "SourceArn");
    model::MoveRequest request{source.engine_name(), std::nullopt, std::nullopt};
    if (const std::string* destination = find_text(call.params, "DestinationArn"))
        request.destination = read_arn(*destination, "DestinationArn").engine_name();
    if (const auto rate = find_integer(call.params, "MaxNumberOfMessagesPerSecond")) {
        if (*rate < 1 || *rate > most_a_second)
            throw Refusal{invalid_parameter(
                "Value for parameter MaxNumberOfMessagesPerSecond is invalid. Reason: You must "
                "enter a number that's between 1 and 500.")};
        request.max_per_second = static_cast<std::uint32_t>(*rate);
    }
    queues.start_move(std::move(request),
                      [call = std::move(call), arn = source.arn()](base::Result<std::string> id) mutable {
                          if (id) return call.succeed({{"TaskHandle", handle_of(*id, arn)}});
                          if (id.error().code == model::QueueErrc::no_such_queue)
                              return call.refuse(no_such_resource("SourceArn"));
                          call.refuse(from_engine(id.error()));
                      });
}

void cancel_message_move_task(model::Queues& queues, Call call) {
    Handle handle = read_handle_of_move(required_text(call.params, "TaskHandle"));
    if (!queues.attributes(handle.source.engine_name())) return call.refuse(no_such_resource("SourceArn"));
    queues.cancel_move(std::move(handle.id),
                       [call = std::move(call)](base::Result<std::uint64_t> moved) mutable {
                           if (!moved) return call.refuse(from_engine(moved.error()));
                           call.succeed({{"ApproximateNumberOfMessagesMoved", *moved}});
                       });
}

std::string_view status_name(Status status) {
    switch (status) {
        case Status::running:
            return "RUNNING";
        case Status::completed:
            return "COMPLETED";
        case Status::cancelled:
            return "CANCELLED";
        case Status::failed:
            return "FAILED";
    }
    return "";
}

std::string failure_name(const std::error_code& failure) {
    if (failure == model::QueueErrc::not_a_dead_letter_queue) return "CouldNotDetermineMessageSource";
    if (failure == model::QueueErrc::wrong_queue_type) return "InvalidParameterValue";
    return "AWS.SimpleQueueService.NonExistentQueue";
}

json describe_move(const model::Move& move) {
    const auto started =
        std::chrono::duration_cast<std::chrono::milliseconds>(move.started_at.time_since_epoch());
    const std::string source = arn_of(move.request.source);
    json entry = {{"Status", status_name(move.status)},
                  {"SourceArn", source},
                  {"ApproximateNumberOfMessagesMoved", move.moved},
                  {"ApproximateNumberOfMessagesToMove", move.to_move},
                  {"StartedTimestamp", started.count()}};
    if (move.request.destination) entry["DestinationArn"] = arn_of(*move.request.destination);
    if (move.request.max_per_second) entry["MaxNumberOfMessagesPerSecond"] = *move.request.max_per_second;
    // Only what runs can be cancelled.
    if (move.status == Status::running) entry["TaskHandle"] = handle_of(move.id, source);
    if (move.status == Status::failed) entry["FailureReason"] = failure_name(move.failure);
    return entry;
}

void list_message_move_tasks(model::Queues& queues, Call call) {
    const QueueAddress source = read_arn(required_text(call.params, "SourceArn"), "SourceArn");
    const std::int64_t most = find_integer(call.params, "MaxResults").value_or(1);
    if (most < 1 || most > most_tasks)
        throw Refusal{
            invalid_parameter("Value for parameter MaxResults is invalid. Reason: You must enter a number "
                              "that's between 1 and 10.")};
    const auto moves = queues.moves(source.engine_name(), static_cast<std::size_t>(most));
    if (!moves && moves.error().code == model::QueueErrc::no_such_queue)
        return call.refuse(no_such_resource("SourceArn"));
    if (!moves) return call.refuse(from_engine(moves.error()));
    json answer = {{"Results", json::array()}};
    for (const model::Move& move : *moves)
        answer["Results"].push_back(describe_move(move));
    call.succeed(answer);
}

}  // namespace

void add_dead_letters(Operations& to, model::Queues& queues) {
    to.push_back({"ListDeadLetterSourceQueues", true,
                  [&queues](Call call) { list_sources(queues, std::move(call)); }});
    to.push_back({"StartMessageMoveTask", false,
                  [&queues](Call call) { start_message_move_task(queues, std::move(call)); }});
    to.push_back({"CancelMessageMoveTask", false,
                  [&queues](Call call) { cancel_message_move_task(queues, std::move(call)); }});
    to.push_back({"ListMessageMoveTasks", true,
                  [&queues](Call call) { list_message_move_tasks(queues, std::move(call)); }});
}

}  // namespace faasd::aws::sqs
