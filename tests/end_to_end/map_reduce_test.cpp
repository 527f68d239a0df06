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

TEST(MapReduce, counts_the_words_of_a_book_as_tr_sort_and_uniq_do_with_1_4_and_32_mappers) {
    const std::string book = FAASD_SOURCE_DIR "/tests/data/king-james-bible.txt";
    const auto wanted = run({"/bin/sh", "-c",
                             "LC_ALL=C tr -cs A-Za-z '\\n' <'" + book +
                                 "' | LC_ALL=C sort | LC_ALL=C uniq -c | awk 'NF == 2 { print $1, $2 }'"});
    ASSERT_EQ(wanted.exit_code, 0) << wanted.err;

    const TemporaryFolder data;
    DaemonProcess daemon(FAASD_SOURCE_DIR "/examples/map-reduce",
                         {"--log-level", "warn", "--data-dir", data.path().string()});
    ASSERT_TRUE(daemon.running()) << daemon.log();
    const std::string text = contents(book);
    const std::vector<std::string> keys{"1/book.txt", "4/book.txt", "32/book.txt"};
    for (const auto& key : keys)
        ASSERT_LT(daemon.control("PUT", "buckets/texts/objects/" + key, text).status, 300);
    for (const auto& key : keys) {
        const std::string result = "buckets/counts/objects/result/" + key;
        ASSERT_TRUE(eventually([&] { return daemon.control("HEAD", result).status == 200; }, std::chrono::minutes{2}))
            << key << " never ends: " << daemon.log();
        EXPECT_TRUE(daemon.control("GET", result).body == wanted.out) << key << " is counted otherwise";
    }
}

}  // namespace
