// The command line, pointed at a running daemon.
#include <algorithm>
#include <iterator>
#include <sstream>

#include <gmock/gmock.h>

#include "support/workbench.hpp"

namespace {

using namespace faasd::test;
using nlohmann::json;
using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using Words = std::vector<std::string>;

class Cli : public testing::Test {
  protected:
    static void SetUpTestSuite() { daemon = new DaemonProcess(workbench("cli"), {"--ephemeral"}); }
    static void TearDownTestSuite() {
        delete daemon;
        daemon = nullptr;
    }
    void SetUp() override { ASSERT_TRUE(serves(*daemon)) << daemon->log(); }

    // What a command prints, which must succeed.
    static std::string output(const Words& words, const std::string& input = {}) {
        const auto result = daemon->faasd(words, input);
        EXPECT_EQ(result.exit_code, 0) << testing::PrintToString(words) << ": " << result.err;
        return result.out;
    }
    // What a command complains of, which must fail with the exit code.
    static std::string complaint(const Words& words, int exit_code = 1) {
        const auto result = daemon->faasd(words);
        EXPECT_EQ(result.exit_code, exit_code) << testing::PrintToString(words) << ": " << result.out;
        return result.err;
    }
    static DaemonProcess* daemon;
};
DaemonProcess* Cli::daemon = nullptr;

// Every command and group of commands, as the completion script knows them.
std::vector<Words> all_commands() {
    std::vector<Words> commands;
    std::istringstream script(run_faasd({"completion", "bash"}).out);
    for (std::string line; std::getline(script, line);) {
        constexpr std::string_view kBefore = "        \"faasd ", kAfter = "\") words=";
        const auto end = line.find(kAfter);
        if (!line.starts_with(kBefore) || end == std::string::npos) continue;
        std::istringstream path(line.substr(kBefore.size(), end - kBefore.size()));
        commands.emplace_back(std::istream_iterator<std::string>(path), std::istream_iterator<std::string>());
    }
    return commands;
}

TEST(CommandLine, every_command_has_help_with_an_example) {
    const auto commands = all_commands();
    EXPECT_THAT(commands, testing::IsSupersetOf({Words{"serve"}, {"queue"}, {"queue", "send"}, {"example", "load"}}));
    for (Words words : commands) {
        std::string spelled = "faasd";
        for (const std::string& word : words)
            spelled += ' ' + word;
        words.push_back("--help");
        const auto result = run_faasd(words);
        EXPECT_EQ(result.exit_code, 0) << spelled;
        EXPECT_THAT(result.out, ContainsRegex("Example: .*" + spelled));
    }
    EXPECT_THAT(run_faasd({"--help"}).out, HasSubstr("faasd init hello && faasd serve hello"));
}

TEST(CommandLine, a_word_that_is_no_command_is_named_at_every_depth) {
    const auto top = run_faasd({"serv"});
    EXPECT_EQ(top.exit_code, 2);
    EXPECT_THAT(top.err, HasSubstr("there is no command 'serv'; did you mean 'serve'?"));
    const auto below = run_faasd({"queue", "lst"});
    EXPECT_EQ(below.exit_code, 2);
    EXPECT_THAT(below.err, AllOf(HasSubstr("there is no command 'queue lst'; did you mean 'list'?"),
                                 HasSubstr("See 'faasd queue --help'")));
}

TEST(CommandLine, values_that_cannot_be_are_refused_with_what_can) {
    for (const auto& [words, why] : std::vector<std::pair<Words, std::string>>{
             {{"serve", "--port", "70000"}, "not in range 0 to 65535"},
             {{"queue", "send", "jobs", "x", "--delay", "-1"}, "not in range 0"},
             {{"bucket", "put", "/etc/hostname", "/x"}, "'/x' names no bucket"}}) {
        const auto result = run_faasd(words);
        EXPECT_EQ(result.exit_code, 2) << result.err;
        EXPECT_THAT(result.err, HasSubstr(why));
    }
    EXPECT_THAT(run_faasd({"queue", "send", "jobs", "--data-file", "/tmp"}).err, HasSubstr("/tmp is a folder"));
    EXPECT_THAT(run_faasd({"status"}, "/", {{"FAASD_URL", "http://nowhere.invalid:1"}}).err, HasSubstr("Host not found"));
    EXPECT_THAT(run_faasd({"status"}, "/", {{"FAASD_URL", "http://[::1]:1"}}).err, HasSubstr("refused"));
}

TEST(CommandLine, without_a_daemon_it_says_so_and_how_to_start_one) {
    for (const Words& words : {Words{"status"}, {"queue", "list"}, {"invoke", "hello"}, {"reset", "--yes"}}) {
        const auto result = run_faasd(words, "/", {{"FAASD_URL", "http://127.0.0.1:1"}});
        EXPECT_EQ(result.exit_code, 1);
        EXPECT_THAT(result.err, AllOf(HasSubstr("no faasd answers at http://127.0.0.1:1"), HasSubstr("faasd serve"),
                                      HasSubstr("--url")));
    }
    EXPECT_EQ(run_faasd({"--url", "http://127.0.0.1:many", "status"}).exit_code, 2);
}

TEST(CommandLine, tells_its_version) {
    EXPECT_THAT(run_faasd({"version"}).out, ContainsRegex("^faasd [0-9]+\\.[0-9]+"));
    EXPECT_EQ(run_faasd({"version"}).out, run_faasd({"--version"}).out);
}

TEST(CommandLine, completion_scripts_are_valid_and_know_the_commands) {
    for (const std::string shell : {"bash", "zsh", "fish"}) {
        const auto script = run_faasd({"completion", shell});
        EXPECT_EQ(script.exit_code, 0) << script.err;
        EXPECT_THAT(script.out, AllOf(HasSubstr("queue"), HasSubstr("control-port")));
        if (run({"sh", "-c", "command -v " + shell}).exit_code != 0) continue;  // not installed here
        TemporaryFolder folder;
        folder.write("script", script.out);
        const auto checked = run({shell, "-n", (folder.path() / "script").string()});
        EXPECT_EQ(checked.exit_code, 0) << shell << ": " << checked.err;
    }
    EXPECT_EQ(run_faasd({"completion", "tcsh"}).exit_code, 2);
}

TEST(CommandLine, bash_completes_commands_and_options) {
    const auto words = [](const std::string& line, int word) {
        return run({"bash", "-c", "source <('" FAASD_EXECUTABLE "' completion bash); COMP_WORDS=(" + line +
                                      "); COMP_CWORD=" + std::to_string(word) + "; _faasd; echo \"${COMPREPLY[*]}\""})
            .out;
    };
    EXPECT_EQ(words("faasd que", 1), "queue\n");
    EXPECT_EQ(words("faasd queue se", 2), "send\n");
    EXPECT_THAT(words("faasd serve --p", 2), AllOf(HasSubstr("--port"), HasSubstr("--ports-file")));
}

TEST(CommandLine, check_approves_of_a_good_configuration) {
    const auto good = run_faasd({"check", workbench("check").string()});
    EXPECT_EQ(good.exit_code, 0) << good.err;
    EXPECT_EQ(good.out, "the configuration is good\n");
    const auto bad = run_faasd({"check", workbench("bad", "routes: { GET /: nobody }\n").string()});
    EXPECT_EQ(bad.exit_code, 1);
    EXPECT_THAT(bad.err, HasSubstr("bad.yaml:1:"));
}

TEST_F(Cli, a_message_is_sent_looked_at_received_and_deleted) {
    const std::string id = output({"queue", "send", "jobs", R"({"job": 1})"});
    EXPECT_THAT(id, ContainsRegex("^[0-9a-f-]{36}\n$"));
    EXPECT_THAT(output({"queue", "peek", "jobs"}), HasSubstr(R"({"job": 1})"));
    EXPECT_THAT(output({"queue", "list"}), ContainsRegex("jobs +1 +0"));
    const std::string received = output({"queue", "receive", "jobs", "--delete"});
    EXPECT_THAT(received, AllOf(HasSubstr(id.substr(0, 36)), HasSubstr("received 1x"), HasSubstr(R"({"job": 1})")));
    EXPECT_EQ(output({"queue", "receive", "jobs"}), "");
    output({"queue", "send", "jobs", "-"}, "from standard input");
    const json messages = json::parse(output({"--json", "queue", "peek", "jobs"}));
    ASSERT_EQ(messages.size(), 1U);
    EXPECT_EQ(messages[0]["body"], "from standard input");
    EXPECT_EQ(output({"queue", "purge", "jobs"}), "purged jobs\n");
    EXPECT_EQ(output({"queue", "peek", "jobs"}), "");
    EXPECT_THAT(complaint({"queue", "send", "nojobs", "x"}), HasSubstr("NoSuchQueue"));
    EXPECT_EQ(daemon->faasd({"queue", "receive", "jobs", "--max", "11"}).exit_code, 2);
    output({"queue", "send", "orders.fifo", "first", "--group", "g", "--deduplication-id", "1"});
    output({"queue", "send", "orders.fifo", "again", "--group", "g", "--deduplication-id", "1"});
    EXPECT_EQ(json::parse(output({"--json", "queue", "peek", "orders.fifo"})).size(), 1U);
}

TEST_F(Cli, files_of_any_bytes_and_size_make_the_round_trip_through_a_bucket) {
    TemporaryFolder folder;
    // 20 MiB that repeat no byte pattern which a text mode would change.
    std::string bytes;
    for (int i = 0; i < 256; ++i)
        bytes += static_cast<char>(i);
    while (bytes.size() < (20U << 20))
        bytes += bytes;
    folder.write("large.bin", bytes);
    folder.write("empty", "");
    const std::string path = folder.path().string() + '/';
    EXPECT_THAT(output({"bucket", "put", path + "large.bin", "files/a/"}), HasSubstr("files/a/large.bin"));
    output({"bucket", "put", path + "empty", "files"});
    output({"bucket", "put", path + "empty", "files/a/b/with space & more"});
    output({"bucket", "get", "files/a/large.bin", path + "back"});
    EXPECT_TRUE(folder.read("back") == bytes);
    EXPECT_TRUE(output({"bucket", "get", "files/a/large.bin"}) == bytes) << "to standard output";
    EXPECT_EQ(output({"bucket", "get", "files/a/b/with space & more"}), "");
    EXPECT_THAT(output({"bucket", "ls", "files"}), AllOf(HasSubstr("a/\n"), HasSubstr("empty\n")));
    EXPECT_THAT(output({"bucket", "ls", "files/a/", "--recursive"}),
                AllOf(HasSubstr("a/large.bin"), HasSubstr("a/b/with space & more")));
    EXPECT_THAT(output({"bucket", "list"}), ContainsRegex("files +3 +"));
    EXPECT_EQ(output({"bucket", "rm", "files/empty"}), "deleted files/empty\n");

    folder.write("kept", "as it was");
    EXPECT_THAT(complaint({"bucket", "get", "files/empty", path + "kept"}), HasSubstr("NoSuchKey"));
    EXPECT_EQ(folder.read("kept"), "as it was") << "a failed download leaves the file alone";
    complaint({"bucket", "put", path + "nothing", "files"}, 2);
    complaint({"bucket", "get", "files"}, 2);
    EXPECT_THAT(complaint({"bucket", "put", path + "empty", "nofiles"}), HasSubstr("NoSuchBucket"));
}

TEST_F(Cli, items_are_put_got_scanned_and_deleted) {
    output({"table", "put", "pairs", R"({"left": "a", "right": 1, "tags": ["x", null, true]})"});
    output({"table", "put", "pairs", "-"}, R"({"left": "a", "right": 2})");
    EXPECT_EQ(json::parse(output({"table", "get", "pairs", R"({"left": "a", "right": 1})"})),
              json::parse(R"({"left": "a", "right": 1, "tags": ["x", null, true]})"));
    output({"table", "delete", "pairs", R"({"left": "a", "right": 1})"});
    EXPECT_EQ(json::parse(output({"table", "scan", "pairs"})), json::parse(R"({"left": "a", "right": 2})"));
    EXPECT_THAT(complaint({"table", "get", "pairs", "a"}), HasSubstr("does not match the schema")) << "a key needs all its parts";
}

TEST_F(Cli, a_scan_filters_and_limits) {
    for (const char* item : {R"({"id": "1", "age": 20})", R"({"id": "2", "age": 40})", R"({"id": "3", "age": 60})"})
        output({"table", "put", "notes", item});
    const std::string found = output({"table", "scan", "notes", "--filter", "age > :v", "--values", R"({":v": 30})"});
    EXPECT_EQ(std::count(found.begin(), found.end(), '\n'), 2);
    const std::string one = output({"table", "scan", "notes", "--limit", "1"});
    EXPECT_EQ(std::count(one.begin(), one.end(), '\n'), 1);
    EXPECT_THAT(output({"table", "list"}), ContainsRegex("notes +id +3"));
    output({"table", "delete", "notes", "1"});
    EXPECT_THAT(complaint({"table", "get", "notes", "1"}), HasSubstr("there is no such item in notes"));
    EXPECT_THAT(complaint({"table", "put", "notes", R"({"id": "2"})", "--condition", "attribute_not_exists(id)"}),
                HasSubstr("ConditionalCheckFailed"));
    complaint({"table", "put", "notes", "{no json"}, 2);
    for (const char* id : {"2", "3"})
        output({"table", "delete", "notes", id});
}

TEST_F(Cli, functions_are_invoked_with_data_from_everywhere) {
    EXPECT_EQ(output({"invoke", "reverse", "--data", "[1, 2, 3]"}), "[3,2,1]\n");
    EXPECT_EQ(output({"invoke", "reverse", "--data", "-"}, R"(["a", "b"])"), "[\"b\",\"a\"]\n");
    TemporaryFolder folder;
    folder.write("event.json", "[true, null]");
    EXPECT_EQ(output({"invoke", "reverse", "--data-file", (folder.path() / "event.json").string()}), "[null,true]\n");
    EXPECT_THAT(output({"invoke", "note", "--async", "--data", R"({"id": "later"})"}), HasSubstr("request_id"));
    EXPECT_TRUE(eventually([] { return daemon->faasd({"table", "get", "notes", "later"}).exit_code == 0; }));
    EXPECT_THAT(complaint({"invoke", "revers", "--data", "1"}), HasSubstr("did you mean reverse?"));
    EXPECT_THAT(complaint({"invoke", "note", "--data", "{}"}), HasSubstr("id"));
    EXPECT_THAT(complaint({"invoke", "reverse", "--data", "{"}), HasSubstr("JSON"));
    complaint({"invoke", "reverse", "--data", "1", "--data-file", "x"}, 2);
}

TEST_F(Cli, status_is_for_people_and_for_programs) {
    EXPECT_THAT(output({"status"}), AllOf(HasSubstr("workbench"), HasSubstr(daemon->control_url()),
                                          ContainsRegex("hello +ready")));
    const json status = json::parse(output({"--json", "status"}));
    EXPECT_EQ(status["process"], daemon->pid());
}

TEST_F(Cli, reset_empties_everything_after_a_yes) {
    output({"queue", "send", "jobs", "x"});
    output({"table", "put", "notes", R"({"id": "1"})"});
    EXPECT_EQ(daemon->faasd({"reset"}, "no\n").exit_code, 1);
    EXPECT_NE(output({"queue", "peek", "jobs"}), "") << "nothing was deleted";
    EXPECT_EQ(output({"reset", "--yes"}), "everything is empty\n");
    EXPECT_EQ(output({"queue", "peek", "jobs"}), "");
    EXPECT_EQ(output({"table", "scan", "notes"}), "");
    EXPECT_EQ(output({"bucket", "ls", "files", "--recursive"}), "");
    EXPECT_EQ(daemon->get("/hello/Ada").status, 200U) << "and it serves on";
}

}  // namespace
