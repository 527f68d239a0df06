// The app's port: a request becomes the invocation of the function that its route names.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "model/app.hpp"
#include "model/http.hpp"
#include "model/invocation.hpp"

namespace faasd::gateway {

struct Route;
class IoContextLoop;
struct UpstreamStatus;
struct ShadowStatus;
struct Dispatched;

// plan() and handle() are called on the loop; update() on any thread: a request in flight keeps the routes it began
// with. `invoker` and `clock` outlive it and every request.
//
// What an outcome becomes: an answer of the function as it is; 502 where the function failed, crashed, or returned what
// is no HTTP response; 504 after its timeout; 429 with Retry-After at its concurrency limit; 503 where it is not
// loaded or the daemon is shutting down. Failures carry JSON with `message` as API Gateway says it and, since
// whoever reads it here is the author, errorType, errorMessage and the request id of the log.
class FunctionHandler final : public model::HttpHandler {
  public:
    FunctionHandler(model::Invoker& invoker, const base::Clock& clock);
    ~FunctionHandler() override;
    // Where upstreams are spoken to: the loop of the port. Before update(); without it, upstreams cannot be reached.
    void use_loop(IoContextLoop& loop) { loop_ = &loop; }
    // Takes routes, CORS policy, authorizers and the body limit over from the app, all at once. What authorizers
    // answered is forgotten.
    void update(const model::App& app);

    model::BodyPlan plan(const model::HttpRequest& head) override;
    void handle(model::HttpRequest request, std::unique_ptr<model::HttpBodyStream> stream,
                std::unique_ptr<model::HttpResponder> responder) override;

    // A moment's values; any thread.
    [[nodiscard]] std::vector<UpstreamStatus> upstreams() const;
    [[nodiscard]] std::vector<ShadowStatus> shadows() const;

    struct Table;

  private:
    [[nodiscard]] std::shared_ptr<const Table> table() const;

    // Any thread: the loop's, or whichever an authorizer ended on.
    void invoke(std::shared_ptr<const Table> now, const Route& route, std::string trace, model::HttpRequest request,
                std::unique_ptr<model::HttpBodyStream> stream, std::unique_ptr<model::HttpResponder> responder);
    void send_on(Dispatched dispatched, const std::shared_ptr<const Table>& now, const Route& route);
    void ask_first(std::shared_ptr<const Table> now, const Route& route, model::HttpRequest request,
                   std::unique_ptr<model::HttpBodyStream> stream, std::unique_ptr<model::HttpResponder> responder);

    model::Invoker& invoker_;
    const base::Clock& clock_;
    IoContextLoop* loop_ = nullptr;
    mutable std::mutex mutex_;
    std::shared_ptr<const Table> table_;  // guarded by mutex_
};

}  // namespace faasd::gateway
