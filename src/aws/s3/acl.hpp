// Access control lists: kept and told, never enforced. One is kept as the name of a canned ACL or as its
// document.
#pragma once

#include <string>

#include "aws/s3/exchange.hpp"

namespace faasd::aws::s3 {

// Of a request that sets one: by header or body. Throws Refused.
[[nodiscard]] std::string read_acl(const Exchange& exchange);
// Empty: the default, which is private.
void answer_acl(Exchange& exchange, const std::string& kept);

}  // namespace faasd::aws::s3
