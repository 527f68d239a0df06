// Many clients at once on connections that stay open: what `faasd load` posts events with, and what waits behind it.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace faasd::gateway {

struct LoadOptions {
    std::string host = "127.0.0.1";  // an address, or localhost
    std::uint16_t port = 0;
    std::string method = "POST";
    std::string target = "/";  // "{n}" here and in the body stands for the number of the request, from 1 on
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    std::uint64_t requests = 1;
    unsigned connections = 1;
    // Ask again until an answer is 2xx, as a client does that must not lose anything. Otherwise each request has one try.
    bool again = false;
    std::chrono::milliseconds timeout{10'000};  // of one try
    std::chrono::milliseconds give_up{60'000};  // without any answer to any of them
};

struct LoadResult {
    std::uint64_t sent = 0;        // tries
    std::uint64_t accepted = 0;    // answered with 2xx
    std::uint64_t refused = 0;     // answered with something else
    std::uint64_t unanswered = 0;  // no answer came: connection refused, cut or timed out
    std::map<unsigned, std::uint64_t> statuses;
    std::map<std::string, std::uint64_t> errors;  // "errorType" of refusals that are JSON, else their text's first line
    std::chrono::nanoseconds took{};              // from the first try to the last answer
    std::chrono::microseconds median{}, p99{};    // of answers
};

// Blocks, on this thread alone. An error: the address is none, or nothing answered for `give_up`.
[[nodiscard]] base::Result<LoadResult> run_load(const LoadOptions& options);

}  // namespace faasd::gateway
