// Services whose calls are a name and a bag of parameters: SQS, DynamoDB and its streams, STS. Spoken as AWS JSON, or as
// a form that is answered in XML (the Query protocol); an operation sees JSON in either case.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>
#include <pugixml.hpp>

#include "aws/protocol/door.hpp"
#include "aws/protocol/error.hpp"
#include "model/blocking_executor.hpp"

namespace faasd::aws {

// Thrown by whatever reads parameters; the call is answered with it.
struct Refusal {
    Error error;
};

// The Query protocol of one service. Immutable.
class QueryForm {
  public:
    using Parameters = std::vector<std::pair<std::string, std::string>>;  // decoded, in the order in which they were sent

    virtual ~QueryForm() = default;
    // The same parameters as a JSON client would send them. May throw Refusal.
    [[nodiscard]] virtual nlohmann::json params(std::string_view operation, const model::HttpRequest& request,
                                                const Parameters& given) const = 0;
    // The members of the result, into <OperationResult>.
    virtual void write(std::string_view operation, const nlohmann::json& result, pugi::xml_node into) const = 0;
    // The operation has a result, so its element is there though it may be empty.
    [[nodiscard]] virtual bool has_result(std::string_view) const { return false; }
    [[nodiscard]] virtual std::string_view xml_namespace() const = 0;
};

// One call. Answered exactly once, from any thread; dropped without an answer, it answers 500.
class Call {
  public:
    std::string operation;
    Scope scope;
    std::string request_id;
    std::string base_url;   // "http://localhost:4566": how the client reached us
    std::string access_key; // empty: unsigned
    std::string trace_header;  // X-Amzn-Trace-Id, as it came
    nlohmann::json params;  // an object; null where the service reads the body itself
    std::string_view body;  // JSON, as it was sent; as long as `owner` lives
    std::shared_ptr<const void> owner;

    void succeed(const nlohmann::json& result);
    // The same where the text of the result is at hand, as JSON.
    void succeed_text(std::string json);
    void refuse(const Error& error);
    // On the I/O thread, should the client go away before the answer.
    void on_disconnect(base::UniqueFunction<void()> callback) { responder_->on_disconnect(std::move(callback)); }

  private:
    friend class OperationDoor;
    // Shared: a call that throws before it went anywhere is answered by whoever made it.
    std::shared_ptr<model::HttpResponder> responder_;
    Dialect dialect_;
    const QueryForm* form_ = nullptr;  // set: it came as a form
};

struct Operation {
    std::string_view name;
    bool blocks = false;  // it reads files or much of a table, and so must not run on the I/O thread
    std::function<void(Call)> run;  // may throw Refusal before it has called anything
    // Tried first with the text of a JSON call, on the thread that reads it (the I/O thread, save for long texts): for what is called so often that a tree of its
    // parameters is a cost. False: the text is to be parsed, and nothing has happened. May throw as `run` may.
    std::function<bool(Call&, std::string_view)> run_text{};
};

struct ServiceDescription {
    std::string_view shape_prefix;  // "com.amazonaws.sqs#"
    std::string_view content_type = "application/x-amz-json-1.0";
    std::vector<Operation> operations;
    std::vector<std::string_view> missing;  // what the service has in the cloud, and not here
    std::shared_ptr<const QueryForm> form;  // null: JSON only
    std::uint64_t body_limit = std::uint64_t{2} << 20;
    bool crc32 = false;  // answers carry x-amz-crc32 (DynamoDB)
    bool reads_body = false;  // its operations take Call::body, and Call::params is not made
    // What a body that is no JSON object is called, and an operation that nobody knows.
    Error not_json{"SerializationException", 400, ""};
};

// A call with a longer body is read and run on the executor, whatever it does: reading it takes long enough for others
// on the I/O thread to notice.
inline constexpr std::size_t kMostReadInPlace = std::size_t{64} << 10;

class OperationDoor final : public Door {
  public:
    OperationDoor(ServiceDescription description, std::shared_ptr<model::BlockingExecutor> executor);
    model::BodyPlan plan(const model::HttpRequest& head, const Target& target) override;
    void handle(Visit visit) override;
    [[nodiscard]] std::vector<OperationStatus> operations() const override;

  private:
    // The call's parameters. False: it is answered.
    bool read_params(const Operation& operation, Call& call, const model::HttpRequest& request, bool as_form) const;
    void run(const Operation& operation, Call call) const;
    bool run_text(const Operation& operation, Call& call, std::string_view text) const;
    ServiceDescription description_;
    std::unordered_map<std::string_view, const Operation*> by_name_;
    std::shared_ptr<model::BlockingExecutor> executor_;
};

}  // namespace faasd::aws
