// Takes its time before its first call.
#include <chrono>
#include <faasd/function.hpp>
#include <thread>

namespace {

void init(faasd::Context&) {
    std::this_thread::sleep_for(std::chrono::milliseconds{400});
}
FAASD_INIT(init)

faasd::json echo(const faasd::json&) {
    return "slow";
}
FAASD_FUNCTION(echo)

}  // namespace
