#include "cli/example_session.hpp"

#include <poll.h>

#include <algorithm>
#include <cctype>
#include <csignal>
#include <deque>
#include <fstream>
#include <iostream>
#include <thread>

#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "base/random.hpp"
#include "cli/cli.hpp"
#include "cli/free_port.hpp"
#include "gateway/http_client.hpp"

namespace faasd::cli {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds, std::chrono::steady_clock;

constexpr milliseconds kPause{3};             // between two looks
constexpr milliseconds kScriptLimit{600'000};
constexpr std::size_t kLogLines = 100;

volatile std::sig_atomic_t g_interrupted = 0;

std::string url(std::uint16_t port) { return "http://127.0.0.1:" + std::to_string(port); }

// legacy-app -> LEGACY_APP_URL
std::string variable_of(const fs::path& folder) {
    std::string name = folder.filename().string();
    for (char& c : name)
        c = c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return name + "_URL";
}

std::string tail(const fs::path& file, std::size_t lines) {
    std::ifstream in(file);
    std::deque<std::string> kept;
    for (std::string line; std::getline(in, line);) {
        kept.push_back(std::move(line));
        if (kept.size() > lines) kept.pop_front();
    }
    std::string out;
    for (const auto& line : kept)
        out += line + '\n';
    return out;
}

}  // namespace

bool interrupted() {
    [[maybe_unused]] static const bool installed = [] {
        struct sigaction action {};
        action.sa_handler = [](int) { g_interrupted = 1; };
        ::sigaction(SIGINT, &action, nullptr);
        ::sigaction(SIGTERM, &action, nullptr);
        return true;
    }();
    return g_interrupted != 0;
}

struct ExampleSession::Server {
    std::string what;  // "the example's daemon"
    fs::path folder;   // its data, log and ports
    Launch launch;
    std::optional<Child> child;

