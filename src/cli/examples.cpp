#include "cli/examples.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

#include "base/text.hpp"
#include "cli/cli.hpp"

namespace faasd::cli {
namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

// "# crawler\n\nOnce an hour the profiles…" -> "Once an hour the profiles…"; "# crawler: once an hour" -> "once an hour"
std::string summary_of(const fs::path& readme) {
    std::ifstream in(readme);
    std::string title, line;
    std::getline(in, title);
    while (std::getline(in, line))
        if (!line.empty()) break;
    const auto colon = title.find(": ");
    if (colon != std::string::npos) return title.substr(colon + 2);
    return line.starts_with("```") ? "" : line;
}

Example example_in(const fs::path& folder) {
    Example example;
    example.folder = fs::weakly_canonical(folder);
    example.name = example.folder.filename().string();
    example.summary = summary_of(folder / "README.md");
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder, ignored))
        if (fs::exists(entry.path() / "faasd.yaml", ignored)) example.beside.push_back(fs::canonical(entry.path(), ignored));
    std::sort(example.beside.begin(), example.beside.end());
    return example;
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
        text.replace(at, from.size(), to);
}

// The schema's path holds only in this tree.
std::string without_schema(std::string text) {
    if (text.starts_with("# yaml-language-server:")) text.erase(0, std::min(text.size(), text.find('\n') + 1));
    return text;
}

bool is_text(const fs::path& file) {
    const auto extension = file.extension();
    return extension.empty() || extension == ".sh" || extension == ".yaml" || extension == ".cpp" || extension == ".hpp";
}

}  // namespace

bool Example::has(const char* script) const {
    std::error_code ignored;
    return fs::exists(folder / script, ignored);
}

fs::path Example::configuration(const std::string& database) const {
    std::error_code ignored;
    if (database.empty()) return folder / "faasd.yaml";
    if (const auto file = folder / (database + ".yaml"); fs::exists(file, ignored)) return file;
    throw CommandError("the example " + name + " has no " + database + ".yaml: it knows no other database than its own",
                       kWrongUsage);
}

void Example::require_samples() const {
    constexpr std::string_view kSample = "sample/";
    const auto part_of_name = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
               c == '_' || c == '/';
    };
    std::error_code ignored;
    for (const char* script : {"feed", "check", "load"}) {
        const std::string text = read_file(folder / script);
        for (std::size_t at = 0; (at = text.find("$EXAMPLE/sample/", at)) != std::string::npos;) {
            at = text.find(kSample, at);
            std::size_t end = at + kSample.size();
            while (end < text.size() && part_of_name(text[end]))
                ++end;
            const std::string file = text.substr(at, end - at);
            if (!fs::exists(folder / file, ignored))
                throw CommandError("the example " + name + " lacks " + file + ", which its " + script +
                                   " reads: put it back (git checkout, or install faasd again)");
            at = end;
        }
    }
}

fs::path examples_folder() {
    std::error_code error;
    const auto self = fs::read_symlink("/proc/self/exe", error);
    const auto installed = self.parent_path().parent_path() / "share" / "faasd" / "examples";
    if (!error && fs::is_directory(installed, error)) return installed;
    return FAASD_EXAMPLES_DIR;
}

std::vector<Example> bundled_examples() {
    std::vector<Example> found;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(examples_folder(), error))
        if (fs::exists(entry.path() / "faasd.yaml", error)) found.push_back(example_in(entry.path()));
    if (found.empty())
        throw CommandError("there are no examples in " + examples_folder().string() + ": install faasd with them");
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    return found;
}

Example find_example(const std::string& name) {
    std::error_code ignored;
    if (name.find('/') != std::string::npos || name == ".") {
        if (fs::exists(fs::path(name) / "faasd.yaml", ignored)) return example_in(name);
        throw CommandError(name + ": there is no faasd.yaml in this folder", kWrongUsage);
    }
    std::vector<std::string> names;
    for (auto& example : bundled_examples()) {
        if (example.name == name) return std::move(example);
        names.push_back(example.name);
    }
    const auto meant = base::closest(name, names);
    throw CommandError("there is no example '" + name + "'" + (meant ? "; did you mean '" + *meant + "'?" : "") +
                           "\nfaasd example list shows them all.",
                       kWrongUsage);
}

std::vector<fs::path> copy_example(const Example& example, const fs::path& to) {
    std::error_code error;
    if (fs::exists(to, error) && (!fs::is_directory(to, error) || !fs::is_empty(to, error)))
        throw CommandError(to.string() + " is there already and is not an empty folder");
    // What examples share lies above them, and comes along where one of this example's files names it.
    std::vector<fs::path> shared;
    std::set<fs::path> files, wanted;
    for (const auto& entry : fs::directory_iterator(example.folder.parent_path(), error)) {
        if (!entry.is_regular_file()) continue;
        shared.push_back(entry.path());
        if (example.has((entry.path().stem().string() + ".yaml").c_str())) wanted.insert(entry.path());  // a database
    }
    const auto copy = [&](const fs::path& from, const fs::path& file) {
        fs::create_directories(file.parent_path(), error);
        if (is_text(from)) {
            std::string text = without_schema(read_file(from));
            for (const auto& one : shared) {
                const std::string name = one.filename().string(), above = "../" + name;
                if (file.parent_path() != to || text.find(above) == std::string::npos) continue;
                replace_all(text, above, name);
                wanted.insert(one);
            }
            std::ofstream(file, std::ios::binary) << text;
            fs::permissions(file, fs::status(from).permissions() | fs::perms::owner_write, error);
        } else {
            fs::copy_file(from, file, error);
        }
        if (!fs::exists(file, error)) throw CommandError(file.string() + ": it could not be written");
        files.insert(file);
    };
    for (auto at = fs::recursive_directory_iterator(example.folder); at != fs::recursive_directory_iterator(); ++at) {
        const fs::path copied = to / at->path().lexically_relative(example.folder);
        if (at->path().filename() == ".faasd") {
            at.disable_recursion_pending();
        } else if (at->is_directory()) {
            fs::create_directories(copied, error);
        } else if (at->is_regular_file()) {
            copy(at->path(), copied);
        }
    }
    for (const auto& one : wanted)
        copy(one, to / one.filename());
    return {files.begin(), files.end()};
}

}  // namespace faasd::cli
