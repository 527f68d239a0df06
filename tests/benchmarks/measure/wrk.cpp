#include <cstdio>
#include <regex>
#include <stdexcept>

#include "measure/load.hpp"

namespace faasd::bench {
namespace {

std::string output_of(const std::string& command) {
    std::FILE* pipe = ::popen(command.c_str(), "r");
    if (!pipe) throw std::runtime_error(command + ": it could not be started");
    std::string out;
    char bytes[4096];
    while (const std::size_t n = std::fread(bytes, 1, sizeof bytes, pipe))
        out.append(bytes, n);
    if (::pclose(pipe) != 0) throw std::runtime_error(command + " failed: " + out);
    return out;
}

}  // namespace

WrkResult run_wrk(std::uint16_t port, const std::string& target, unsigned connections, unsigned seconds) {
    const std::string out = output_of("wrk -t1 -c" + std::to_string(connections) + " -d" + std::to_string(seconds) +
                                      "s --latency http://127.0.0.1:" + std::to_string(port) + target + " 2>&1");
    std::smatch found;
    if (out.find("Non-2xx") != std::string::npos || out.find("Socket errors") != std::string::npos)
        throw std::runtime_error("wrk met errors:\n" + out);
    WrkResult result;
    if (!std::regex_search(out, found, std::regex(R"(Requests/sec:\s+([0-9.]+))")))
        throw std::runtime_error("wrk said:\n" + out);
    result.per_second = std::stod(found[1]);
    if (std::regex_search(out, found, std::regex(R"(99%\s+([0-9.]+)(us|ms|s))")))
        result.p99_ms = std::stod(found[1]) * (found[2] == "us" ? 0.001 : found[2] == "ms" ? 1 : 1000);
    return result;
}

}  // namespace faasd::bench
