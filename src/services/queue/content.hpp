// What a message carries that no query looks at, as one run of bytes.
#pragma once

#include <string>
#include <string_view>

#include "model/queues.hpp"
#include "services/queue/message_rules.hpp"

namespace faasd::queue {

[[nodiscard]] std::string encode_content(const Prepared& message, std::string_view deduplication_id);

// Fills in body, MD5, attributes, system attributes, group, deduplication id and trace. Throws
// std::runtime_error where the bytes are not what encode_content wrote: a damaged database.
void decode_content(std::string_view bytes, model::Message& into);

}  // namespace faasd::queue
