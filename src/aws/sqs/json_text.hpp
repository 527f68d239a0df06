// JSON written as it goes, for the answers that are asked for thousands of times a second.
#pragma once

#include <string>
#include <string_view>

namespace faasd::aws::sqs {

// The text as a JSON string, with its quotes. What is no UTF-8 becomes U+FFFD.
void append_quoted(std::string& to, std::string_view text);

// ,"name":"text" where `plain` needs no escaping (identifiers, digests, numbers); the comma unless the object
// was just opened.
void append_plain_member(std::string& to, std::string_view name, std::string_view plain);
void append_member(std::string& to, std::string_view name, std::string_view text);

}  // namespace faasd::aws::sqs
