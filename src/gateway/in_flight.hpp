// The connections whose client waits for an answer: so that a process that is about to be replaced can give
// them one.
#pragma once

namespace faasd::gateway {

// Whoever takes a connection off the list is the only one who may write to it. Thread-safe, lock-free;
// descriptors beyond the first 65536 are not kept.
//
// A request is with its handler, and no byte of an answer to it has been written. `head`: the answer has no
// body.
void put_in_flight(int descriptor, bool head) noexcept;
// Before the first byte of the answer, and before the descriptor is closed. Does not return where
// answer_those_in_flight() has the descriptor: the process is replaced within a moment.
void take_out_of_flight(int descriptor) noexcept;

// Answers all of them 502 with "Connection: close". Async-signal-safe: for the handler of a fatal signal,
// right before the process is replaced. Does not block; a client whose buffer is full gets nothing.
void answer_those_in_flight() noexcept;

}  // namespace faasd::gateway
