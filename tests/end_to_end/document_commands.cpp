#include "end_to_end/document_commands.hpp"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <sstream>

#include "support/examples.hpp"

namespace faasd::test {
namespace {

// Where a comment begins: a '#' after a blank that is in no quotes; else the end.
std::size_t comment_in(const std::string& line) {
    char quote = 0;
    for (std::size_t at = 0; at < line.size(); ++at) {
        const char c = line[at];
        if (quote) {
            if (c == quote) quote = 0;
        } else if (c == '\'' || c == '"') {
            quote = c;
        } else if (c == '#' && (at == 0 || line[at - 1] == ' ')) {
            return at;
        }
    }
    return line.size();
}

std::string status_in(const std::string& comment) {
    const auto begin = comment.find_first_not_of("# ");
    if (begin == std::string::npos || begin + 3 > comment.size()) return "2??";
    const std::string first = comment.substr(begin, 3);
    const bool ends = begin + 3 == comment.size() || !std::isalnum(static_cast<unsigned char>(comment[begin + 3]));
    const bool digits = std::all_of(first.begin(), first.end(), [](unsigned char c) { return std::isdigit(c); });
    return digits && ends ? first : "2??";
}

}  // namespace

std::vector<DocumentCommand> commands_of(const std::string& document) {
    std::vector<DocumentCommand> commands;
    std::istringstream lines(document);
    bool fenced = false, shell = false;
    int number = 0;
    for (std::string line; std::getline(lines, line);) {
        ++number;
        if (line.starts_with("```")) {
            fenced = !fenced;
            shell = fenced && line == "```sh";
            continue;
        }
        if (!shell) continue;
        const auto comment = comment_in(line);
        std::string text = line.substr(0, comment);
        text.erase(text.find_last_not_of(' ') + 1);
        if (!text.empty()) commands.push_back({number, text, status_in(line.substr(comment))});
    }
    return commands;
}

std::string what_is_wrong_with(const std::string& example_command) {
    std::istringstream in(example_command);
    const std::vector<std::string> words{std::istream_iterator<std::string>(in), {}};
    if (words.size() < 4) return "no example is named";
    const auto names = examples_with("faasd.yaml");
    if (std::find(names.begin(), names.end(), words[3]) == names.end()) return "there is no example " + words[3];
    const std::string help = run({FAASD_EXECUTABLE, "example", words[2], "--help"}).out;
    for (const std::string& word : words)
        if (word.starts_with("--") && help.find("  " + word) == std::string::npos && help.find(',' + word) == std::string::npos)
            return "it has no option " + word;
    return "";
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
        text.replace(at, from.size(), to);
    return text;
}

}  // namespace faasd::test
