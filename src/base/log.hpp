// Logging set-up: one logger for the daemon, for a person first, JSON on request.
#pragma once

#include <string>
#include <string_view>

#include <spdlog/spdlog.h>

namespace faasd::base {

enum class LogFormat { text, json };

struct LogOptions {
    spdlog::level::level_enum level = spdlog::level::info;
    LogFormat format = LogFormat::text;
};

// Replaces spdlog's default logger by one on standard error. Call once, before threads start.
// In code: spdlog::info("queue {} ...", name). Values of environment variables, credentials and bodies are
// never logged.
void set_up_logging(const LogOptions& options);

// What set_up_logging() was given last.
[[nodiscard]] const LogOptions& log_options();

// `text` as the inside of a JSON string: quotes, backslashes and control characters escaped.
[[nodiscard]] std::string json_escape(std::string_view text);

}  // namespace faasd::base
