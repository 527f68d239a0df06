// Hangs in being opened, and makes the file in FAASD_TEST_HANGS before.
#include <chrono>
#include <cstdlib>
#include <faasd/function.hpp>
#include <fstream>
#include <thread>

namespace {
int hang() {
    if (const char* file = std::getenv("FAASD_TEST_HANGS")) std::ofstream{file};
    std::this_thread::sleep_for(std::chrono::hours{1});
    return 0;
}
const int value = hang();
faasd::json never(const faasd::json&) {
    return value;
}
FAASD_FUNCTION(never)
}  // namespace
