// What the writer promises about jobs: their order, their groups, their failures and who is told.
#include <algorithm>
#include <future>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/store_fixture.hpp"

namespace faasd::storage {
namespace {

using test::open_store;
using test::put;
using test::StoreTest;
using test::write;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

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

}  // namespace
}  // namespace faasd::storage
