// How many primes are below a limit: by one function, and by many that share the work.
#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include <faasd/function.hpp>

namespace {

using faasd::json;

long primes_between(long first, long end) {
    long found = 0;
    for (long n = std::max(first, 2L); n < end; ++n) {
        bool prime = n == 2 || n % 2 == 1;
        for (long d = 3; prime && d * d <= n; d += 2)
            prime = n % d != 0;
        found += prime;
    }
    return found;
}

long limit_of(const faasd::HttpRequest& request) {
    return std::clamp(std::atol(std::string(request.path_parameter("limit")).c_str()), 0L, 10'000'000L);
}

// A worker that does not work the first time, for every third part.
json count_part(const json& part) {
    if (part.at("part").get<int>() % 3 == 0 && part.at("try") == 1) throw faasd::Error("OutOfLuck", "not this time");
    return primes_between(part.at("first"), part.at("end"));
}
FAASD_FUNCTION(count_part)

// Dispatches, gathers, calls the failed ones again, and reduces.
faasd::HttpResponse count(const faasd::HttpRequest& request, faasd::Context& context) {
    constexpr int parts = 50;
    const long limit = limit_of(request);
    std::vector<faasd::FunctionCall> calls;
    for (int part = 0; part < parts; ++part)
        calls.push_back({"count_part", {{"part", part}, {"try", 1}, {"first", limit * part / parts}, {"end", limit * (part + 1) / parts}}});
    long primes = 0, retried = 0;
    for (int round = 1; !calls.empty(); ++round) {
        const auto results = context.invoke_all(calls);
        std::vector<faasd::FunctionCall> again;
        for (std::size_t i = 0; i < results.size(); ++i) {
            if (results[i].ok()) {
                primes += results[i].payload().get<long>();
            } else if (round == 20) {
                throw *results[i].error();
            } else {
                again.push_back(calls[i]);
                again.back().payload["try"] = round + 1;
            }
        }
        retried += static_cast<long>(again.size());
        calls = std::move(again);
    }
    return faasd::HttpResponse::json({{"primes", primes}, {"parts", parts}, {"retried", retried}});
}
FAASD_FUNCTION(count)

faasd::HttpResponse count_alone(const faasd::HttpRequest& request) {
    return faasd::HttpResponse::json({{"primes", primes_between(0, limit_of(request))}});
}
FAASD_FUNCTION(count_alone)

}  // namespace
