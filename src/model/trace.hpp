// The trace that travels with everything a call causes: the id of the chain, and how often each function has
// run in it. AWS keeps the same in the Lineage of its trace header (AWS Lambda Developer Guide, "Use Lambda
// recursive loop detection to prevent infinite loops").
//
//   8d5f…c1                      a chain in which no function has run yet
//   8d5f…c1;encode=3;notify=2    one in which these have
//
// Pure functions; any text is a trace. The id is what people see: print root_of(trace), never the whole.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace faasd::model {

// A function that ran so often in one chain is in a loop: its next call is refused.
inline constexpr std::uint32_t kMaxCallsInChain = 16;

[[nodiscard]] std::string_view root_of(std::string_view trace);
[[nodiscard]] std::uint32_t calls_in_chain(std::string_view trace, std::string_view function);
// The trace of what this call of the function causes.
[[nodiscard]] std::string extended(std::string_view trace, std::string_view function);

[[nodiscard]] inline bool is_loop(std::string_view trace, std::string_view function) {
    return calls_in_chain(trace, function) >= kMaxCallsInChain;
}
// What a person is told about a call that was refused as a loop: the chain, and what to do.
[[nodiscard]] std::string describe_loop(std::string_view trace, std::string_view function);

}  // namespace faasd::model
