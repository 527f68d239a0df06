// The commands of the documents, in their order: each line of a ```sh block must work as it is written, but
// for the ports. A curl is answered with a 2xx, or with the status that its comment begins with. What is not
// run is named, with a reason.
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <regex>

#include <gtest/gtest.h>

#include "end_to_end/document_commands.hpp"
#include "support/examples.hpp"
#include "support/workbench.hpp"

namespace {

using namespace faasd::test;
namespace fs = std::filesystem;

struct NotRun {
    const char* document;
    const char* begins;
    const char* because;
};
constexpr NotRun kNotRun[] = {
    {"README.md", "./dev test", "it builds and tests the tree that this test is a part of"},
    {"CONTRIBUTING.md", "./dev test", "it builds and tests the tree that this test is a part of"},
    {"docs/guide.md", "./dev build release", "it builds the tree that this test is a part of"},
    {"docs/guide.md", "cmake --install", "a test of its own installs it"},
    {"docs/guide.md", "faasd serve . --ephemeral", "each daemon of these tests is started so"},
    {"examples/migration-router/README.md", "npx ",
     "it fetches a program; a test of the gateway carries a real WebSocket"},
};

// The documents that show commands on resources without an app around them are read beside this one.
struct Beside {
    const char* document;
    const char* begins;  // from this command on
};
constexpr Beside kBeside[] = {{"docs/guide.md", "faasd queue send jobs"},
                              {"docs/control-api.md", "control="},
                              {"docs/aws.md", "export AWS_ENDPOINT_URL"}};
constexpr const char* kApp = R"(name: documents
functions:
  hello: app.cpp
  work: app.cpp
  refuse: { source: app.cpp, max_retries: 0 }
queues: { jobs: {}, failed: {} }
buckets: { photos: { notifications: [{ events: [created], function: refuse }] } }
tables: { sessions: { key: id }, users: { key: userId } }
)";
constexpr const char* kGuideFunction = R"code(#include <faasd/function.hpp>

faasd::json hello(const faasd::json& event) {
    return {{"hello", event.value("name", "nobody")}};
}
FAASD_FUNCTION(hello)

faasd::json work(const faasd::json& event) {
    return event;
}
FAASD_FUNCTION(work)

void refuse(const faasd::BlobEvent&) {
    throw faasd::Error("Refused", "it wants no photos");
}
FAASD_FUNCTION(refuse)
)code";

// Without the state of a daemon that somebody runs there.
void copy_examples(const fs::path& to) {
    const fs::path from = FAASD_SOURCE_DIR "/examples";
    for (auto entry = fs::recursive_directory_iterator(from); entry != fs::recursive_directory_iterator();
         ++entry) {
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

// What a reader sits in front of: one terminal in a clone of the project, and another in which something is
// served.
class Reader {
  public:
    Reader() {
        copy_examples(tree_.path() / "examples");
        fs::copy_file(FAASD_SOURCE_DIR "/examples/thumbnailer/sample/rocket.jpg",
                      tree_.path() / "rocket.jpg");
        for (const char* folder : {"build", "bin"})
            fs::create_directories(tree_.path() / folder);
        fs::create_symlink(FAASD_EXECUTABLE, tree_.path() / "bin/faasd");
    }

    // Each replaces what was served before. An example is served when the next command needs it.
    void serve(const std::string& folder) {
        end();
        daemon_ =
            std::make_unique<DaemonProcess>(tree_.path() / folder, std::vector<std::string>{"--ephemeral"});
        ASSERT_TRUE(daemon_->running()) << daemon_->log();
        port_ = daemon_->port();
        control_port_ = daemon_->control_port();
    }
    void serve_app_of_documents() {
        tree_.write("app/faasd.yaml", kApp);
        tree_.write("app/app.cpp", kGuideFunction);
        serve("app");
    }
    void serve_example(const std::string& command) {
        end();
        example_command_ = command;
    }

    void type(const DocumentCommand& command) {
        if (!example_command_.empty()) start_example();
        std::string text = replaced(command.text, ":3000", ':' + std::to_string(port_));
        text = replaced(text, ":4566", ':' + std::to_string(control_port_));
        // What is set stays set in a terminal.
        if (std::regex_match(text, std::regex("(export )?[A-Za-z_]+=[^ ]+( [A-Za-z_]+=[^ ]+)*"))) {
            set_ += text + '\n';
            return;
        }
        // Until Ctrl-C.
        const bool endless = text.starts_with("faasd logs -f");
        const std::string script = kCurl + set_ + (endless ? "timeout 1 " + text + "; [ $? = 124 ]" : text);
        CommandResult result;
        // What a pipeline makes is there a moment after what sets it off. 141: `head` has seen enough.
        const auto works = [&] {
            result = run({"/bin/bash", "-o", "pipefail", "-c", script}, tree_.path(), {},
                         {{"PATH", (tree_.path() / "bin").string() + ":/usr/bin:" + std::getenv("PATH")},
                          {"FAASD_URL", "http://127.0.0.1:" + std::to_string(control_port_)},
                          {"ANSWER", (tree_.path() / "answer").string()},
                          {"WANTED", command.status}});
            return result.exit_code == 0 || result.exit_code == 141;
        };
        EXPECT_TRUE(eventually(works, std::chrono::minutes{1}))
            << "exit code " << result.exit_code << ": " << result.out << result.err << log();
    }

  private:
    // Takes an answer with a status that is not wanted for a failure.
    static constexpr const char* kCurl = R"(curl() {
    : >"$ANSWER"
    local status
    status=$(command curl -sS -o "$ANSWER" -w '%{http_code}' "$@") || return
    cat "$ANSWER"
    [[ $status == $WANTED ]] || { echo "status $status" >&2; return 22; }
}
)";

    void start_example() {
        const std::string command = std::exchange(example_command_, "");
        const std::string name = command.substr(command.rfind(' ') + 1);
        const bool is_fed = fs::exists(fs::path(FAASD_SOURCE_DIR) / "examples" / name / "feed");
        example_ = std::make_unique<BackgroundProcess>(std::vector<std::string>{
            FAASD_EXECUTABLE, "example", "run", name, "--port", "0", "--control-port", "0"});
        std::smatch found;
        std::string said;
        const std::regex ports("app +-> http://127.0.0.1:([0-9]+)\\s+control +-> http://127.0.0.1:([0-9]+)");
        // The README says what one sees of an example that was fed.
        const bool told = eventually(
            [&] {
                said = example_->log();
                return (std::regex_search(said, found, ports) &&
                        (!is_fed || said.find("\nit is fed\n") != std::string::npos)) ||
                       !example_->running();
            },
            std::chrono::minutes{3});
        ASSERT_TRUE(told && !found.empty()) << said;
        port_ = static_cast<std::uint16_t>(std::stoi(found[1]));
        control_port_ = static_cast<std::uint16_t>(std::stoi(found[2]));
    }
    void end() {
        daemon_.reset();
        example_.reset();
        example_command_.clear();
    }
    [[nodiscard]] std::string log() const {
        return daemon_ ? daemon_->log() : example_ ? example_->log() : "";
    }

    TemporaryFolder tree_;
    std::unique_ptr<DaemonProcess> daemon_;
    std::unique_ptr<BackgroundProcess> example_;
    std::string example_command_;  // not started yet
    std::string set_;
    std::uint16_t port_ = 0, control_port_ = 0;
};

