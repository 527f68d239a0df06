// What is made from the parser's tables: the committed files are up to date, and say what the parser does.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "config/config.hpp"
#include "config/sections.hpp"
#include "config_support.hpp"

namespace faasd::config {
namespace {

using ::testing::HasSubstr;

std::string content(const std::filesystem::path& path) {
    std::ifstream input(path, std::ios::binary);
    std::stringstream text;
    text << input.rdbuf();
    return text.str();
}

void expect_current(const char* name, const std::string& wanted) {
    const auto path = std::filesystem::path(FAASD_SOURCE_DIR) / "docs" / name;
    if (std::getenv("FAASD_WRITE_DOCS")) std::ofstream(path, std::ios::binary) << wanted;
    EXPECT_TRUE(content(path) == wanted)
        << "docs/" << name << " is out of date: run this program with FAASD_WRITE_DOCS=1 and commit it";
}

TEST(Documents, are_what_the_parsers_tables_say) {
    expect_current("faasd.schema.json", json_schema());
    expect_current("configuration.md", reference_page());
}

// Every default that the documents state is what the parser takes when the key is missing.
TEST(Documents, name_defaults_that_change_nothing_when_written_down) {
    const auto schema = nlohmann::json::parse(json_schema());
    std::string text = "queues: { q.fifo: {";
    for (const auto& [key, field] : schema["definitions"]["queues"]["properties"].items())
        if (field.contains("default") && key != "fifo") text += key + ": " + field["default"].dump() + ", ";
    const model::App app = testing::app_of(text + "} }\nhttp: {}\n");
    EXPECT_EQ(app.queues[0].attributes, testing::app_of("queues: [q.fifo]").queues[0].attributes);

    text = "http: {";
    for (const auto& [key, field] : schema["definitions"]["http"]["properties"].items())
        text += key + ": " + field["default"].dump() + ", ";
    const model::HttpLimits limits = testing::app_of(text + "}").http, defaults;
    EXPECT_EQ(limits.max_body, defaults.max_body);
    EXPECT_EQ(limits.max_header, defaults.max_header);
    EXPECT_EQ(limits.header_timeout, defaults.header_timeout);
    EXPECT_EQ(limits.body_timeout, defaults.body_timeout);
    EXPECT_EQ(limits.idle_timeout, defaults.idle_timeout);
    EXPECT_EQ(limits.write_timeout, defaults.write_timeout);
    EXPECT_EQ(limits.max_connections, defaults.max_connections);
}

TEST(Documents, have_keys_and_choices_that_the_parser_knows) {
    const auto schema = nlohmann::json::parse(json_schema());
    std::vector<std::string> keys;
    for (const auto& [key, field] : schema["properties"].items())
        keys.push_back(key);
    for (const std::string& key : app_section().description().keys())
        EXPECT_THAT(keys, ::testing::Contains(key));
    for (const char* name : {"functions", "queues", "queues-consumer", "queues-dead_letter_queue", "buckets",
                             "buckets-notifications", "tables", "tables-indexes", "tables-stream",
                             "schedules", "watches", "http", "cors", "routes", "authorizers", "policy",
                             "policy-Statement"}) {
        ASSERT_TRUE(schema["definitions"].contains(name)) << name;
        EXPECT_FALSE(schema["definitions"][name]["additionalProperties"].get<bool>()) << name;
    }
    EXPECT_THAT(schema["definitions"]["queues-consumer"]["required"].dump(), HasSubstr("function"));
}

class ConfigFolder : public ::testing::Test {
  protected:
    void SetUp() override {
        std::string name = (std::filesystem::temp_directory_path() / "faasd_config_XXXXXX").string();
        ASSERT_TRUE(mkdtemp(name.data()));
        folder = name;
    }
    void TearDown() override { std::filesystem::remove_all(folder); }
    std::string first_mistake(const std::filesystem::path& path) const {
        const LoadResult result = load(path, {});
        return result.diagnostics.empty() ? "none" : render(result.diagnostics.front());
    }
    std::filesystem::path folder;
};

TEST_F(ConfigFolder, is_loaded_by_its_name_or_its_files_name) {
    std::ofstream(folder / "faasd.yaml") << "functions: { f: hello.cpp }\n";
    std::ofstream(folder / "hello.cpp") << "\n";
    for (const auto& path : {folder, folder / "faasd.yaml", folder / ""}) {
        const LoadResult result = load(path, {});
        ASSERT_TRUE(result.app) << path;
        EXPECT_TRUE(result.diagnostics.empty());
        EXPECT_EQ(result.app->file, folder / "faasd.yaml");
        EXPECT_EQ(result.app->folder, folder);
        EXPECT_EQ(result.app->name, folder.filename().string());
        EXPECT_EQ(result.app->functions[0].sources[0], folder / "hello.cpp");
    }
}

TEST_F(ConfigFolder, without_a_readable_file_says_so) {
    EXPECT_THAT(first_mistake(folder),
                HasSubstr("error: this folder has no faasd.yaml\n  hint: `faasd init NAME`"));
    EXPECT_THAT(first_mistake(folder / "other.yaml"), HasSubstr("other.yaml: error: there is no such file"));
    EXPECT_THAT(first_mistake("/dev/zero"), HasSubstr("error: this is not a regular file"));
}

TEST_F(ConfigFolder, with_a_source_of_another_name_warns_and_guesses) {
    std::ofstream(folder / "hello.cpp") << "\n";
    std::ofstream(folder / "faasd.yml") << "functions: { f: helo.cpp }\n";
    EXPECT_TRUE(load(folder, {}).app);
    EXPECT_THAT(first_mistake(folder),
                HasSubstr("faasd.yml:1:17: warning: the source 'helo.cpp' does not exist"));
    EXPECT_THAT(first_mistake(folder), HasSubstr("hint: did you mean 'hello.cpp'?"));
}

}  // namespace
}  // namespace faasd::config
