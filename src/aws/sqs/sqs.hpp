// Amazon SQS, API version 2012-11-05, over faasd's queues: AWS JSON 1.0 and the Query protocol.
#pragma once

#include <functional>
#include <memory>

#include "aws/protocol/operation_door.hpp"
#include "model/blocking_executor.hpp"
#include "model/queues.hpp"

namespace faasd::aws::sqs {

// All 23 operations. A queue that was removed can be made again at once: the 60 seconds that AWS asks for
// (QueueDeletedRecently) are its own bookkeeping, which programs must not count on, and tests that make and
// remove their queues would have to sleep. The 60 seconds between two PurgeQueue are held. Keep the queues as
// long.
[[nodiscard]] ServiceDescription describe(model::Queues& queues);

// GET /_aws/sqs/messages?QueueUrl=…: what lies in a queue, without receiving it, in the form of
// ReceiveMessage's answer: XML, or JSON to whom asks for it (Accept: application/json). ShowInvisible=true
// and ShowDelayed=true add what is in flight and what is not due yet. The 10,000 oldest messages at most.
using Peek = std::function<void(model::HttpRequest, std::unique_ptr<model::HttpResponder>)>;
[[nodiscard]] Peek make_peek(model::Queues& queues, std::shared_ptr<model::BlockingExecutor> executor,
                             const base::Clock& clock);

}  // namespace faasd::aws::sqs
