// A program that the command line starts beside itself and looks after.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace faasd::cli {

struct Launch {
    std::vector<std::string> command;                // looked up on the PATH
    std::map<std::string, std::string> environment;  // added to one's own
    std::filesystem::path output;                    // gets standard output and standard error; empty: one's own
    std::filesystem::path folder;                    // to run in; empty: one's own
};

// A process with a process group of its own, so that a Ctrl-C on the terminal leaves its end to its owner; it is killed
// when the thread that started it ends without having ended it. One thread uses it.
class Child {
  public:
    // Throws CommandError where it cannot be started.
    explicit Child(const Launch& launch);
    ~Child();  // kills the whole group
    Child(Child&& other) noexcept;
    Child& operator=(Child&&) = delete;

    // The exit code, or 128 + the signal, once it has ended.
    std::optional<int> ended();
    void kill();                                  // SIGKILL to the whole group, and waits
    int stop(std::chrono::milliseconds at_most);  // SIGTERM, waits, then kill(); the exit code

  private:
    pid_t pid_ = -1;
    std::optional<int> exit_code_;
};

}  // namespace faasd::cli