    [[nodiscard]] fs::path ports() const { return folder / "ports.json"; }
    [[nodiscard]] fs::path log() const { return folder / "log"; }
    void start() {
        std::error_code ignored;
        fs::remove(ports(), ignored);
        child.reset();
        child.emplace(launch);
    }
};

ExampleSession::ExampleSession(Example example, SessionOptions options)
    : example_(std::move(example)), options_(std::move(options)), random_(options_.seed) {
    if (interrupted()) throw Interrupted{};
    const fs::path configuration = example_.configuration(options_.database);
    example_.require_samples();
    choose_ports();
    std::error_code error;
    folder_ = fs::temp_directory_path() / ("faasd-" + example_.name + '-' + base::random_hex(8));
    fs::create_directories(folder_ / "work", error);
    if (error) throw CommandError("the folder " + folder_.string() + " cannot be made: " + error.message());
    try {
        environment_.insert({{"FAASD", fs::read_symlink("/proc/self/exe").string()},
                             {"FAASD_URL", control_url_},
                             {"APP_URL", app_url_},
                             {"EXAMPLE", example_.folder.string()},
                             {"WORK", (folder_ / "work").string()},
                             {"DATABASE", options_.database}});
        std::vector<std::uint16_t> ports;
        for (const auto& folder : example_.beside) {
            ports.push_back(free_port());
            environment_[variable_of(folder)] = url(ports.back());
        }
        start_database();
        for (std::size_t i = 0; i < ports.size(); ++i)
            beside_.push_back(launch(example_.beside[i] / "faasd.yaml", ports[i], free_port()));
        main_ = launch(configuration, options_.port, options_.control_port);
        for (const auto& server : beside_)
            wait_until_served(*server);
        wait_until_served(*main_);
        require_functions();
    } catch (...) {
        shut_down();
        throw;
    }
}

ExampleSession::~ExampleSession() { shut_down(); }

void ExampleSession::shut_down() {
    if (main_ && main_->child) main_->child->stop(milliseconds{3000});
    main_.reset();
    for (const auto& server : beside_)
        if (server->child) server->child->stop(milliseconds{1000});
    beside_.clear();
    if (database_) database_->stop(milliseconds{2000});
    database_.reset();
    std::error_code ignored;
    if (!folder_.empty()) fs::remove_all(folder_, ignored);
    folder_.clear();
}

void ExampleSession::choose_ports() {
    if (options_.port == 0) options_.port = free_port();
    while (options_.control_port == 0 || options_.control_port == options_.port)
        options_.control_port = free_port();
    app_url_ = url(options_.port);
    control_url_ = url(options_.control_port);
}

std::unique_ptr<ExampleSession::Server> ExampleSession::launch(const fs::path& configuration, std::uint16_t port,
                                                               std::uint16_t control_port) {
    auto server = std::make_unique<Server>();
    const bool is_main = configuration.parent_path() == example_.folder;
    const std::string name = is_main ? example_.name : configuration.parent_path().filename().string();
    server->what = is_main ? "the daemon of " + name : "the daemon of " + example_.name + '/' + name;
    server->folder = folder_ / (is_main ? "main" : "beside-" + name);
    fs::create_directories(server->folder);
    server->launch.command = {environment_["FAASD"], "serve", configuration.string(), "--port", std::to_string(port),
                              "--control-port", std::to_string(control_port), "--ports-file", server->ports().string(),
                              "--data-dir", (server->folder / "data").string()};
    if (is_main && options_.fail_rate > 0)
        for (const std::string& word : {std::string("--fail-rate"), std::to_string(options_.fail_rate),
                                        std::string("--fail-seed"), std::to_string(options_.seed)})
            server->launch.command.push_back(word);
    server->launch.environment = environment_;
    if (is_main && options_.json_log) server->launch.command.insert(server->launch.command.end(), {"--log-format", "json"});
    server->launch.output = server->log();
    server->start();
    return server;
}

void ExampleSession::say_that_it_ended(const Server& server) const {
    const bool told = options_.meanwhile && &server == main_.get();
    if (told) options_.meanwhile(server.log(), true);
    const std::string said = told ? "" : tail(server.log(), kLogLines);
    throw CommandError(server.what + " has ended" + (said.empty() ? "" : "; it said:\n" + said));
}

void ExampleSession::wait_until_served(Server& server) {
    std::error_code ignored;
    while (!fs::exists(server.ports(), ignored)) {
        if (server.child->ended()) say_that_it_ended(server);
        pause();
    }
}

// The port may be held for a moment by a connection of the process before.
void ExampleSession::restart() {
    main_->child->kill();
    const auto end = steady_clock::now() + std::chrono::seconds{10};
    while (true) {
        main_->start();
        try {
            return wait_until_served(*main_);
        } catch (const CommandError&) {
            if (steady_clock::now() > end) throw;
        }
        pause();
    }
}

// A function that does not compile would only show as an end state that never comes.
void ExampleSession::require_functions() const {
    gateway::ClientRequest request;
    request.port = options_.control_port;
    request.target = "/_faasd/v1/status";
    const auto answer = gateway::fetch(request);
    const auto status = base::parse_json(answer ? answer->body : "");
    if (!status.is_object()) return;
    for (const auto& function : status.value("functions", nlohmann::json::array()))
        if (function.contains("error"))
            throw CommandError("the function " + function.value("name", "") + " of " + example_.name +
                               " cannot be served: " + function.value("error", ""));
}

ExampleSession::Ended ExampleSession::run_script(const char* script, unsigned kills, const fs::path& output,
                                                 std::optional<milliseconds> kill_within) {
    Launch launch;
    launch.command = {"/bin/sh", (example_.folder / script).string()};
    launch.environment = environment_;
    launch.output = output;
    launch.folder = folder_ / "work";
    std::cout.flush();
    Child child(launch);
    Ended ended;
    // Some checks last a tenth of a second, others ten: half of the pauses fit each.
    const auto moment = [&] {
        if (kill_within) return milliseconds{std::uniform_int_distribution<std::int64_t>(0, kill_within->count())(random_)};
        const double mean_ms = random_() % 2 == 0 ? 50 : 600;
        return milliseconds{static_cast<std::int64_t>(std::exponential_distribution<double>(1 / mean_ms)(random_))};
    };
    const auto begun = steady_clock::now();
    auto next_kill = begun + moment();
    while (true) {
        if (const auto code = child.ended()) {
            ended.exit_code = *code;
            return ended;
        }
        if (ended.kills < kills && steady_clock::now() >= next_kill) {
            restart();
            ++ended.kills;
            next_kill = steady_clock::now() + moment();
        }
        for (const auto& server : beside_)
            if (server->child->ended()) say_that_it_ended(*server);
        if (main_->child->ended()) say_that_it_ended(*main_);
        if (steady_clock::now() - begun > kScriptLimit)
            throw CommandError(std::string("the ") + script + " of " + example_.name + " did not end within ten minutes");
        pause();
    }
}

void ExampleSession::pause() const {
    ::poll(nullptr, 0, kPause.count());
    if (options_.meanwhile) options_.meanwhile(folder_ / "main" / "log", false);
    if (interrupted()) throw Interrupted{};
}

void ExampleSession::wait(const std::function<bool()>& until) {
    while (!until()) {
        if (main_->child->ended()) say_that_it_ended(*main_);
        pause();
    }
}

std::string ExampleSession::log() const { return main_ ? tail(main_->log(), kLogLines) : ""; }

// By examples/NAME.sh, or the copy of it in a project of its own.
void ExampleSession::start_database() {
    if (options_.database.empty()) return;
    const std::string name = options_.database + ".sh";
    std::error_code ignored;
    const fs::path own = example_.folder / name, shared = example_.folder.parent_path() / name;
    const fs::path folder = folder_ / "database", url = folder / "url";
    Launch launch;
    launch.command = {"/bin/sh", (fs::exists(own, ignored) ? own : shared).string(), folder.string()};
    launch.environment = environment_;
    launch.output = folder_ / "database-log";
    database_.emplace(launch);
    while (!fs::exists(url, ignored)) {
        if (database_->ended()) throw CommandError(options_.database + " cannot be started:\n" + tail(launch.output, kLogLines));
        pause();
    }
    std::ifstream file(url);
    std::getline(file, environment_["DATABASE_URL"]);
}

}  // namespace faasd::cli
