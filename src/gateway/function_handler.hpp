// The app's port: a request becomes the invocation of the function that its route names.
#pragma once

#include <memory>
#include <mutex>

#include "model/app.hpp"
#include "model/http.hpp"
#include "model/invocation.hpp"

namespace faasd::gateway {

// plan() and handle() are called on the loop; update() on any thread: a request in flight keeps the routes it began
// with. `invoker` outlives it and every request.
//
// What an outcome becomes: an answer of the function as it is; 502 where the function failed, crashed, or returned what
// is no HTTP response; 504 after its timeout; 429 with Retry-After at its concurrency limit; 503 where it is not
// loaded or the daemon is shutting down. Failures carry JSON with `message` as API Gateway says it and, since
// whoever reads it here is the author, errorType, errorMessage and the request id of the log.
class FunctionHandler final : public model::HttpHandler {
  public:
    explicit FunctionHandler(model::Invoker& invoker);
    ~FunctionHandler() override;
    // Takes routes, CORS policy and the body limit over from the app, all at once.
    void update(const model::App& app);

    model::BodyPlan plan(const model::HttpRequest& head) override;
    void handle(model::HttpRequest request, std::unique_ptr<model::HttpBodyStream> stream,
                std::unique_ptr<model::HttpResponder> responder) override;

    struct Table;

  private:
    [[nodiscard]] std::shared_ptr<const Table> table() const;

    model::Invoker& invoker_;
    mutable std::mutex mutex_;
    std::shared_ptr<const Table> table_;  // guarded by mutex_
};

}  // namespace faasd::gateway
