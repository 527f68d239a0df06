#include "storage/store.hpp"

#include <atomic>
#include <fstream>
#include <future>
#include <latch>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/temporary_store.hpp"

namespace faasd::storage {
namespace {

using test::open_store;
using test::put;
using test::TemporaryFolder;
using test::write;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

class StoreTest : public testing::Test {
  protected:
    // Holds the writer inside a job, so that what is handed in meanwhile lands in one group.
    class Gate {
      public:
        explicit Gate(Store& store) {
            std::promise<void> inside;
            auto entered = inside.get_future();
            store.write(
                [inside = std::move(inside),
                 opened = opened_.get_future()](model::Transaction&) mutable -> base::Result<> {
                    inside.set_value();
                    opened.wait();
                    return {};
                },
                {});
            entered.wait();
        }
        void open() { opened_.set_value(); }

      private:
        std::promise<void> opened_;
    };

    TemporaryFolder folder_;
};

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

TEST_F(StoreTest, a_job_that_fails_after_writing_is_undone_without_harming_its_neighbours) {
    auto store = open_store(folder_.path());
    for (const std::string order : {"first", "middle"}) {
        Gate gate(*store);
        std::promise<base::Result<>> failed;
        std::promise<base::Result<>> thrown;
        std::promise<base::Result<>> after;
        if (order == "middle") store->write(put(*store, order + " before", "1"), {});
        store->write(
            [&](model::Transaction& transaction) -> base::Result<> {
                store->put_in(transaction, "test", order + " failed", "1");
                transaction.after_commit([] { ADD_FAILURE() << "called for a job that failed"; });
                return base::Error(std::make_error_code(std::errc::invalid_argument), "refused");
            },
            [&](base::Result<> result) { failed.set_value(std::move(result)); });
        store->write(
            [&](model::Transaction& transaction) -> base::Result<> {
                store->put_in(transaction, "test", order + " thrown", "1");
                connection_of(transaction).execute("INSERT INTO no_such_table VALUES(1)");
                return {};
            },
            [&](base::Result<> result) { thrown.set_value(std::move(result)); });
        store->write(put(*store, order + " after", "1"),
                     [&](base::Result<> result) { after.set_value(std::move(result)); });
        gate.open();
        EXPECT_EQ(failed.get_future().get().error().message, "refused");
        EXPECT_THAT(thrown.get_future().get().error().message, HasSubstr("no_such_table"));
        EXPECT_TRUE(after.get_future().get());
    }
    EXPECT_THAT(store->list("test"),
                ElementsAre(Pair("first after", "1"), Pair("middle after", "1"), Pair("middle before", "1")));
}

TEST_F(StoreTest, what_a_group_adds_to_a_number_is_written_once_and_without_what_failed_jobs_added) {
    auto store = open_store(folder_.path());
    store->migrate(
        "CREATE TABLE sums(key INTEGER PRIMARY KEY, total INTEGER NOT NULL);"
        "CREATE TABLE updates(x);"
        "INSERT INTO sums VALUES(7, 0);"
        "CREATE TRIGGER count_them AFTER UPDATE ON sums BEGIN INSERT INTO updates VALUES(1); END");
    const auto add = [&](std::int64_t by, bool fails) {
        return [&store, by, fails](model::Transaction& transaction) -> base::Result<> {
            if (!fails) write_transaction(transaction).will_succeed();
            store->put_in(transaction, "test", std::to_string(by), "1");
            write_transaction(transaction).add_at_end("UPDATE sums SET total = total + ?1 WHERE key = ?2", 7, by);
            if (fails) return base::Error(std::make_error_code(std::errc::invalid_argument), "refused");
            return {};
        };
    };
    {
        Gate gate(*store);
        for (const std::int64_t by : {1, 2, 4})
            store->write(add(by, false), {});
        store->write(add(8, true), {});
        store->write(add(16, false), {});
        gate.open();
    }
    ASSERT_TRUE(write(*store, put(*store, "last", "1")));
    auto reader = store->read();
    auto row = reader->prepare("SELECT total, (SELECT count(*) FROM updates) FROM sums");
    ASSERT_TRUE(row.step());
    EXPECT_EQ(row.integer(0), 1 + 2 + 4 + 16);
    EXPECT_EQ(row.integer(1), 1);
    EXPECT_EQ(store->get("test", "8"), std::nullopt);
    EXPECT_EQ(store->get("test", "16"), "1");
}

TEST_F(StoreTest, a_job_that_breaks_its_word_to_succeed_takes_those_before_it_in_its_group_with_it) {
    auto store = open_store(folder_.path());
    std::promise<base::Result<>> before, broken, after;
    {
        Gate gate(*store);
        store->write(put(*store, "before", "1"), [&](base::Result<> result) { before.set_value(std::move(result)); });
        store->write(
            [&](model::Transaction& transaction) -> base::Result<> {
                write_transaction(transaction).will_succeed();
                store->put_in(transaction, "test", "broken", "1");
                throw std::out_of_range("beyond");
            },
            [&](base::Result<> result) { broken.set_value(std::move(result)); });
        store->write(put(*store, "after", "1"), [&](base::Result<> result) { after.set_value(std::move(result)); });
        gate.open();
    }
    EXPECT_TRUE(before.get_future().get().has_error());
    EXPECT_THAT(broken.get_future().get().error().message, HasSubstr("beyond"));
    EXPECT_TRUE(after.get_future().get());
    EXPECT_THAT(store->list("test"), ElementsAre(Pair("after", "1")));
}

TEST_F(StoreTest, any_exception_of_a_job_is_its_error_and_the_store_lives) {
    auto store = open_store(folder_.path());
    const auto result = write(*store, [&](model::Transaction& transaction) -> base::Result<> {
        store->put_in(transaction, "test", "key", "1");
        throw std::out_of_range("beyond");
    });
    ASSERT_TRUE(result.has_error());
    EXPECT_THAT(result.error().message, HasSubstr("beyond"));
    EXPECT_EQ(store->get("test", "key"), std::nullopt);
    EXPECT_TRUE(write(*store, put(*store, "key", "2")));
}

TEST_F(StoreTest, callbacks_run_after_the_commit_and_before_the_completions) {
    auto store = open_store(folder_.path());
    std::vector<std::string> seen;
    std::optional<std::string> value;
    ASSERT_TRUE(base::wait_for<void>([&](base::Completion<> done) {
        store->write(
            [&](model::Transaction& transaction) -> base::Result<> {
                store->put_in(transaction, "test", "key", "value");
                transaction.after_commit([&] {
                    seen.push_back("callback");
                    value = store->get("test", "key");
                });
                return {};
            },
            [&, done = std::move(done)](base::Result<> result) mutable {
                seen.push_back("completion");
                done(std::move(result));
            });
    }));
    EXPECT_THAT(seen, ElementsAre("callback", "completion"));
    EXPECT_EQ(value, "value");
}

TEST_F(StoreTest, jobs_run_in_the_order_in_which_they_were_handed_in) {
    auto store = open_store(folder_.path());
    std::vector<int> order;
    for (int i = 0; i < 10'000; ++i) {
        store->write(
            [&order, i](model::Transaction&) -> base::Result<> {
                order.push_back(i);
                return {};
            },
            {});
    }
    ASSERT_TRUE(write(*store, [](model::Transaction&) -> base::Result<> { return {}; }));
    ASSERT_EQ(order.size(), 10'000u);
    EXPECT_TRUE(std::ranges::is_sorted(order));
}

TEST_F(StoreTest, closing_commits_what_was_handed_in_also_by_completions) {
    {
        auto store = open_store(folder_.path());
        Gate gate(*store);
        store->write(put(*store, "one", "1"),
                     [&s = *store](base::Result<>) { s.write(put(s, "two", "2"), {}); });
        gate.open();
    }
    auto store = open_store(folder_.path());
    EXPECT_THAT(store->list("test"), ElementsAre(Pair("one", "1"), Pair("two", "2")));
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
