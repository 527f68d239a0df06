// The media type that a file's name suggests.
#pragma once

#include <string>
#include <string_view>

namespace faasd::sources {

// "binary/octet-stream", S3's default, where the extension says nothing.
[[nodiscard]] std::string content_type_of(std::string_view path);

}  // namespace faasd::sources
