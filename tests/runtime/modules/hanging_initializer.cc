#include <chrono>
#include <faasd/function.hpp>
#include <thread>

namespace {
int hang() {
    std::this_thread::sleep_for(std::chrono::hours{1});
    return 0;
}
const int value = hang();
faasd::json never(const faasd::json&) {
    return value;
}
FAASD_FUNCTION(never)
}  // namespace
