#include <arpa/inet.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <stdexcept>
#include <thread>

#include "measure/bars.hpp"
#include "measure/subject.hpp"

namespace faasd::bench {
namespace {

using Clock = std::chrono::steady_clock;

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

// One that nobody had a moment ago.
std::uint16_t free_port() {
    const int s = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    ::bind(s, reinterpret_cast<sockaddr*>(&address), size);
    ::getsockname(s, reinterpret_cast<sockaddr*>(&address), &size);
    ::close(s);
    return ntohs(address.sin_port);
}

bool answers(std::uint16_t port, const std::string& target) {
    const int s = ::socket(AF_INET, SOCK_STREAM, 0);
    const sockaddr_in address = loopback(port);
    bool answered = false;
    if (::connect(s, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
        const std::string request = "GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
        char bytes[64] = {};
        if (::send(s, request.data(), request.size(), MSG_NOSIGNAL) > 0 && ::recv(s, bytes, sizeof bytes - 1, 0) > 0)
            answered = std::strncmp(bytes, "HTTP/1.1 200", 12) == 0;
    }
    ::close(s);
    return answered;
}

enum class End { stop, kill };

// Exec to the first answer, in milliseconds.
double start_once(const std::filesystem::path& app, const std::filesystem::path& data, End end) {
    const std::uint16_t port = free_port();
    std::vector<std::string> words{FAASD_EXECUTABLE,  "serve", app.string(),  "--port",      std::to_string(port),
                                   "--control-port", "0",     "--data-dir", data.string(), "--log-level",
                                   "warn"};
    std::vector<char*> arguments;
    for (auto& word : words)
        arguments.push_back(word.data());
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    pid_t pid = -1;
    const auto began = Clock::now();
    const int error = ::posix_spawn(&pid, arguments[0], &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0) throw std::runtime_error("faasd could not be started");
    while (!answers(port, "/f1")) {
        if (Clock::now() - began > std::chrono::minutes{2}) throw std::runtime_error("faasd does not answer");
        std::this_thread::sleep_for(std::chrono::microseconds{100});
    }
    const double took = std::chrono::duration<double, std::milli>(Clock::now() - began).count();
    ::kill(pid, end == End::stop ? SIGTERM : SIGKILL);
    ::waitpid(pid, nullptr, 0);
    return took;
}

double start_median(const std::filesystem::path& app, const std::filesystem::path& data, End end) {
    std::vector<double> times;
    start_once(app, data, end);  // builds what is built once
    for (int round = 0; round < 15; ++round)
        times.push_back(start_once(app, data, end));
    return median(times);
}

// Five functions, each a source of its own that the daemon compiles at its first start.
void write_five_sources(const test::TemporaryFolder& folder) {
    std::string functions = "functions:\n", routes = "routes:\n";
    for (const char* number : {"1", "2", "3", "4", "5"}) {
        std::filesystem::copy_file(std::filesystem::path(BENCH_SOURCES) / "answer.cpp",
                                   folder.path() / (std::string("f") + number + ".cpp"));
        functions += std::string("  f") + number + ": { handler: answer, source: f" + number + ".cpp }\n";
        routes += std::string("  GET /f") + number + ": f" + number + '\n';
    }
    folder.write("faasd.yaml", functions + routes);
}

}  // namespace

void measure_start(Report& report) {
    const test::TemporaryFolder modules, sources;
    write_five_functions(modules);
    write_five_sources(sources);
    const double empty = start_median(modules.path(), modules.path() / "state", End::stop);
    report.add({"exec to first answer, 5 functions, no state", fixed(empty, 1, "ms"), "", "", "< 20 ms",
                met_if(empty < 20)});
    const double full = start_median(modules.path(), full_data(), End::stop);
    report.add({"  with 1 M items and 1 M messages", fixed(full, 1, "ms"), "no state " + fixed(empty, 1, "ms"),
                fixed(full / empty, 2), "< 20 ms", met_if(full < 20)});
    const double killed = start_median(modules.path(), full_data(), End::kill);
    report.add({"  same, after kill -9", fixed(killed, 1, "ms"), "no state " + fixed(empty, 1, "ms"),
                fixed(killed / empty, 2), "< 20 ms", met_if(killed < 20)});
    const double compiled = start_median(sources.path(), sources.path() / "state", End::stop);
    report.add({"  5 functions from sources, compiled before", fixed(compiled, 1, "ms"), "", "", "< 20 ms",
                met_if(compiled < 20)});
}

void measure_memory(Report& report) {
    const test::TemporaryFolder folder;
    write_five_functions(folder);
    const auto at_rest = [&](std::vector<std::string> arguments) {
        arguments.insert(arguments.end(), {"--log-level", "warn"});
        test::DaemonProcess daemon(folder.path(), std::move(arguments));
        for (const char* target : {"/f1", "/f2", "/f3", "/f4", "/f5"})
            if (daemon.get(target).status != 200) throw std::runtime_error("faasd does not answer: " + daemon.log());
        std::this_thread::sleep_for(std::chrono::seconds{2});
        return memory_of(daemon.pid());
    };
    const auto row = [&](const char* name, const Memory& memory) {
        report.add({name, megabytes(memory.rss),
                    "PSS " + megabytes(memory.pss) + ", anonymous " + megabytes(memory.anonymous), "", "< 12 MB",
                    met_if(memory.rss < 12e6)});
    };
    row("resident at rest, 5 functions", at_rest({}));
    row("  with 1 M items and 1 M messages", at_rest({"--data-dir", full_data().string()}));
}

}  // namespace faasd::bench
