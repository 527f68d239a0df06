// Any bytes as a faasd.yaml: an app or diagnostics that can be shown, never a crash.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "config/config.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const faasd::config::Environment env{{"STAGE", "dev"}, {"EMPTY", ""}};
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto result = faasd::config::load_text(text, "faasd.yaml", "/no/such/folder", env);
    bool failed = false;
    for (const auto& diagnostic : result.diagnostics) {
        failed = failed || diagnostic.severity == faasd::config::Severity::error;
        if (render(diagnostic).empty()) std::abort();
    }
    if (failed == result.app.has_value()) std::abort();
    return 0;
}
