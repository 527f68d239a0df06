#include "measure/subject.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

#include "measure/load.hpp"
#include "measure/report.hpp"

namespace faasd::bench {
namespace {

constexpr const char* kResources =
    "queues: { empty: {}, full: {}, sent: {} }\n"
    "tables: { empty: { key: id }, full: { key: id } }\n"
    "buckets: { objects: {} }\n";

void fill(const std::filesystem::path& data) {
    std::fprintf(stderr, "filling a queue with 1 M messages and a table with 1 M items…\n");
    Subject subject(data);
    constexpr unsigned calls = 16;
    steps_per_second(subject.port(), "/send_batches/full", calls, kMillion / 10 / calls);
    Load load{subject.port(), calls, {}, 50, nullptr, false};
    load.request = [](std::string& out, std::uint64_t n) {
        out = get_request("/put_batches/full?times=800&first=" + std::to_string(n * 20'000));
    };
    run_load(load);
    subject.daemon().stop();
}

}  // namespace

BareServer::BareServer(const char* program) {
    int out[2];
    if (::pipe2(out, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    pid_ = ::fork();
    if (pid_ == 0) {
        ::dup2(out[1], 1);
        ::execl(program, program, static_cast<char*>(nullptr));
        ::_exit(127);
    }
    ::close(out[1]);
    char text[16] = {};
    if (::read(out[0], text, sizeof text - 1) > 0) port_ = static_cast<std::uint16_t>(std::atoi(text));
    ::close(out[0]);
    if (port_ == 0) throw std::runtime_error("the yardstick server did not start");
}
BareServer::~BareServer() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
}

Memory memory_of(pid_t pid) {
    std::ifstream in("/proc/" + std::to_string(pid) + "/smaps_rollup");
    Memory memory;
    std::string line;
    while (std::getline(in, line)) {
        const auto value = [&line] { return std::stod(line.substr(line.find(':') + 1)) * 1024; };
        if (line.starts_with("Rss:")) memory.rss = value();
        if (line.starts_with("Pss:")) memory.pss = value();
        if (line.starts_with("Anonymous:")) memory.anonymous = value();
    }
    return memory;
}

double peak_rss(pid_t pid) {
    std::ifstream in("/proc/" + std::to_string(pid) + "/status");
    std::string line;
    while (std::getline(in, line))
        if (line.starts_with("VmHWM:")) return std::stod(line.substr(6)) * 1024;
    return 0;
}

std::string megabytes(double bytes) { return fixed(bytes / 1048576, 1, "MiB"); }

void write_app(const test::TemporaryFolder& folder) {
    const std::string head = std::string("{ module: ") + BENCH_FUNCTIONS +
                             ", timeout: 15m, concurrency: 2000, uses: [queue:empty, queue:full, queue:sent, "
                             "table:empty, table:full] }\n";
    std::string functions = "functions:\n", routes = "routes:\n  GET /answer: answer\n  GET /sleep100: sleep100\n";
    for (const char* name : {"answer", "sleep100", "send", "send_batches", "receive", "put_batches", "put", "get"})
        functions += std::string("  ") + name + ": " + head;
    for (const char* name : {"send", "send_batches", "receive"})
        routes += std::string("  GET /") + name + "/{queue}: " + name + '\n';
    for (const char* name : {"put_batches", "put", "get"})
        routes += std::string("  GET /") + name + "/{table}: " + name + '\n';
    for (const char* name : {"work0", "work100", "finished"})
        functions += std::string("  ") + name + ": { module: " + BENCH_FUNCTIONS + ", concurrency: 2000 }\n";
    functions += std::string("  dispatch: { module: ") + BENCH_FUNCTIONS + ", uses: [function:work0, function:work100] }\n";
    routes += "  GET /finished: finished\n  GET /dispatch/{worker}: dispatch\n";
    folder.write("faasd.yaml", functions + routes + kResources);
}

void write_five_functions(const test::TemporaryFolder& folder) {
    std::string functions = "functions:\n", routes = "routes:\n";
    for (const char* number : {"1", "2", "3", "4", "5"}) {
        functions += std::string("  f") + number + ": { handler: answer, module: " + BENCH_MODULES + "/bench_answer_" +
                     number + ".so }\n";
        routes += std::string("  GET /f") + number + ": f" + number + '\n';
    }
    folder.write("faasd.yaml", functions + routes + kResources);
}

Subject::Subject(const std::filesystem::path& data, const std::string& log_level) {
    write_app(folder_);
    std::vector<std::string> arguments{"--log-level", log_level};
    if (!data.empty()) arguments.insert(arguments.end(), {"--data-dir", data.string()});
    daemon_ = std::make_unique<test::DaemonProcess>(folder_.path(), std::move(arguments));
    if (!daemon_->running() || daemon_->port() == 0) throw std::runtime_error("faasd did not start: " + daemon_->log());
    if (const auto first = daemon_->get("/answer"); first.status != 200)
        throw std::runtime_error("faasd does not answer: " + first.body + daemon_->log());
}

const std::filesystem::path& full_data() {
    static const test::TemporaryFolder own;
    static const std::filesystem::path data = [] {
        const char* kept = std::getenv("FAASD_BENCH_STATE");
        const std::filesystem::path folder = kept ? std::filesystem::path(kept) : own.path() / "data";
        const auto done = folder / "filled";
        if (!std::filesystem::exists(done)) {
            std::filesystem::remove_all(folder);
            std::filesystem::create_directories(folder);
            fill(folder);
            std::ofstream(done) << "1 M messages and 1 M items\n";
        }
        return folder;
    }();
    return data;
}

double steps_per_second(std::uint16_t port, const std::string& target, unsigned calls, std::uint64_t times) {
    const std::string request =
        get_request(target + (target.find('?') == std::string::npos ? "?" : "&") + "times=" + std::to_string(times));
    Load load{port, calls, {}, calls, [&](std::string& out, std::uint64_t) { out = request; }, false};
    return static_cast<double>(calls * times) / run_load(load).seconds;
}

}  // namespace faasd::bench
