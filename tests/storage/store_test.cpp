// A folder becomes a store, or is refused; what was written is there for readers and for the next start.
#include "storage/store.hpp"

#include <atomic>
#include <fstream>
#include <thread>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/store_fixture.hpp"

namespace faasd::storage {
namespace {

using test::open_store;
using test::put;
using test::StoreTest;
using test::TemporaryFolder;
using test::write;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

TEST_F(StoreTest, creates_its_folder_and_keeps_what_was_written) {
    const auto directory = folder_.path() / "a" / "b";
    {
        auto store = open_store(directory);
        ASSERT_TRUE(write(*store, put(*store, "key", "value")));
        EXPECT_EQ(store->get("test", "key"), "value");
        EXPECT_EQ(store->get("test", "other"), std::nullopt);
    }
    auto store = open_store(directory);
    EXPECT_EQ(store->get("test", "key"), "value");
}

TEST_F(StoreTest, state_is_kept_a_space_and_can_be_replaced_and_removed) {
    auto store = open_store(folder_.path());
    const std::string bytes("\0\xff", 2);
    ASSERT_TRUE(write(*store, [&](model::Transaction& transaction) -> base::Result<> {
        store->put_in(transaction, "one", "b", "1");
        store->put_in(transaction, "one", "a", bytes);
        store->put_in(transaction, "two", "a", "3");
        store->put_in(transaction, "one", "b", "");
        store->remove_in(transaction, "two", "a");
        return {};
    }));
    EXPECT_THAT(store->list("one"), ElementsAre(Pair("a", bytes), Pair("b", "")));
    EXPECT_TRUE(store->list("two").empty());
}

TEST_F(StoreTest, a_second_daemon_on_the_same_folder_is_told_who_holds_it) {
    auto store = open_store(folder_.path());
    const auto second = Store::open({.directory = folder_.path()});
    ASSERT_TRUE(second.has_error());
    EXPECT_THAT(second.error().message, HasSubstr("in use by process " + std::to_string(::getpid())));
    store.reset();
    EXPECT_TRUE(Store::open({.directory = folder_.path()}));
}

TEST_F(StoreTest, a_state_file_of_a_newer_version_is_refused_and_left_alone) {
    { auto store = open_store(folder_.path()); }
    {
        sqlite3* database = nullptr;
        ASSERT_EQ(sqlite3_open((folder_.path() / "state.sqlite").c_str(), &database), SQLITE_OK);
        ASSERT_EQ(sqlite3_exec(database, "PRAGMA user_version=99", nullptr, nullptr, nullptr), SQLITE_OK);
        sqlite3_close(database);
    }
    const auto opened = Store::open({.directory = folder_.path()});
    ASSERT_TRUE(opened.has_error());
    EXPECT_THAT(opened.error().message, HasSubstr("newer faasd"));
}

TEST_F(StoreTest, a_file_that_is_no_database_is_refused_and_left_alone) {
    const std::string text(10'000, 'x');
    std::ofstream(folder_.path() / "state.sqlite") << text;
    const auto opened = Store::open({.directory = folder_.path()});
    ASSERT_TRUE(opened.has_error());
    EXPECT_THAT(opened.error().message, HasSubstr("not a database"));
    EXPECT_EQ(std::filesystem::file_size(folder_.path() / "state.sqlite"), text.size());
}

TEST_F(StoreTest, a_database_of_another_program_is_refused) {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open((folder_.path() / "state.sqlite").c_str(), &database), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(database, "CREATE TABLE theirs(x)", nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(database);
    const auto opened = Store::open({.directory = folder_.path()});
    ASSERT_TRUE(opened.has_error());
    EXPECT_THAT(opened.error().message, HasSubstr("another program"));
}

TEST_F(StoreTest, a_folder_that_cannot_be_made_is_refused_with_its_name) {
    std::ofstream(folder_.path() / "file") << "x";
    const auto opened = Store::open({.directory = folder_.path() / "file" / "data"});
    ASSERT_TRUE(opened.has_error());
    EXPECT_THAT(opened.error().message, HasSubstr("file/data"));
}

TEST_F(StoreTest, many_threads_write_and_read_at_once) {
    auto store = open_store(folder_.path());
    constexpr int threads = 8;
    constexpr int writes = 200;
    std::vector<std::thread> running;
    std::atomic<int> missing = 0;
    for (int t = 0; t < threads; ++t) {
        running.emplace_back([&, t] {
            for (int i = 0; i < writes; ++i) {
                const std::string key = std::to_string(t) + '/' + std::to_string(i);
                if (!write(*store, put(*store, key, key)) || store->get("test", key) != key) ++missing;
            }
        });
    }
    for (auto& thread : running)
        thread.join();
    EXPECT_EQ(missing, 0);
    EXPECT_EQ(store->list("test").size(), static_cast<std::size_t>(threads * writes));
}

TEST_F(StoreTest, a_reader_that_began_sees_one_snapshot) {
    auto store = open_store(folder_.path());
    ASSERT_TRUE(write(*store, put(*store, "key", "old")));
    auto reader = store->read();
    reader.begin();
    const auto value = [&] {
        auto statement = reader->prepare("SELECT value FROM state WHERE space = 'test' AND key = 'key'");
        statement.step();
        return std::string(statement.blob(0));
    };
    EXPECT_EQ(value(), "old");
    ASSERT_TRUE(write(*store, put(*store, "key", "new")));
    EXPECT_EQ(value(), "old");
    EXPECT_EQ(store->get("test", "key"), "new");
}

TEST_F(StoreTest, a_reader_cannot_write) {
    auto store = open_store(folder_.path());
    auto reader = store->read();
    EXPECT_THROW(reader->execute("DELETE FROM state"), StoreError);
}

TEST_F(StoreTest, the_log_stays_short_under_a_continuous_load) {
    StoreOptions options;
    options.checkpoint_bytes = 1 << 20;
    auto store = open_store(folder_.path(), options);
    const std::string value(100'000, 'v');
    std::atomic<int> open = 0;
    for (int i = 0; i < 3000; ++i) {  // 300 MB
        while (open > 16)
            std::this_thread::yield();
        ++open;
        store->write(put(*store, std::to_string(i % 50), value), [&](base::Result<> result) {
            EXPECT_TRUE(result);
            --open;
        });
    }
    ASSERT_TRUE(write(*store, put(*store, "last", "1")));
    EXPECT_LT(std::filesystem::file_size(folder_.path() / "state.sqlite-wal"), 64u << 20);
}

TEST_F(StoreTest, what_a_killed_process_had_acknowledged_is_there_at_the_next_start) {
    TemporaryFolder copy;
    {
        auto store = open_store(folder_.path());
        ASSERT_TRUE(write(*store, put(*store, "key", "value")));
        for (const char* file : {"state.sqlite", "state.sqlite-wal"}) {
            std::filesystem::copy(folder_.path() / file, copy.path() / file);
        }
    }
    auto store = open_store(copy.path());
    EXPECT_EQ(store->get("test", "key"), "value");
}

TEST_F(StoreTest, tables_of_an_engine_are_made_once_and_bad_sql_is_reported) {
    auto store = open_store(folder_.path());
    store->migrate("CREATE TABLE IF NOT EXISTS t(x); CREATE TABLE IF NOT EXISTS u(x)");
    store->migrate("CREATE TABLE IF NOT EXISTS t(x); CREATE TABLE IF NOT EXISTS u(x)");
    EXPECT_THROW(store->migrate("CREATE TABLE nonsense"), std::system_error);
}

}  // namespace
}  // namespace faasd::storage