class Document : public testing::TestWithParam<std::string> {
  protected:
    // Whether a command is not run, which is told.
    bool left_out(const DocumentCommand& command) {
        for (std::size_t i = 0; i < std::size(kNotRun); ++i) {
            if (GetParam() != kNotRun[i].document || !command.text.starts_with(kNotRun[i].begins)) continue;
            used_[i] = true;
            return leave_out(command, kNotRun[i].because);
        }
        if (command.text.starts_with("aws ") && !fs::exists("/usr/bin/aws"))
            return leave_out(command, "the package awscli is missing");
        // The examples' checks and loads are tests of their own.
        static const std::regex elsewhere("([A-Z_]+=[^ ]+ )*(faasd example (check|load) .*)");
        std::smatch found;
        if (!std::regex_match(command.text, found, elsewhere)) return false;
        EXPECT_EQ(what_is_wrong_with(found[2]), "");
        return true;
    }
    bool leave_out(const DocumentCommand& command, const char* because) {
        std::cout << GetParam() << ':' << command.line << ": not run: " << command.text << ": " << because
                  << '\n';
        return true;
    }
    bool used_[std::size(kNotRun)] = {};
};

TEST_P(Document, holds_only_commands_that_work) {
    const TemporaryFolder folder;
    fs::copy_file(fs::path(FAASD_SOURCE_DIR) / GetParam(), folder.path() / "document");
    const auto commands = commands_of(folder.read("document"));
    ASSERT_FALSE(commands.empty());
    Reader reader;
    for (const auto& written : commands) {
        SCOPED_TRACE(GetParam() + ':' + std::to_string(written.line) + ": " + written.text);
        for (const auto& [document, begins] : kBeside)
            if (GetParam() == document && written.text.starts_with(begins)) reader.serve_app_of_documents();
        if (left_out(written)) continue;
        auto command = written;
        if (command.text == "./dev serve") command.text = "faasd serve examples/quickstart";
        if (command.text.starts_with("./dev faasd ")) command.text.erase(0, 6);
        if (command.text.starts_with("faasd serve ")) {
            reader.serve(command.text.substr(12));
        } else if (command.text.starts_with("faasd example run ")) {
            EXPECT_EQ(what_is_wrong_with(command.text), "");
            reader.serve_example(command.text);
        } else {
            reader.type(command);
        }
        if (HasFatalFailure()) return;
    }
    for (std::size_t i = 0; i < std::size(kNotRun); ++i)
        EXPECT_TRUE(used_[i] || GetParam() != kNotRun[i].document)
            << "no command begins with " << kNotRun[i].begins;
}

std::vector<std::string> documents() {
    std::vector<std::string> names{"README.md", "CONTRIBUTING.md"};
    for (const char* name : {"guide", "patterns", "aws", "control-api"})
        names.push_back(std::string("docs/") + name + ".md");
    for (const auto& example : examples_with("faasd.yaml"))
        names.push_back("examples/" + example + "/README.md");
    return names;
}
INSTANTIATE_TEST_SUITE_P(All, Document, testing::ValuesIn(documents()), [](const auto& which) {
    std::string name = which.param;
    for (char& c : name)
        if (c == '/' || c == '.' || c == '-') c = '_';
    return name;
});

}  // namespace
