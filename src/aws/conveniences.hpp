// The paths beside the services that people's tools expect of a cloud on one's own box.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "model/http.hpp"

namespace faasd::aws {

//   GET  /health, /_localstack/health      which services there are
//   POST /_localstack/state/reset          deletes every message, object and item
//   GET  /_aws/sqs/messages?QueueUrl=…     what lies in a queue, without receiving it
// Thread-safe.
class Conveniences {
  public:
    struct Parts {
        std::string version;
        std::vector<std::string> services;
        std::function<void(base::Completion<>)> reset;
        // Answers with the messages of the queue that the query names.
        std::function<void(model::HttpRequest, std::unique_ptr<model::HttpResponder>)> peek;
    };
    explicit Conveniences(Parts parts) : with_(std::move(parts)) {}

    // It is for one of them, and so for no service.
    [[nodiscard]] static bool takes(const model::HttpRequest& request);
    void handle(model::HttpRequest request, std::unique_ptr<model::HttpResponder> responder) const;

  private:
    Parts with_;
};

}  // namespace faasd::aws
