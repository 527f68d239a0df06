// The Query protocol of SQS: parameters such as SendMessageBatchRequestEntry.1.MessageBody, answers in XML
// (Developer Guide, "Making Query API requests").
#pragma once

#include <memory>

#include "aws/protocol/operation_door.hpp"

namespace faasd::aws::sqs {

[[nodiscard]] std::shared_ptr<const QueryForm> make_form();

}  // namespace faasd::aws::sqs
