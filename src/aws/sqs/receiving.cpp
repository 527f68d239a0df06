#include <memory>
#include <mutex>

#include <nlohmann/json.hpp>

#include "aws/sqs/errors.hpp"
#include "aws/sqs/flat_json.hpp"
#include "aws/sqs/message.hpp"
#include "aws/sqs/operations.hpp"
#include "aws/sqs/parameters.hpp"
#include "aws/sqs/received_message.hpp"

namespace faasd::aws::sqs {
namespace {

using nlohmann::json;

constexpr std::int64_t most_messages = 10, longest_wait = 20, longest_visibility = 43200;

// ReceiveMessage's parameters as they came.
struct Asked {
    std::string url;
    std::optional<std::int64_t> most, wait, visibility;
    std::optional<std::string> attempt;
    std::vector<std::string> system_names, attribute_names;
};

std::optional<base::Duration> checked_seconds(std::optional<std::int64_t> given, std::string_view name,
                                              std::int64_t most) {
    if (!given) return std::nullopt;
    if (*given < 0 || *given > most)
        throw Refusal{invalid_value(std::to_string(*given), name,
                                    "Must be >= 0 and <= " + std::to_string(most) + ", if provided.")};
    return std::chrono::seconds{*given};
}

model::ReceiveRequest checked_request(const Asked& asked, const QueueAddress& queue) {
    model::ReceiveRequest request;
    if (asked.most) {
        if (*asked.most < 1 || *asked.most > most_messages)
            throw Refusal{invalid_value(std::to_string(*asked.most), "MaxNumberOfMessages",
                                        "Must be between 1 and 10, if provided.")};
        request.max_messages = static_cast<std::uint32_t>(*asked.most);
    }
    request.wait = checked_seconds(asked.wait, "WaitTimeSeconds", longest_wait);
    request.visibility_timeout = checked_seconds(asked.visibility, "VisibilityTimeout", longest_visibility);
    if (asked.attempt) {
        if (!queue.is_fifo())
            throw Refusal{not_for_this_queue_type(*asked.attempt, "ReceiveRequestAttemptId")};
        check_id(*asked.attempt, "ReceiveRequestAttemptId");
        request.attempt_id = *asked.attempt;
    }
    return request;
}

// A receive whose client goes away is to end, lest it take messages that nobody gets. The id of the receive
// is known only after it has begun, and the client may be gone by then.
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

void submit_receive(model::Queues& queues, Call call, Asked asked) {
    const QueueAddress queue = address_of(asked.url, call.scope);
    const model::ReceiveRequest request = checked_request(asked, queue);
    check_system_names(asked.system_names);
    auto waiting = std::make_shared<Waiting>();
    call.on_disconnect([waiting, &queues] { waiting->client_gone(queues); });
    const auto id =
        queues.receive(queue.engine_name(), request,
                       [call = std::move(call),
                        wanted = Wanted(std::move(asked.system_names), std::move(asked.attribute_names)),
                        scope = queue.scope](base::Result<std::vector<model::Message>> got) mutable {
                           if (!got) return call.refuse(from_engine(got.error()));
                           call.succeed_text(received(*got, wanted, scope));
                       });
    waiting->begun(queues, id);
}

void receive_message(model::Queues& queues, Call call) {
    const json& params = call.params;
    Asked asked{required_text(params, "QueueUrl"),
                find_integer(params, "MaxNumberOfMessages"),
                find_integer(params, "WaitTimeSeconds"),
                find_integer(params, "VisibilityTimeout"),
                std::nullopt,
                {},
                {}};
    if (const std::string* attempt = find_text(params, "ReceiveRequestAttemptId")) asked.attempt = *attempt;
    for (const char* name : {"AttributeNames", "MessageSystemAttributeNames"})
        for (const std::string_view one : texts(params, name))
            asked.system_names.emplace_back(one);
    for (const std::string_view one : texts(params, "MessageAttributeNames"))
        asked.attribute_names.emplace_back(one);
    submit_receive(queues, std::move(call), std::move(asked));
}

bool read_flat_list(FlatJson& reader, std::vector<std::string>& into) {
    if (!reader.open_array()) return false;
    while (reader.next_element()) {
        auto one = reader.text();
        if (!one) return false;
        into.push_back(std::move(*one));
    }
    return reader.ended();
}

bool read_flat_member(FlatJson& reader, std::string_view name, Asked& asked) {
    const auto number = [&](std::optional<std::int64_t>& into) {
        into = reader.integer();
        return into.has_value();
    };
    if (name == "MaxNumberOfMessages") return number(asked.most);
    if (name == "WaitTimeSeconds") return number(asked.wait);
    if (name == "VisibilityTimeout") return number(asked.visibility);
    if (name == "AttributeNames" || name == "MessageSystemAttributeNames")
        return read_flat_list(reader, asked.system_names);
    if (name == "MessageAttributeNames") return read_flat_list(reader, asked.attribute_names);
    auto text = reader.text();
    if (!text) return false;
    if (name == "QueueUrl")
        asked.url = std::move(*text);
    else if (name == "ReceiveRequestAttemptId")
        asked.attempt = std::move(text);
    else
        return false;
    return true;
}

bool receive_flat(model::Queues& queues, Call& call, std::string_view text) {
    FlatJson reader(text);
    Asked asked;
    std::string_view name;
    if (!reader.open_object()) return false;
    while (reader.next_member(name))
        if (!read_flat_member(reader, name, asked)) return false;
    if (!reader.ended() || !reader.at_end() || asked.url.empty()) return false;
    submit_receive(queues, std::move(call), std::move(asked));
    return true;
}

}  // namespace

void add_receiving(Operations& to, model::Queues& queues) {
    to.push_back({"ReceiveMessage", false, [&queues](Call call) { receive_message(queues, std::move(call)); },
                  [&queues](Call& call, std::string_view text) { return receive_flat(queues, call, text); }});
}

}  // namespace faasd::aws::sqs
