#include <faasd/abi.h>

extern "C" int defined_nowhere();

extern "C" const faasd_module* faasd_module_descriptor() {
    static faasd_module module{sizeof(faasd_module), FAASD_ABI_VERSION, "test", nullptr, 0, nullptr};
    module.function_count = static_cast<size_t>(defined_nowhere());
    return &module;
}
