// Its init hook makes the file in WAITS, and ends when the file in GATE is there.
#include <chrono>
#include <faasd/function.hpp>
#include <filesystem>
#include <fstream>
#include <thread>

namespace {

void init(faasd::Context& context) {
    const std::string gate = context.environment("GATE").value();
    std::ofstream{context.environment("WAITS").value()};
    while (!std::filesystem::exists(gate))
        std::this_thread::sleep_for(std::chrono::milliseconds{1});
}
FAASD_INIT(init)

faasd::json echo(const faasd::json& event) {
    return event;
}
FAASD_FUNCTION(echo)

}  // namespace
