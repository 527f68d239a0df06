// Changes that the engine makes to attributes as they are, and that may turn out to be refused in the words
// of SQS.
#pragma once

#include <functional>
#include <memory>

#include "aws/protocol/operation_door.hpp"
#include "aws/sqs/errors.hpp"
#include "model/queues.hpp"

namespace faasd::aws::sqs {

// A change that may throw a Refusal, which from_engine() finds again in the error. It may run more than once.
inline model::Queues::Change refusable(std::function<void(model::QueueAttributes&)> change) {
    return [change = std::move(change)](model::QueueAttributes& attributes) -> base::Result<> {
        try {
            change(attributes);
        } catch (const Refusal& refusal) {
            return base::Error(model::QueueErrc::invalid_attribute, refusal.error.message,
                               std::make_shared<RefusalDetail>(refusal.error));
        }
        return {};
    };
}

// Answers a call that has nothing to say but that it is done.
inline base::Completion<> answer_done(Call call) {
    return [call = std::move(call)](base::Result<> done) mutable {
        if (!done) return call.refuse(from_engine(done.error()));
        call.succeed_text("{}");
    };
}

}  // namespace faasd::aws::sqs
