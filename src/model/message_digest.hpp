// The digest by which clients of Amazon SQS check that a message's attributes arrived unharmed (Developer
// Guide, "Calculating the MD5 message digest for message attributes").
#pragma once

#include <string>

#include "model/queues.hpp"

namespace faasd::model {

// Hex MD5 over the attributes in order of name: each of name, type and value with its length as four bytes,
// big endian, and a byte for the transport type (1 string, 2 binary) before the value. Empty where there are
// none.
[[nodiscard]] std::string md5_of_attributes(const MessageAttributes& attributes);

}  // namespace faasd::model
