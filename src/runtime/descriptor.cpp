#include "runtime/descriptor.hpp"

#include <dlfcn.h>

namespace faasd::runtime {
namespace {

base::Error not_a_module(std::string message) {
    return {std::make_error_code(std::errc::executable_format_error), std::move(message)};
}

bool contains(const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

base::Result<const faasd_module*> read_descriptor(void* handle, const std::string& name) {
    using Descriptor = const faasd_module* (*)();
    const auto descriptor = reinterpret_cast<Descriptor>(::dlsym(handle, FAASD_MODULE_SYMBOL));
    if (!descriptor)
        return not_a_module(name +
                            " has no symbol " FAASD_MODULE_SYMBOL
                            ": it is no faasd module. Include <faasd/function.hpp> and name each handler in "
                            "FAASD_FUNCTION(...), and build it with faasd_add_function().");
    const faasd_module* module = descriptor();
    if (!module || module->size < offsetof(faasd_module, sdk_version))
        return not_a_module(name + " gives an empty descriptor: rebuild it against this faasd's headers.");
    if (module->abi_version != FAASD_ABI_VERSION)
        return not_a_module(name + " was built for version " + std::to_string(module->abi_version) +
                            " of the function ABI, this faasd speaks version " +
                            std::to_string(FAASD_ABI_VERSION) + ": rebuild it against this faasd's headers.");
    if (!FAASD_HAS(module, function_count) || module->function_count == 0 || !module->functions)
        return not_a_module(name + " has no function: name each handler in FAASD_FUNCTION(...).");
    for (std::size_t i = 0; i < module->function_count; ++i) {
        const faasd_function* function = module->functions[i];
        if (!function || !FAASD_HAS(function, invoke) || !function->name || !function->invoke)
            return not_a_module(name + " describes function " + std::to_string(i) +
                                " incompletely: rebuild it against this faasd's headers.");
        if (function->accepts != FAASD_EVENT_HTTP && function->accepts != FAASD_EVENT_PAYLOAD)
            return not_a_module(name + ": function " + function->name +
                                " accepts an unknown kind of event (" + std::to_string(function->accepts) +
                                "): it was built for a newer faasd.");
    }
    return module;
}

std::string explain_dlopen_error(const std::string& module, const std::string& error) {
    std::string advice;
    if (contains(error, "undefined symbol"))
        advice =
            "The module uses a function that no library defines: link what it needs (a symbol missing at "
            "build "
            "time is an error with faasd_add_function(), which links with -z defs).";
    else if (contains(error, "cannot open shared object file") &&
             !contains(error, (module + ": cannot open").c_str()))
        advice =
            "A library that it depends on is not installed, or not where the system looks: install it, or "
            "set "
            "LD_LIBRARY_PATH.";
    else if (contains(error, "wrong ELF class") ||
             contains(error, "cannot open shared object file: Exec format"))
        advice = "It was built for another processor: rebuild it on this machine.";
    else if (contains(error, "invalid ELF header") || contains(error, "file too short"))
        advice = "It is not a shared object, or not written completely.";
    else if (contains(error, "No such file"))
        advice = "The file does not exist: build it, or correct its path in faasd.yaml.";
    return "cannot open " + module + ": " + error + (advice.empty() ? "" : ". " + advice);
}

}  // namespace faasd::runtime
