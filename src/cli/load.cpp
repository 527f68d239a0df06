// faasd load: many requests over connections that stay open.
#include <charconv>
#include <iomanip>
#include <iostream>
#include <sstream>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "base/units.hpp"
#include "cli/cli.hpp"
#include "cli/print.hpp"
#include "gateway/load_generator.hpp"

namespace faasd::cli {
namespace {

// http://127.0.0.1:3000/events
void take_apart(std::string_view url, gateway::LoadOptions& options) {
    const std::string whole(url);
    const auto refuse = [&] {
        throw CommandError("'" + whole + "' is not a URL like http://127.0.0.1:3000/events", kWrongUsage);
    };
    if (!url.starts_with("http://")) refuse();
    url.remove_prefix(7);
    const auto slash = url.find('/');
    options.target = slash == std::string_view::npos ? "/" : std::string(url.substr(slash));
    url = url.substr(0, slash);
    const auto colon = url.rfind(':');
    options.port = 80;
    if (colon != std::string_view::npos) {
        const auto digits = url.substr(colon + 1);
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), options.port);
        if (error != std::errc{} || end != digits.data() + digits.size()) refuse();
    }
    options.host = std::string(url.substr(0, colon));
    if (options.host.empty()) refuse();
}

std::string counted(const auto& kinds) {
    std::ostringstream out;
    for (const auto& [kind, count] : kinds)
        out << "  " << count << " x " << kind;
    return out.str();
}

void print(const gateway::LoadResult& result, std::uint64_t requests, bool as_json) {
    const double seconds = static_cast<double>(result.took.count()) / 1e9;
    const auto rate = static_cast<std::uint64_t>(seconds > 0 ? static_cast<double>(result.sent) / seconds : 0);
    if (as_json) {
        nlohmann::json statuses = nlohmann::json::object();
        for (const auto& [status, count] : result.statuses)
            statuses[std::to_string(status)] = count;
        return print_json({{"posted", requests}, {"tries", result.sent}, {"accepted", result.accepted},
                           {"refused", result.refused}, {"unanswered", result.unanswered}, {"statuses", statuses},
                           {"errors", result.errors}, {"seconds", seconds}, {"per_second", rate},
                           {"median_us", result.median.count()}, {"p99_us", result.p99.count()}});
    }
    const auto row = [](const char* what, const auto& value) { std::cout << std::left << std::setw(12) << what << value << '\n'; };
    row("posted", requests);
    if (result.sent != requests) row("tries", result.sent);
    row("accepted", result.accepted);
    row("refused", std::to_string(result.refused) + counted(result.errors));
    row("unanswered", result.unanswered);
    std::cout << std::fixed << std::setprecision(3);
    row("seconds", seconds);
    row("per-second", rate);
    row("median", base::format_duration(result.median));
    row("p99", base::format_duration(result.p99));
}

struct Options {
    gateway::LoadOptions load;
    std::string url, data, file, timeout = "10s";
    std::vector<std::string> headers;
};

void load(Options& options, const Program& program) {
    take_apart(options.url, options.load);
    options.load.body = read_data(options.data, options.file);
    const auto timeout = base::parse_duration(options.timeout);
    if (timeout.has_error()) throw CommandError("--timeout: " + timeout.error().message, kWrongUsage);
    options.load.timeout = std::chrono::duration_cast<std::chrono::milliseconds>(*timeout);
    for (const std::string& header : options.headers) {
        const auto colon = header.find(':');
        if (colon == std::string::npos || header.find_first_of("\r\n") != std::string::npos)
            throw CommandError("--header: '" + header + "' is not like 'Name: value'", kWrongUsage);
        const auto value = header.find_first_not_of(' ', colon + 1);
        options.load.headers.emplace_back(header.substr(0, colon), value == std::string::npos ? "" : header.substr(value));
    }
    const auto result = gateway::run_load(options.load);
    if (result.has_error()) throw CommandError(result.error().message);
    print(*result, options.load.requests, program.json);
}

}  // namespace

void add_load(CLI::App& app, Program& program) {
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("load", "Send many requests at once, and count what came of them");
    auto& l = options->load;
    command->add_option("target", options->url, "http://ADDRESS:PORT/PATH; {n} in it is the number of the request")->required();
    command->add_option("--requests,-n", l.requests, "How many")->capture_default_str();
    command->add_option("--connections,-c", l.connections, "Over how many connections at once; they stay open")
        ->check(CLI::Range(1, 10'000))
        ->capture_default_str();
    command->add_option("--method,-X", l.method, "The method")->capture_default_str();
    command->add_option("--data,-d", options->data, "The body; {n} in it is the number of the request; '-': standard input");
    command->add_option("--data-file", options->file, "A file with the body");
    command->add_option("--header,-H", options->headers, "A header, 'Name: value'");
    command->add_flag("--again", l.again, "Ask again until the answer is 2xx, for at most a minute without any");
    command->add_option("--timeout", options->timeout, "How long to wait for one answer")->capture_default_str();
    command->footer("Example: faasd load http://127.0.0.1:3000/events -c 64 -n 20000 -d '{\"id\":\"{n}\"}'");
    command->callback([options, &program] { load(*options, program); });
}

}  // namespace faasd::cli
