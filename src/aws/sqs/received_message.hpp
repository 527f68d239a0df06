// Messages as SQS clients receive them (API Reference, ReceiveMessage, Message).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "aws/protocol/call.hpp"
#include "model/queues.hpp"

namespace faasd::aws::sqs {

// What a receiver asked to be told beside the body. Owns its texts.
class Wanted {
  public:
    Wanted() = default;
    // Names of system attributes ("All" for every one), and of message attributes (names, "All", ".*",
    // "prefix.*").
    Wanted(std::vector<std::string> system_names, std::vector<std::string> attribute_names);
    [[nodiscard]] static Wanted everything();

    [[nodiscard]] bool system(std::string_view name) const;
    [[nodiscard]] bool attribute(std::string_view name) const;
    [[nodiscard]] bool any_system() const { return all_system_ || !system_names_.empty(); }

  private:
    bool all_system_ = false, all_attributes_ = false;
    std::vector<std::string> system_names_, attribute_names_;
};

// Throws a Refusal where a name is none of a system attribute.
void check_system_names(const std::vector<std::string>& names);

// One message as a JSON object. `extra`: further members of its Attributes, written as ,"name":"value".
void append_received(std::string& to, const model::Message& message, const Wanted& wanted, const Scope& scope,
                     std::string_view extra = {});

// {"Messages":[…]}, or {} where there is none.
[[nodiscard]] std::string received(const std::vector<model::Message>& messages, const Wanted& wanted,
                                   const Scope& scope);

}  // namespace faasd::aws::sqs
