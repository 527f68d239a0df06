// Moves of messages out of dead-letter queues, step by step.
#pragma once

#include <memory>
#include <string>

#include "services/queue/engine.hpp"

namespace faasd::queue {

// Makes the move's next step, and those after it as its rate allows, until it ends. Any thread.
void go_on_moving(const std::shared_ptr<QueueEngine::Core>& core, const std::string& id);

}  // namespace faasd::queue
