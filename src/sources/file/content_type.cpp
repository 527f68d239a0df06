#include "sources/file/content_type.hpp"

#include <map>

#include "base/text.hpp"

namespace faasd::sources {

std::string content_type_of(std::string_view path) {
    static const std::map<std::string_view, std::string_view> types{
        {"avif", "image/avif"},       {"css", "text/css"},          {"csv", "text/csv"},
        {"gif", "image/gif"},         {"gz", "application/gzip"},   {"htm", "text/html"},
        {"html", "text/html"},        {"jpeg", "image/jpeg"},       {"jpg", "image/jpeg"},
        {"js", "text/javascript"},    {"json", "application/json"}, {"md", "text/markdown"},
        {"mp3", "audio/mpeg"},        {"mp4", "video/mp4"},         {"pdf", "application/pdf"},
        {"png", "image/png"},         {"svg", "image/svg+xml"},     {"txt", "text/plain"},
        {"wasm", "application/wasm"}, {"webp", "image/webp"},       {"xml", "application/xml"},
        {"yaml", "application/yaml"}, {"yml", "application/yaml"},  {"zip", "application/zip"},
    };
    const std::string_view name = path.substr(path.rfind('/') + 1);
    const std::size_t dot = name.rfind('.');
    if (dot == std::string_view::npos) return "binary/octet-stream";
    const auto found = types.find(base::to_lower(name.substr(dot + 1)));
    return std::string(found == types.end() ? "binary/octet-stream" : found->second);
}

}  // namespace faasd::sources
