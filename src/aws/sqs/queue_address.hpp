// Which queue a request means: queue URLs in every form in which people's code has them.
#pragma once

#include <string>
#include <string_view>

#include "aws/protocol/call.hpp"

namespace faasd::aws::sqs {

struct QueueAddress {
    Scope scope;
    std::string name;

    [[nodiscard]] std::string engine_name() const { return scope.engine_name(name); }
    [[nodiscard]] std::string arn() const { return scope.arn("sqs", name); }
    [[nodiscard]] bool is_fifo() const { return name.ends_with(".fifo"); }
};

// http://HOST/ACCOUNT/NAME, where HOST may name the region (sqs.REGION.…, REGION.queue.…);
// …/queue/REGION/ACCOUNT/NAME; each without the scheme, or without scheme and host; or the bare name, which
// is the caller's queue. Throws a Refusal: InvalidAddress where it is none of these, QueueDoesNotExist where
// nobody's queue can be called that.
[[nodiscard]] QueueAddress address_of(std::string_view url, const Scope& caller);

// The same for arn:aws:sqs:REGION:ACCOUNT:NAME. False where it is none.
[[nodiscard]] bool address_of_arn(std::string_view arn, QueueAddress& into);

// `base`: "http://localhost:4566", as the client reached us.
[[nodiscard]] std::string url_of(std::string_view base, const Scope& scope, std::string_view name);

}  // namespace faasd::aws::sqs
