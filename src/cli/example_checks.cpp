#include "cli/example_checks.hpp"

#include <poll.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <sstream>
#include <thread>

#include "base/random.hpp"

namespace faasd::cli {
namespace {

namespace fs = std::filesystem;
using std::chrono::steady_clock;

std::string seconds_since(steady_clock::time_point begun) {
    std::ostringstream out;
    out << std::fixed << std::setprecision(1) << std::chrono::duration<double>(steady_clock::now() - begun).count() << " s";
    return out.str();
}

// "killed 3 times, 20 % of the calls failed, seed 7"
std::string circumstances(const CheckOptions& options, const SessionOptions& session, unsigned kills) {
    std::ostringstream out;
    if (options.kills > 0) out << ", killed " << kills << " times" << (kills < options.kills ? " before it was over" : "");
    if (session.fail_rate > 0) out << ", " << session.fail_rate * 100 << " % of the calls failed";
    if (options.kills > 0 || session.fail_rate > 0) out << ", seed " << session.seed;
    if (!session.database.empty()) out << ", with " << session.database;
    return out.str();
}

bool check_one(const Example& example, const CheckOptions& options) {
    auto with = options.session;
    with.seed = options.seed.value_or(base::random_u64() % 1'000'000);
    if (!example.has("check")) throw CommandError("the example " + example.name + " has no check");
    std::cout << "== " << example.name << std::endl;
    const auto begun = steady_clock::now();
    std::string took;
    ExampleSession::Ended ended;
    for (std::optional<std::chrono::milliseconds> kill_within;;) {
        ExampleSession session(example, with);
        const auto served = steady_clock::now();
        try {
            ended = session.run_script("check", options.kills, {}, kill_within);
        } catch (const CommandError& error) {
            std::cout << example.name << " FAILED after " << seconds_since(begun)
                      << circumstances(options, with, ended.kills) << '\n';
            throw;
        }
        if (ended.exit_code != 0) {
            std::cout << std::flush;
            std::cerr << "--- the end of its daemon's log:\n" << session.log();
            std::cout << example.name << " FAILED after " << seconds_since(begun)
                      << circumstances(options, with, ended.kills) << std::endl;
            return false;
        }
        took = seconds_since(served);
        if (options.kills == 0 || ended.kills > 0) break;
        // It says nothing then about a kill. Half the time each round ends at 0: right when it begins.
        const auto lasted = std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - served);
        kill_within = kill_within.value_or(lasted) / 2;
        std::cout << example.name << " was over before the daemon was killed: once more" << std::endl;
    }
    std::cout << example.name << " passed in " << took << circumstances(options, with, ended.kills)
              << std::endl;
    return true;
}

std::vector<std::string> command_for(const std::string& name, const CheckOptions& options) {
    std::vector<std::string> command{fs::read_symlink("/proc/self/exe").string(), "example", "check", name};
    const auto add = [&](const char* option, const std::string& value) {
        command.emplace_back(option);
        command.push_back(value);
    };
    if (options.kills > 0) add("--kill", std::to_string(options.kills));
    if (options.session.fail_rate > 0) add("--fail-rate", std::to_string(options.session.fail_rate));
    if (!options.session.database.empty()) add("--database", options.session.database);
    if (options.seed) add("--seed", std::to_string(*options.seed));
    return command;
}

// Those that failed.
std::vector<std::string> check_beside_each_other(const std::vector<std::string>& names, const CheckOptions& options) {
    struct Running {
        std::string name;
        fs::path output;
        Child child;
    };
    const std::size_t jobs = options.jobs ? options.jobs : std::max(1u, std::thread::hardware_concurrency());
    std::vector<Running> running;
    std::vector<std::string> failed;
    std::size_t next = 0;
    try {
        while (next < names.size() || !running.empty()) {
            while (next < names.size() && running.size() < jobs) {
                const fs::path output = fs::temp_directory_path() / ("faasd-check-" + base::random_hex(8));
                running.push_back({names[next], output, Child({command_for(names[next], options), {}, output, {}})});
                ++next;
            }
            for (std::size_t i = 0; i < running.size();) {
                const auto code = running[i].child.ended();
                if (!code) {
                    ++i;
                    continue;
                }
                if (*code != kDone) failed.push_back(running[i].name);
                std::cout << std::ifstream(running[i].output).rdbuf() << std::endl;
                fs::remove(running[i].output);
                std::vector<Running> left;
                for (std::size_t j = 0; j < running.size(); ++j)
                    if (j != i) left.push_back(std::move(running[j]));
                running.swap(left);
            }
            ::poll(nullptr, 0, 10);
            if (interrupted()) throw ExampleSession::Interrupted{};
        }
    } catch (...) {
        for (auto& one : running) {
            one.child.stop(std::chrono::seconds{10});  // it stops its own daemons
            std::error_code ignored;
            fs::remove(one.output, ignored);
        }
        throw;
    }
    return failed;
}

void check_several(const std::vector<std::string>& names, const CheckOptions& options, Program& program) {
    const auto begun = steady_clock::now();
    const auto failed = check_beside_each_other(names, options);
    std::cout << names.size() - failed.size() << " of " << names.size() << " passed in " << seconds_since(begun) << '\n';
    for (const auto& name : failed)
        std::cout << "FAILED: " << name << '\n';
    if (!failed.empty()) program.exit_code = kFailed;
}

}  // namespace

void check_examples(const CheckOptions& options, Program& program) {
    auto names = options.names;
    if (options.all)
        for (const auto& example : bundled_examples())
            names.push_back(example.name);
    if (names.empty()) throw CommandError("which example? Name it, or say --all", kWrongUsage);
    std::vector<Example> examples;
    for (const auto& name : names)
        examples.push_back(find_example(name));
    try {
        if (examples.size() > 1) return check_several(names, options, program);
        if (!check_one(examples.front(), options)) program.exit_code = kFailed;
    } catch (const ExampleSession::Interrupted&) {
        program.exit_code = 130;
    }
}

}  // namespace faasd::cli
