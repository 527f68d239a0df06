#include "cli/example_run.hpp"

#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>

#include "cli/narrator.hpp"

namespace faasd::cli {
namespace {

using std::chrono::steady_clock;

// So long nothing must happen for it to be over.
constexpr auto kQuiet = std::chrono::milliseconds{1500};
// What happens within this is told at once, and summed up where it is much.
constexpr auto kTellEvery = std::chrono::milliseconds{150};

// Reads what is added to a log.
class Follower {
  public:
    explicit Follower(Narrator& narrator) : narrator_(narrator) {}

    void look(const std::filesystem::path& log) {
        if (steady_clock::now() - looked_ >= kTellEvery) read(log);
    }
    void read(const std::filesystem::path& log) {
        looked_ = steady_clock::now();
        std::ifstream in(log, std::ios::binary);
        in.seekg(static_cast<std::streamoff>(read_));
        char piece[65536];
        while (in.read(piece, sizeof piece), in.gcount() > 0) {
            rest_.append(piece, static_cast<std::size_t>(in.gcount()));
            read_ += static_cast<std::uint64_t>(in.gcount());
            changed_ = looked_;
        }
        std::size_t begin = 0;
        for (std::size_t end; (end = rest_.find('\n', begin)) != std::string::npos; begin = end + 1)
            narrator_.add(std::string_view(rest_).substr(begin, end - begin));
        rest_.erase(0, begin);
        narrator_.tell();
    }
    [[nodiscard]] bool quiet() const { return steady_clock::now() - changed_ > kQuiet; }

  private:
    Narrator& narrator_;
    std::uint64_t read_ = 0;
    std::string rest_;
    steady_clock::time_point looked_, changed_ = steady_clock::now();
};

void feed(const Example& example, ExampleSession& session, Narrator& narrator) {
    if (!example.has("feed")) return;
    narrator.tell();
    std::cout << "\nfeeding it: " << (example.folder / "feed").string() << '\n' << std::endl;
    if (const auto fed = session.run_script("feed"); fed.exit_code != 0)
        throw CommandError("the feed of " + example.name + " failed with exit code " + std::to_string(fed.exit_code));
    narrator.tell();
    std::cout << "it is fed" << std::endl;
}

}  // namespace

void run_example(const RunOptions& options, Program& program) {
    const Example example = find_example(options.name);
    Narrator narrator(std::cout, ::isatty(STDOUT_FILENO) == 1 && !std::getenv("NO_COLOR"));
    Follower follower(narrator);
    auto with = options.session;
    with.json_log = true;
    with.meanwhile = [&](const std::filesystem::path& log, bool ended) { ended ? follower.read(log) : follower.look(log); };
    try {
        ExampleSession session(example, with);
        feed(example, session, narrator);
        session.wait([&] { return options.once && follower.quiet(); });
    } catch (const ExampleSession::Interrupted&) {
        std::cout << '\n';
        if (options.once) program.exit_code = 130;
    }
}

}  // namespace faasd::cli
