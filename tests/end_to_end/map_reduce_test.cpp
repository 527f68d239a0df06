// The map-reduce example over a whole book, beside the tools that everybody has.
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "support/daemon_process.hpp"

namespace {

using namespace faasd::test;

std::string contents(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return std::move(text).str();
}

class MapReduce : public testing::Test {
  protected:
    void SetUp() override {
        const auto counted =
            run({"/bin/sh", "-c",
                 "LC_ALL=C tr -cs A-Za-z '\\n' <'" + book_ +
                     "' | LC_ALL=C sort | LC_ALL=C uniq -c | awk 'NF == 2 { print $1, $2 }'"});
        ASSERT_EQ(counted.exit_code, 0) << counted.err;
        wanted_ = counted.out;
        ASSERT_TRUE(daemon_.running()) << daemon_.log();
    }
    bool put(const std::string& key) {
        return daemon_.control("PUT", "buckets/texts/objects/" + key, contents(book_)).status / 100 == 2;
    }
    // What is counted in the end; empty where that never comes. The daemon may be away for a moment.
    std::string counts(const std::string& key) {
        std::string found;
        EXPECT_TRUE(eventually(
            [&] {
                auto response = daemon_.control("GET", "buckets/counts/objects/result/" + key);
                if (response.status == 200) found = std::move(response.body);
                return response.status == 200;
            },
            std::chrono::minutes{2}))
            << key << " never ends: " << daemon_.log();
        return found;
    }

    const std::string book_ = FAASD_SOURCE_DIR "/tests/data/king-james-bible.txt";
    const TemporaryFolder data_;
    DaemonProcess daemon_{FAASD_SOURCE_DIR "/examples/map-reduce",
                          {"--log-level", "warn", "--data-dir", data_.path().string()}};
    std::string wanted_;  // as the tools count
};

TEST_F(MapReduce, counts_the_words_of_a_book_as_tr_sort_and_uniq_do_with_1_4_and_32_mappers) {
    const std::vector<std::string> keys{"1/book.txt", "4/book.txt", "32/book.txt"};
    for (const auto& key : keys)
        ASSERT_TRUE(put(key));
    for (const auto& key : keys)
        EXPECT_TRUE(counts(key) == wanted_) << key << " is counted otherwise";
}

TEST_F(MapReduce, counts_the_same_though_two_of_its_mappers_kill_the_daemon) {
    ASSERT_TRUE(put("4/crash.txt"));
    EXPECT_TRUE(counts("4/crash.txt") == wanted_);
    EXPECT_NE(daemon_.log().find("function map crashed the daemon (SIGABRT"), std::string::npos)
        << "nobody killed it: " << daemon_.log();
    EXPECT_TRUE(eventually([&] {
        std::error_code ignored;
        return std::filesystem::directory_iterator(data_.path() / "crashes", ignored) !=
               std::filesystem::directory_iterator();
    })) << "there is no report";
}

}  // namespace
