// The dependency rule of src/README.md, read from the includes.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace {

namespace fs = std::filesystem;

const fs::path kRoot = FAASD_SOURCE_DIR;

// Folder -> the folders that it may include besides itself.
const std::map<std::string, std::set<std::string>> kMayInclude{
    {"base", {}},
    {"model", {"base"}},
    {"items", {"base", "model"}},
    {"storage", {"base", "model"}},
    {"services/queue", {"base", "model", "storage"}},
    {"services/blob", {"base", "model", "storage"}},
    {"services/table", {"base", "model", "items", "storage"}},
    {"config", {"base", "model"}},
    {"runtime", {"base", "model"}},
    {"sources", {"base", "model", "items"}},
    {"gateway", {"base", "model"}},
    {"control", {"base", "model", "items"}},
    {"aws", {"base", "model", "items"}},
    {"daemon",
     {"base", "model", "items", "storage", "services/queue", "services/blob", "services/table", "config", "runtime",
      "sources", "gateway", "control", "aws"}},
    {"cli",
     {"base", "model", "items", "storage", "services/queue", "services/blob", "services/table", "config", "runtime",
      "sources", "gateway", "control", "aws", "daemon"}},
};

// Third party -> the only folders that may include it.
const std::vector<std::pair<std::regex, std::set<std::string>>> kConfined{
    {std::regex("boost/beast.*"), {"gateway"}},
    {std::regex("yaml-cpp/.*"), {"config"}},
    {std::regex("sqlite3\\.h"), {"storage", "services/queue", "services/blob", "services/table"}},
    {std::regex("dlfcn\\.h"), {"runtime"}},
    {std::regex("CLI/.*"), {"cli"}},
    {std::regex("pugixml\\.hpp"), {"aws"}},
};

struct Include {
    fs::path file;
    std::string name;
    bool quoted = false;
};

std::vector<Include> includes_of(const fs::path& folder) {
    static const std::regex line_of(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"].*)");
    std::vector<Include> all;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        const auto extension = entry.path().extension();
        if (extension != ".cpp" && extension != ".hpp" && extension != ".h") continue;
        std::ifstream file(entry.path());
        std::string line;
        std::smatch match;
        while (std::getline(file, line))
            if (std::regex_match(line, match, line_of)) all.push_back({entry.path(), match[2], match[1] == "\""});
    }
    return all;
}

std::string folder_of(const std::string& path) {
    for (const auto& [folder, unused] : kMayInclude)
        if (path.starts_with(folder + '/')) return folder;
    return {};
}

TEST(Architecture, every_folder_of_src_has_its_place_in_the_dependency_rule) {
    for (const auto& entry : fs::directory_iterator(kRoot / "src")) {
        if (!entry.is_directory() || entry.path().filename() == "services") continue;
        EXPECT_TRUE(kMayInclude.contains(entry.path().filename().string())) << entry.path();
    }
    for (const auto& entry : fs::directory_iterator(kRoot / "src" / "services"))
        EXPECT_TRUE(kMayInclude.contains("services/" + entry.path().filename().string())) << entry.path();
}

TEST(Architecture, a_folder_includes_only_what_stands_below_it) {
    for (const auto& [folder, allowed] : kMayInclude) {
        for (const Include& include : includes_of(kRoot / "src" / folder)) {
            if (!include.quoted) continue;
            const std::string target = folder_of(include.name);
            if (target.empty()) {
                EXPECT_TRUE(include.name.starts_with("faasd/")) << include.file << " includes " << include.name;
                continue;
            }
            EXPECT_TRUE(target == folder || allowed.contains(target))
                << include.file << " includes " << include.name << ": " << folder << " must not know " << target;
        }
    }
}

TEST(Architecture, a_library_is_included_only_where_it_belongs) {
    for (const auto& [folder, unused] : kMayInclude)
        for (const Include& include : includes_of(kRoot / "src" / folder))
            for (const auto& [library, homes] : kConfined)
                EXPECT_TRUE(!std::regex_match(include.name, library) || homes.contains(folder))
                    << include.file << " includes " << include.name;
}

TEST(Architecture, the_sdk_includes_nothing_of_the_daemon) {
    for (const Include& include : includes_of(kRoot / "include"))
        EXPECT_TRUE(folder_of(include.name).empty()) << include.file << " includes " << include.name;
}

TEST(Architecture, nobody_but_base_reads_the_system_clock) {
    static const std::regex clock(R"(.*(system_clock::now|\bgettimeofday\(|\btime\((nullptr|NULL|0)\)|CLOCK_REALTIME).*)");
    for (const auto& [folder, unused] : kMayInclude) {
        if (folder == "base") continue;
        for (const auto& entry : fs::recursive_directory_iterator(kRoot / "src" / folder)) {
            if (!entry.is_regular_file()) continue;
            // The crash handler may call nothing but what is async-signal-safe, so no virtual function either.
            if (entry.path().filename() == "crash_handler.cpp") continue;
            std::ifstream file(entry.path());
            std::string line;
            while (std::getline(file, line))
                EXPECT_FALSE(std::regex_match(line, clock)) << entry.path() << ": " << line;
        }
    }
}

}  // namespace
