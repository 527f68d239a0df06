#include "aws/sqs/sqs.hpp"

#include <algorithm>

#include "aws/sqs/form.hpp"
#include "aws/sqs/operations.hpp"

namespace faasd::aws::sqs {

ServiceDescription describe(model::Queues& queues) {
    ServiceDescription service;
    service.shape_prefix = "com.amazonaws.sqs#";
    service.form = make_form();
    add_permissions(service.operations, queues);
    add_dead_letters(service.operations, queues);
    add_handling(service.operations, queues);
    add_administration(service.operations, queues);
    add_attributes(service.operations, queues);
    add_receiving(service.operations, queues);
    add_sending(service.operations, queues);
    add_tags(service.operations, queues);
    std::ranges::sort(service.operations, {}, &Operation::name);
    // A message of 1 MiB can be six times as long where each of its characters is escaped, and as base64 or a
    // form.
    service.body_limit = std::uint64_t{8} << 20;
    return service;
}

}  // namespace faasd::aws::sqs
