#include <faasd/abi.h>

extern "C" const faasd_module* faasd_module_descriptor() {
    static const faasd_module module{sizeof(faasd_module), 99, "9.9", nullptr, 0, nullptr};
    return &module;
}
