// The media type that a file's extension stands for.
#pragma once

#include <string>
#include <string_view>

namespace faasd::cli {

// binary/octet-stream, as S3 has it, for what it does not know.
[[nodiscard]] std::string content_type_of(std::string_view file_name);

}  // namespace faasd::cli
