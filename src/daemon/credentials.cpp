#include "daemon/credentials.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace faasd::daemon {
namespace {

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blank = " \t\r";
    const std::size_t first = text.find_first_not_of(blank);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

std::string variable(const char* name) {
    const char* const value = std::getenv(name);
    return value ? value : "";
}

}  // namespace

Credentials parse_credentials(std::string_view file) {
    Credentials all;
    std::string id, secret;
    const auto keep = [&] {
        if (!id.empty() && !secret.empty()) all[id] = secret;
        id.clear();
        secret.clear();
    };
    while (!file.empty()) {
        const std::string_view whole = file.substr(0, file.find('\n'));
        file.remove_prefix(std::min(whole.size() + 1, file.size()));
        const std::string_view line = trimmed(whole);
        if (line.starts_with('[')) keep();
        const std::size_t equals = line.find('=');
        if (equals == std::string_view::npos || line.starts_with('#') || line.starts_with(';')) continue;
        const std::string_view name = trimmed(line.substr(0, equals));
        if (name == "aws_access_key_id") id = trimmed(line.substr(equals + 1));
        if (name == "aws_secret_access_key") secret = trimmed(line.substr(equals + 1));
    }
    keep();
    return all;
}

Credentials find_credentials() {
    std::string path = variable("AWS_SHARED_CREDENTIALS_FILE");
    if (path.empty()) path = variable("HOME") + "/.aws/credentials";
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    Credentials all = parse_credentials(text.str());
    const std::string id = variable("AWS_ACCESS_KEY_ID"), secret = variable("AWS_SECRET_ACCESS_KEY");
    if (!id.empty() && !secret.empty()) all[id] = secret;
    return all;
}

}  // namespace faasd::daemon
