#include <memory>
#include <mutex>

#include <nlohmann/json.hpp>

#include "aws/sqs/errors.hpp"
#include "aws/sqs/message.hpp"
#include "aws/sqs/operations.hpp"
#include "aws/sqs/parameters.hpp"
#include "aws/sqs/received_message.hpp"

namespace faasd::aws::sqs {
namespace {

using nlohmann::json;

constexpr std::int64_t most_messages = 10, longest_wait = 20, longest_timeout = 43200;

std::optional<base::Duration> read_seconds(const json& params, std::string_view name, std::int64_t most) {
    const auto given = find_integer(params, name);
    if (!given) return std::nullopt;
    if (*given < 0 || *given > most)
        throw Refusal{invalid_value(std::to_string(*given), name,
                                    "Must be >= 0 and <= " + std::to_string(most) + ", if provided.")};
    return std::chrono::seconds{*given};
}

model::ReceiveRequest read_request(const json& params, const QueueAddress& queue) {
    model::ReceiveRequest request;
    if (const auto most = find_integer(params, "MaxNumberOfMessages")) {
        if (*most < 1 || *most > most_messages)
            throw Refusal{invalid_value(std::to_string(*most), "MaxNumberOfMessages",
                                        "Must be between 1 and 10, if provided.")};
        request.max_messages = static_cast<std::uint32_t>(*most);
    }
    request.wait = read_seconds(params, "WaitTimeSeconds", longest_wait);
    request.visibility_timeout = read_seconds(params, "VisibilityTimeout", longest_timeout);
    if (const std::string* attempt = find_text(params, "ReceiveRequestAttemptId")) {
        if (!queue.is_fifo()) throw Refusal{not_for_this_queue_type(*attempt, "ReceiveRequestAttemptId")};
        check_id(*attempt, "ReceiveRequestAttemptId");
        request.attempt_id = *attempt;
    }
    return request;
}

// A receive whose client goes away is to end, lest it take messages that nobody gets. The id of the receive is known only
// after it has begun, and the client may be gone by then.
class Waiting {
  public:
    void begun(model::Queues& queues, model::Queues::ReceiveId id) {
        std::lock_guard lock(mutex_);
        id_ = id;
        if (is_gone_ && id != 0) queues.cancel_receive(id);
    }
    void client_gone(model::Queues& queues) {
        std::lock_guard lock(mutex_);
        is_gone_ = true;
        if (id_ != 0) queues.cancel_receive(id_);
    }

  private:
    std::mutex mutex_;
    model::Queues::ReceiveId id_ = 0;
    bool is_gone_ = false;
};

void receive_message(model::Queues& queues, Call call) {
    const QueueAddress queue = queue_of(call);
    const model::ReceiveRequest request = read_request(call.params, queue);
    auto system_names = texts(call.params, "AttributeNames");
    check_system_names(system_names);
    const auto also = texts(call.params, "MessageSystemAttributeNames");
    check_system_names(also);
    system_names.insert(system_names.end(), also.begin(), also.end());
    Wanted wanted(system_names, texts(call.params, "MessageAttributeNames"));
    auto waiting = std::make_shared<Waiting>();
    call.on_disconnect([waiting, &queues] { waiting->client_gone(queues); });
    const auto id = queues.receive(
        queue.engine_name(), request,
        [call = std::move(call), wanted = std::move(wanted),
         scope = queue.scope](base::Result<std::vector<model::Message>> got) mutable {
            if (!got) return call.refuse(from_engine(got.error()));
            call.succeed_text(received(*got, wanted, scope));
        });
    waiting->begun(queues, id);
}

}  // namespace

void add_receiving(Operations& to, model::Queues& queues) {
    to.push_back({"ReceiveMessage", false, [&queues](Call call) { receive_message(queues, std::move(call)); }});
}

}  // namespace faasd::aws::sqs
