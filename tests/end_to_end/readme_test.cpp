// The commands of the documents, in their order: each must work as it is written, but for the ports.
#include <memory>
#include <sstream>

#include <gmock/gmock.h>

#include "end_to_end/workbench.hpp"

namespace {

using namespace faasd::test;
namespace fs = std::filesystem;

// The lines of ```sh blocks and of indented blocks that are commands of this project, or curl.
std::vector<std::string> commands_of(const std::string& document) {
    std::vector<std::string> commands;
    std::istringstream lines(document);
    bool fenced = false, shell = false;
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("```")) {
            fenced = !fenced;
            shell = fenced && line == "```sh";
            continue;
        }
        if (!fenced && line.starts_with("    ")) line.erase(0, 4);
        else if (!shell) continue;
        for (const char* start : {"./dev ", "faasd ", "curl "})
            if (line.starts_with(start)) commands.push_back(line);
    }
    return commands;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
        text.replace(at, from.size(), to);
    return text;
}

// Without the state of a daemon that somebody runs there.
void copy_examples(const fs::path& to) {
    const fs::path from = FAASD_SOURCE_DIR "/examples";
    for (auto entry = fs::recursive_directory_iterator(from); entry != fs::recursive_directory_iterator(); ++entry) {
        if (entry->path().filename() == ".faasd") {
            entry.disable_recursion_pending();
            continue;
        }
        const fs::path copy = to / entry->path().lexically_relative(from);
        fs::create_directories(copy.parent_path());
        if (entry->is_directory()) fs::create_directories(copy);
        if (entry->is_regular_file()) fs::copy_file(entry->path(), copy);
    }
}

class Document : public testing::TestWithParam<const char*> {};

TEST_P(Document, holds_only_commands_that_work) {
    TemporaryFolder tree;
    copy_examples(tree.path() / "examples");
    fs::copy_file(FAASD_SOURCE_DIR "/README.md", tree.path() / "README.md");
    fs::create_directories(tree.path() / "build");
    const auto commands = commands_of(tree.read(GetParam()));
    ASSERT_FALSE(commands.empty());

    std::unique_ptr<DaemonProcess> daemon;
    for (const std::string& written : commands) {
        SCOPED_TRACE(written);
        std::string command = written.starts_with("./dev faasd ") ? written.substr(6) : written;
        if (command.starts_with("./dev serve")) command = "faasd" + command.substr(5);
        if (command.starts_with("./dev ")) continue;  // builds and tests the tree that this test is a part of
        // Tests of their own run these: the check of every example, and the load of buffer beside events-collector.
        if (command.starts_with("faasd example check ") || command.starts_with("faasd example load ")) continue;
        constexpr std::string_view kRun = "faasd example run ";
        if (command.starts_with(kRun)) command = "faasd serve examples/" + command.substr(kRun.size());
        if (command.starts_with("faasd serve")) {
            std::string app = command.size() > 12 ? command.substr(12) : "examples/quickstart";
            daemon.reset();
            daemon = std::make_unique<DaemonProcess>(tree.path() / app, std::vector<std::string>{"--ephemeral"});
            ASSERT_TRUE(daemon->running()) << daemon->log();
            continue;
        }
        ASSERT_TRUE(daemon) << "nothing is served yet";
        if (command.starts_with("faasd ")) command = "'" FAASD_EXECUTABLE "'" + command.substr(5);
        // Without it, curl takes an error's answer for success.
        if (command.starts_with("curl ")) command = "curl -sSf" + command.substr(4);
        command = replaced(command, ":3000", ':' + std::to_string(daemon->port()));
        command = replaced(command, ":4566", ':' + std::to_string(daemon->control_port()));
        CommandResult result;
        // What a pipeline makes is there a moment after what sets it off.
        EXPECT_TRUE(eventually(
            [&] {
                result = run({"sh", "-c", command}, tree.path(), {}, {{"FAASD_URL", daemon->control_url()}});
                return result.exit_code == 0;
            },
            std::chrono::minutes{1}))
            << result.out << result.err << daemon->log();
    }
}
INSTANTIATE_TEST_SUITE_P(All, Document,
                         testing::Values("README.md", "examples/quickstart/README.md", "examples/endpoint/README.md",
                                         "examples/thumbnailer/README.md", "examples/events-collector/README.md",
                                         "examples/buffer/README.md"),
                         [](const auto& which) {
                             std::string name = which.param;
                             for (char& c : name)
                                 if (c == '/' || c == '.' || c == '-') c = '_';
                             return name;
                         });

}  // namespace
