// The control port: the control API under /_faasd/, and AWS's services everywhere else.
#pragma once

#include <functional>
#include <memory>

#include "aws/handler.hpp"
#include "base/clock.hpp"
#include "daemon/options.hpp"
#include "model/blobs.hpp"
#include "model/blocking_executor.hpp"
#include "model/app.hpp"
#include "model/http.hpp"
#include "model/invocation.hpp"
#include "model/invocation_log.hpp"
#include "model/queues.hpp"
#include "model/tables.hpp"

namespace faasd::daemon {

struct CloudParts {
    const Options& options;
    model::Queues& queues;
    model::Blobs& blobs;
    model::Tables& tables;
    const base::Clock& clock;
    std::shared_ptr<model::BlockingExecutor> executor;
    model::Invoker& invoker;
    model::AsyncInvoker& async;
    model::InvocationLog& log;
    std::function<std::shared_ptr<const model::App>()> app;
    std::function<void(base::Completion<>)> reset;
};
[[nodiscard]] std::unique_ptr<aws::Handler> make_cloud(const CloudParts& parts);

// Thread-safe. Keep both as long.
class ControlPort final : public model::HttpHandler {
  public:
    ControlPort(model::HttpHandler& control, model::HttpHandler& cloud) : control_(control), cloud_(cloud) {}
    model::BodyPlan plan(const model::HttpRequest& head) override { return of(head).plan(head); }
    void handle(model::HttpRequest request, std::unique_ptr<model::HttpBodyStream> stream,
                std::unique_ptr<model::HttpResponder> responder) override {
        of(request).handle(std::move(request), std::move(stream), std::move(responder));
    }

  private:
    // No bucket's name has an underscore, so the path is nobody else's, but where the host names the bucket.
    [[nodiscard]] model::HttpHandler& of(const model::HttpRequest& request) const {
        const bool ours = request.raw_path.starts_with("/_faasd/") || request.raw_path == "/_faasd";
        return ours && !aws::is_bucket_host(request.host) ? control_ : cloud_;
    }
    model::HttpHandler& control_;
    model::HttpHandler& cloud_;
};

}  // namespace faasd::daemon
