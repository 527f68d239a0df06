#include "daemon/cloud.hpp"

#include "aws/protocol/operation_door.hpp"
#include "aws/sts/sts.hpp"
#include "base/version.hpp"

namespace faasd::daemon {

std::unique_ptr<aws::Handler> make_cloud(const CloudParts& parts) {
    aws::HandlerParts with;
    const auto operations = [&](aws::ServiceDescription service) {
        return std::make_shared<aws::OperationDoor>(std::move(service), parts.executor);
    };
    with.doors[aws::Service::sts] = operations(aws::sts::describe(parts.clock));

    aws::Conveniences::Parts conveniences;
    conveniences.version = base::kVersion;
    for (const auto& [service, door] : with.doors)
        conveniences.services.emplace_back(aws::to_string(service));
    conveniences.reset = parts.reset;
    with.conveniences = std::make_shared<aws::Conveniences>(std::move(conveniences));
    // Names that lead to this machine whoever asks for them, and those that AWS's clients are configured with.
    with.guard = model::ForgeryGuard({{parts.options.host, "host.docker.internal", "localhost.localstack.cloud"},
                                      {".localhost.localstack.cloud", ".amazonaws.com", ".amazonaws.com.cn"},
                                      true});
    return std::make_unique<aws::Handler>(std::move(with));
}

}  // namespace faasd::daemon
