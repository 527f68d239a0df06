// Receives that are tried again since their answer was lost (API Reference, ReceiveMessage,
// ReceiveRequestAttemptId).
#pragma once

#include <string>
#include <vector>

#include "services/queue/work.hpp"

namespace faasd::queue {

// The messages that the attempt got before, with the same receipt handles, hidden until `until`. False where
// there is no such attempt within the last five minutes, or one of its messages was deleted, became visible
// or had its visibility changed: then it is a receive as any other. Only for jobs.
[[nodiscard]] bool repeat_attempt(Work& work, const Definition& queue, const std::string& attempt,
                                  base::TimePoint until, std::vector<model::Message>& into);
// Nothing to remember where nothing was received or the attempt has no id.
void remember_attempt(Work& work, const Definition& queue, const std::string& attempt, base::TimePoint until,
                      const std::vector<Receipt>& received);

}  // namespace faasd::queue
