// The control API: what the command line and people's scripts talk to, under /_faasd/v1/.
//
//   GET    health, status, operations                        JSON
//   POST   operations/{name}                                 a JSON object of arguments; "$body" or "$body_base64"
//                                                            in it are the bytes -> {"result", "body"}
//   POST   functions/{name}/invocations[?async=true]         the payload -> the function's answer
//   POST   queues/{name}/messages[?delay_seconds&group_id&deduplication_id]   the message -> {"message_id"}
//   GET, HEAD, PUT, DELETE  buckets/{name}/objects/{key}     the object itself, streamed
//   POST   reset                                             deletes every message, object and item
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "model/forgery_guard.hpp"
#include "control/operation_table.hpp"
#include "model/blobs.hpp"
#include "model/blocking_executor.hpp"
#include "model/http.hpp"
#include "model/queues.hpp"

namespace faasd::control {

struct ControlDependencies {
    std::shared_ptr<OperationTable> operations;
    model::Queues& queues;
    model::Blobs& blobs;
    std::shared_ptr<model::BlockingExecutor> executor;
    std::function<std::string()> status;  // JSON
    std::function<void(base::Completion<>)> reset;
};

// Thread-safe; called on the I/O thread.
class ControlHandler final : public model::HttpHandler {
  public:
    ControlHandler(ControlDependencies dependencies, model::ForgeryGuard guard)
        : with_(std::move(dependencies)), guard_(std::move(guard)) {}

    model::BodyPlan plan(const model::HttpRequest& head) override;
    void handle(model::HttpRequest request, std::unique_ptr<model::HttpBodyStream> stream,
                std::unique_ptr<model::HttpResponder> responder) override;

  private:
    struct Target;  // a path below /_faasd/v1/, taken apart
    void run_operation(model::OperationRequest request, std::unique_ptr<model::HttpResponder> responder,
                       model::HttpResponse (*render)(model::OperationResponse));
    void handle_operation(const Target& target, const model::HttpRequest& request,
                          std::unique_ptr<model::HttpResponder> responder);
    void handle_invocation(const Target& target, const model::HttpRequest& request,
                           std::unique_ptr<model::HttpResponder> responder);
    void handle_message(const Target& target, const model::HttpRequest& request,
                        std::unique_ptr<model::HttpResponder> responder);
    void handle_object(const Target& target, model::HttpRequest request, std::unique_ptr<model::HttpBodyStream> stream,
                       std::unique_ptr<model::HttpResponder> responder);

    ControlDependencies with_;
    model::ForgeryGuard guard_;
};

}  // namespace faasd::control
