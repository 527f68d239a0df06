// Hangs in being opened where FAASD_TEST_HANGS names a file, which it makes.
#include <chrono>
#include <cstdlib>
#include <faasd/function.hpp>
#include <fstream>
#include <thread>

namespace {
int hang() {
    if (const char* const told = std::getenv("FAASD_TEST_HANGS")) {
        std::ofstream{told};
        std::this_thread::sleep_for(std::chrono::hours{1});
    }
    return 0;
}
const int value = hang();
faasd::json never(const faasd::json&) {
    return value;
}
FAASD_FUNCTION(never)
}  // namespace
