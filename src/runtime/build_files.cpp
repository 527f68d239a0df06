#include "runtime/build_files.hpp"

#include <fstream>
#include <sstream>
#include <utility>

#include "base/random.hpp"

namespace faasd::runtime {
namespace fs = std::filesystem;

std::vector<fs::path> parse_depfile(const fs::path& file) {
    std::ifstream in(file);
    std::stringstream buffer;
    buffer << in.rdbuf();
    const std::string text = buffer.str();
    std::vector<fs::path> paths;
    std::string word;
    std::size_t i = text.find(": ");
    if (i == std::string::npos) return paths;
    for (i += 2; i <= text.size(); ++i) {
        const char c = i < text.size() ? text[i] : '\n';
        if (c == '\\' && i + 1 < text.size() && text[i + 1] != '\n') {
            word += text[++i];
        } else if (c == ' ' || c == '\n' || c == '\\') {
            if (!word.empty()) paths.emplace_back(std::exchange(word, {}));
        } else {
            word += c;
        }
    }
    return paths;
}

std::vector<std::string> read_lines(const fs::path& file) {
    std::ifstream in(file);
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);)
        lines.push_back(line);
    return lines;
}

void write_lines(const fs::path& file, const std::vector<std::string>& lines) {
    const fs::path fresh = file.string() + '.' + base::random_hex(8);
    {
        std::ofstream out(fresh);
        for (const auto& line : lines)
            out << line << '\n';
    }
    std::error_code ignored;
    fs::rename(fresh, file, ignored);
}

}  // namespace faasd::runtime
