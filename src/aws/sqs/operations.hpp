// The operations, by topic. Each adds its own to the service's description and keeps a reference to the
// queues.
#pragma once

#include <vector>

#include "aws/protocol/operation_door.hpp"
#include "model/queues.hpp"

namespace faasd::aws::sqs {

using Operations = std::vector<Operation>;

void add_sending(Operations& to, model::Queues& queues);    // SendMessage, SendMessageBatch
void add_receiving(Operations& to, model::Queues& queues);  // ReceiveMessage
void add_handling(Operations& to,
                  model::Queues& queues);  // DeleteMessage, ChangeMessageVisibility, in batches too
void add_administration(Operations& to,
                        model::Queues& queues);              // queues: made, found, listed, emptied, removed
void add_attributes(Operations& to, model::Queues& queues);  // GetQueueAttributes, SetQueueAttributes
void add_tags(Operations& to, model::Queues& queues);
void add_permissions(Operations& to, model::Queues& queues);
void add_dead_letters(Operations& to,
                      model::Queues& queues);  // sources of a dead-letter queue, and moves out of it

}  // namespace faasd::aws::sqs
