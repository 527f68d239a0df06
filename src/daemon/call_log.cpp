#include "daemon/call_log.hpp"

#include <unistd.h>

#include <cerrno>

#include "base/log.hpp"

namespace faasd::daemon {
namespace {

// Past standard error's buffer, in one piece: lines of other threads stay whole.
void print(std::string_view lines) {
    while (!lines.empty()) {
        const ssize_t written = ::write(STDERR_FILENO, lines.data(), lines.size());
        if (written < 0 && errno != EINTR) return;
        if (written > 0) lines.remove_prefix(static_cast<std::size_t>(written));
    }
}

}  // namespace

std::shared_ptr<runtime::Journal> make_call_log() {
    runtime::JournalOptions options;
    const auto level = spdlog::get_level();
    if (level < spdlog::level::critical) options.print = print;
    options.print_from = level <= spdlog::level::debug ? model::LogLevel::debug
                         : level == spdlog::level::info ? model::LogLevel::info
                         : level == spdlog::level::warn ? model::LogLevel::warn
                                                        : model::LogLevel::error;
    options.json = base::log_options().format == base::LogFormat::json;
    options.colour = !options.json && ::isatty(STDERR_FILENO) == 1;
    return std::make_shared<runtime::Journal>(std::move(options));
}

}  // namespace faasd::daemon
