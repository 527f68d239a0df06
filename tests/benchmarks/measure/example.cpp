#include "measure/example.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <stdexcept>

#include <nlohmann/json.hpp>

namespace faasd::bench {

using namespace std::chrono_literals;

std::shared_ptr<test::DaemonProcess> example(const std::string& name, std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--log-level", "warn"});
    // The example's folder is not ours to keep state in.
    struct Example {
        test::TemporaryFolder data;
        std::optional<test::DaemonProcess> daemon;
    };
    const auto held = std::make_shared<Example>();
    arguments.insert(arguments.end(), {"--data-dir", held->data.path().string()});
    held->daemon.emplace(std::filesystem::path(BENCH_EXAMPLES) / name, arguments);
    const std::shared_ptr<test::DaemonProcess> daemon(held, &*held->daemon);
    if (!daemon->running()) throw std::runtime_error(name + " does not start: " + daemon->log());
    const bool loaded = test::eventually(
        [&] {
            const auto functions =
                nlohmann::json::parse(daemon->control("GET", "status").body).at("functions");
            for (const auto& function : functions)
                if (function.at("state") != "ready") return false;
            return true;
        },
        2min);
    if (!loaded) throw std::runtime_error(name + " did not compile: " + daemon->log());
    return daemon;
}

std::uint64_t objects_in(test::DaemonProcess& daemon, const std::string& bucket) {
    const auto answer = daemon.operation("bucket.buckets", nlohmann::json::object());
    for (const auto& one : answer.at("result").at("buckets"))
        if (one.at("name") == bucket) return one.at("objects");
    return 0;
}

std::string file_text(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return std::move(text).str();
}

}  // namespace faasd::bench
