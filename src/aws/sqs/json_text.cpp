#include "aws/sqs/json_text.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "base/json.hpp"

namespace faasd::aws::sqs {
namespace {

bool stands_for_itself(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte < 0x7f && c != '"' && c != '\\';
}

void open_member(std::string& to, std::string_view name) {
    if (!to.empty() && to.back() != '{') to += ',';
    to.append("\"").append(name).append("\":");
}

}  // namespace

void append_quoted(std::string& to, std::string_view text) {
    if (std::ranges::all_of(text, stands_for_itself)) {
        to.append("\"").append(text).append("\"");
        return;
    }
    // Most of what is escaped at all is JSON within JSON.
    to += '"';
    for (std::size_t from = 0; from < text.size();) {
        const auto end =
            std::find_if_not(text.begin() + static_cast<std::ptrdiff_t>(from), text.end(), stands_for_itself);
        const auto at = static_cast<std::size_t>(end - text.begin());
        to.append(text.substr(from, at - from));
        if (at == text.size()) break;
        const char c = text[at];
        if (c == '"' || c == '\\') {
            to.append({'\\', c});
            from = at + 1;
        } else if (c == '\n') {
            to.append("\\n");
            from = at + 1;
        } else {
            const nlohmann::json rest(text.substr(at));
            const std::string escaped = base::to_text(rest);
            to.append(std::string_view(escaped).substr(1, escaped.size() - 2));
            break;
        }
    }
    to += '"';
}

void append_plain_member(std::string& to, std::string_view name, std::string_view plain) {
    open_member(to, name);
    to.append("\"").append(plain).append("\"");
}

void append_member(std::string& to, std::string_view name, std::string_view text) {
    open_member(to, name);
    append_quoted(to, text);
}

}  // namespace faasd::aws::sqs
