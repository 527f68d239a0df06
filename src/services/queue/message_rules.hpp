// What Amazon SQS accepts as a message, and the digests by which its clients check that it arrived unharmed
// (Developer Guide: "Amazon SQS message attributes", "Message metadata"; API Reference: SendMessage).
#pragma once

#include <string>
#include <string_view>

#include "model/message_digest.hpp"
#include "model/queues.hpp"
#include "services/queue/definition.hpp"

namespace faasd::queue {

// A message whose own rules hold, with all that can be computed without its queue.
struct Prepared {
    model::SendRequest request;
    std::string uuid;          // 16 bytes
    std::string md5;           // 16 bytes, of the body
    std::size_t size = 0;      // bytes that count against the limits
    std::string content;       // encoded, with the request's own deduplication id
    model::SendResult result;  // without a sequence number
};
[[nodiscard]] base::Result<Prepared> prepare(model::SendRequest request);

// The rules that depend on the queue.
[[nodiscard]] base::Result<> check_for_queue(const Definition& queue, const Prepared& message);

// Body, and name, type and value of each attribute.
[[nodiscard]] std::size_t size_of(const model::SendRequest& request);

// #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF, in UTF-8.
[[nodiscard]] bool has_only_allowed_characters(std::string_view text);

[[nodiscard]] base::Result<> check_message_attribute(std::string_view name,
                                                     const model::MessageAttribute& attribute);

using model::md5_of_attributes;

// 16 random bytes: what becomes a message's id.
[[nodiscard]] std::string new_uuid();

// 16 bytes as xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx.
[[nodiscard]] std::string format_uuid(std::string_view bytes);

}  // namespace faasd::queue
