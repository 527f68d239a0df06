// The shell commands that a document tells its reader to type.
#pragma once

#include <string>
#include <vector>

namespace faasd::test {

struct DocumentCommand {
    int line = 0;
    std::string text;    // without its comment
    std::string status;  // which status the answer has: "404" where the comment begins with it, else "2??"
};

// Each line of a ```sh block.
std::vector<DocumentCommand> commands_of(const std::string& document);

// Whether the text of a `faasd example VERB NAME…` names an example and options that there are; else what is wrong.
std::string what_is_wrong_with(const std::string& example_command);

std::string replaced(std::string text, const std::string& from, const std::string& to);

}  // namespace faasd::test
