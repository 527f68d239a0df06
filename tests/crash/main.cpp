// The test executable is also the program that probes modules, and the little daemon that crashes.
#include <cstring>

#include <gmock/gmock.h>

#include "crash/child.hpp"
#include "runtime/probe.hpp"

int main(int argc, char** argv) {
    if (argc > 1 && std::strcmp(argv[1], "__probe-module") == 0) return faasd::runtime::probe_main(argc, argv);
    if (argc > 3 && std::strcmp(argv[1], "__crash-child") == 0)
        return faasd::runtime::testing::crash_child(argc, argv);
    testing::InitGoogleMock(&argc, argv);
    return RUN_ALL_TESTS();
}
