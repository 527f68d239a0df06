// What can be wrong with a source's configuration or submission.
#pragma once

#include <system_error>

namespace faasd::sources {

enum class SourceErrc {
    invalid_schedule = 1,
    unknown_time_zone,
    no_such_function,
    invalid_configuration,
};

[[nodiscard]] const std::error_category& source_category();
[[nodiscard]] inline std::error_code make_error_code(SourceErrc e) {
    return {static_cast<int>(e), source_category()};
}

}  // namespace faasd::sources

template <>
struct std::is_error_code_enum<faasd::sources::SourceErrc> : std::true_type {};
