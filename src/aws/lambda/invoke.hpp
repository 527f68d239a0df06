// Invoke: a function runs now, or later, or would be allowed to.
#pragma once

#include "aws/lambda/answer.hpp"
#include "aws/lambda/lambda.hpp"

namespace faasd::aws::lambda {

// X-Amz-Invocation-Type RequestResponse (the default), Event (accepted with 202, durable, retried) or DryRun (204).
// X-Amz-Log-Type: Tail adds the last 4 KB of what the call logged. May run the function in place: it must be the
// caller's last action.
void invoke(const Parts& with, Asked asked, const FunctionName& function, const model::HttpRequest& request);

}  // namespace faasd::aws::lambda
