// Objects in and out over HTTP, piece by piece: a 1 GiB object needs no 1 GiB of memory.
#pragma once

#include <memory>
#include <string>

#include "model/blobs.hpp"
#include "model/blocking_executor.hpp"
#include "model/http.hpp"

namespace faasd::control {

// Reads the stream to its end into a new object and answers with its description. What comes is written on the executor: a
// slow disk slows the client (model/body_intake.hpp), not the I/O thread.
void receive_object(model::Blobs& blobs, std::shared_ptr<model::BlockingExecutor> executor, std::string bucket,
                    std::string key, model::PutOptions options, std::unique_ptr<model::HttpBodyStream> stream,
                    std::unique_ptr<model::HttpResponder> responder);

// Answers GET and HEAD with Range and the conditional headers of RFC 9110.
void send_object(model::Blobs& blobs, std::shared_ptr<model::BlockingExecutor> executor, std::string bucket,
                 std::string key, const model::HttpRequest& request, std::unique_ptr<model::HttpResponder> responder);

// The value of a conditional header without its quotes; nothing where it is absent.
[[nodiscard]] std::optional<std::string> entity_tag(const model::HttpRequest& request, std::string_view name);

// {"error": {"code", "message"}} with the error's status.
[[nodiscard]] model::HttpResponse error_response(const base::Error& error);

}  // namespace faasd::control
