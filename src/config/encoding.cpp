#include "config/encoding.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace faasd::config {

bool has_readable_bytes(std::string_view text, Diagnostics& diagnostics) {
    const auto place_at = [&](std::size_t offset) {
        const auto line =
            1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(offset), '\n');
        const std::size_t start = text.rfind('\n', offset);
        return Place{static_cast<int>(line),
                     static_cast<int>(start == std::string_view::npos ? offset : offset - start - 1) + 1};
    };
    if (text.size() > kMaxFileSize) {
        diagnostics.error({}, "the file is larger than 1 MiB");
        return false;
    }
    if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
        diagnostics.error({}, "the file is UTF-16", "save it as UTF-8");
        return false;
    }
    if (!base::is_valid_utf8(text)) {
        std::size_t line_start = 0;
        while (true) {
            const std::size_t end = text.find('\n', line_start);
            if (!base::is_valid_utf8(text.substr(line_start, end - line_start)) ||
                end == std::string_view::npos)
                break;
            line_start = end + 1;
        }
        diagnostics.error({place_at(line_start).line, 0}, "this line is not UTF-8", "save the file as UTF-8");
        return false;
    }
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if ((c >= 0 && c < ' ' && c != '\t' && c != '\n' && c != '\r') || c == 0x7F) {
            diagnostics.error(place_at(i),
                              "a control character (byte " + std::to_string(static_cast<int>(c)) + ")",
                              "remove it, or write it as an escape in double quotes: \"\\x1b\"");
            return false;
        }
    }
    return true;
}

}  // namespace faasd::config
