// The test executable is also the program that probes modules.
#include <cstring>

#include <gmock/gmock.h>
#include <spdlog/spdlog.h>

#include "runtime/probe.hpp"

int main(int argc, char** argv) {
    if (argc > 1 && std::strcmp(argv[1], "__probe-module") == 0)
        return faasd::runtime::probe_main(argc, argv);
    spdlog::set_level(spdlog::level::off);
    testing::InitGoogleMock(&argc, argv);
    return RUN_ALL_TESTS();
}
