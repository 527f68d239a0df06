#include "cli/content_type.hpp"

#include <array>
#include <utility>

#include "base/text.hpp"

namespace faasd::cli {

std::string content_type_of(std::string_view file_name) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 18> known{{
        {".txt", "text/plain"},       {".html", "text/html"},       {".css", "text/css"},
        {".csv", "text/csv"},         {".js", "text/javascript"},   {".json", "application/json"},
        {".xml", "application/xml"},  {".pdf", "application/pdf"},  {".zip", "application/zip"},
        {".gz", "application/gzip"},  {".jpg", "image/jpeg"},       {".jpeg", "image/jpeg"},
        {".png", "image/png"},        {".gif", "image/gif"},        {".svg", "image/svg+xml"},
        {".webp", "image/webp"},      {".mp3", "audio/mpeg"},       {".mp4", "video/mp4"},
    }};
    const std::size_t dot = file_name.rfind('.');
    if (dot != std::string_view::npos)
        for (const auto& [extension, type] : known)
            if (base::iequals(file_name.substr(dot), extension)) return std::string(type);
    return "binary/octet-stream";
}

}  // namespace faasd::cli
