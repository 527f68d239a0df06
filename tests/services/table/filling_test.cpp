// What takes many jobs of the writer, since a table has many items: filling an index, and applying another TTL attribute.
#include <atomic>
#include <future>

#include "services/table/table_fixture.hpp"

namespace faasd::table::test {
namespace {

using testing::ElementsAre;

// A definition with an index, on a table with so many items that filling it takes several jobs.
struct FilledTables : TableTest {
    static constexpr int kItems = 2200;
    model::TableDefinition with_index = hash_table();

    FilledTables() {
        with_index.indexes.push_back(index("by_city", string_key("city")));
        ensure(hash_table()).value();
        for (int i = 0; i < kItems; i += 25) {
            std::vector<model::WriteAction> actions;
            for (int j = i; j < i + 25; ++j) {
                model::PutItem put;
                put.table = "users";
                put.item = item(R"({"city":"Bonn","due":5,"id":")" + std::to_string(10000 + j) + R"("})");
                actions.emplace_back(std::move(put));
            }
            batch(std::move(actions)).value();
        }
    }
    std::size_t entries() {
        auto reader = store->read();
        auto row = reader->prepare("SELECT count(*) FROM table_index_entries");
        row.step();
        return static_cast<std::size_t>(row.integer(0));
    }
};

TEST_F(FilledTables, take_the_writes_of_others_while_an_index_is_filled) {
    std::promise<base::Result<>> filled, written;
    auto is_filled = std::make_shared<std::atomic<bool>>(false);
    std::atomic<bool> came_before{false};
    std::string while_filling;
    tables->ensure(with_index, [&, is_filled](base::Result<> result) {
        *is_filled = true;
        filled.set_value(std::move(result));
    });
    model::PutItem put;
    put.table = "users";
    put.item = item(R"({"city":"Ulm","id":"99999"})");
    tables->put(put, [&](const auto& result) {
        came_before = !*is_filled;
        model::Scan scan;
        scan.table = "users";
        scan.index = "by_city";
        while_filling = message(tables->scan(scan));
        written.set_value(result ? base::Result<>{} : base::Result<>(result.error()));
    });
    written.get_future().get().value();
    filled.get_future().get().value();
    EXPECT_TRUE(came_before);
    EXPECT_EQ(while_filling, "Cannot read from backfilling global secondary index: by_city");
    EXPECT_EQ(entries(), kItems + 1U);
}

TEST_F(FilledTables, keep_an_index_right_whose_items_change_while_it_is_filled) {
    std::promise<base::Result<>> filled;
    tables->ensure(with_index, [&](base::Result<> result) { filled.set_value(std::move(result)); });
    put("users", R"({"id":"10000","city":"Ulm"})").value();  // among the first that are entered
    put("users", R"({"id":"12000","city":"Ulm"})").value();  // among the last
    erase("users", R"({"id":"10001"})").value();
    erase("users", R"({"id":"12001"})").value();
    filled.get_future().get().value();
    EXPECT_EQ(entries(), kItems - 2U);
    model::Query query;
    query.table = "users";
    query.index = "by_city";
    query.key_condition = "city = :c";
    query.names.values = item(R"({":c":"Ulm"})");
    EXPECT_THAT(column(tables->query(query).value().items, "id"), ElementsAre(R"("10000")", R"("12000")"));
}

TEST_F(FilledTables, go_on_filling_an_index_after_a_restart) {
    std::promise<base::Result<>> cut_short;
    tables->ensure(with_index, [&](base::Result<> result) { cut_short.set_value(std::move(result)); });
    tables.reset();
    if (const auto result = cut_short.get_future().get(); result.has_error()) {
        EXPECT_EQ(result.error().code, std::errc::operation_canceled);
    }
    tables = std::make_unique<TableEngine>(*store, clock, timers);
    ensure(with_index).value();
    EXPECT_EQ(entries(), static_cast<std::size_t>(kItems));
    model::Scan scan;
    scan.table = "users";
    scan.index = "by_city";
    EXPECT_TRUE(tables->scan(scan));
}

TEST_F(FilledTables, resume_by_themselves_what_a_kill_cut_short) {
    // As a kill leaves it: the definition says that the index is not filled yet.
    ensure(with_index).value();
    storage::test::write(*store, [](model::Transaction& transaction) -> base::Result<> {
        storage::connection_of(transaction)
            .execute("DELETE FROM table_index_entries WHERE item_hash > '11000';"
                     "UPDATE table_definitions SET version = 1,"
                     " definition = replace(definition, '\"include\"', '\"building\":true,\"include\"')");
        return {};
    }).value();
    reopen();
    for (int i = 0; i < 20; ++i) settle();
    EXPECT_EQ(entries(), static_cast<std::size_t>(kItems));
    EXPECT_FALSE(scan_all("users", "by_city").empty());
}

TEST_F(FilledTables, take_the_writes_of_others_while_another_ttl_attribute_is_applied) {
    auto expiring = hash_table();
    expiring.ttl_attribute = "due";
    clock.set(base::TimePoint{std::chrono::seconds{10}});
    std::promise<base::Result<>> applied;
    tables->ensure(expiring, [&](base::Result<> result) { applied.set_value(std::move(result)); });
    put("users", R"({"id":"99999","due":20})").value();
    put("users", R"({"id":"12100","due":20})").value();
    applied.get_future().get().value();
    EXPECT_THAT(column(scan_all("users"), "id"), ElementsAre(R"("12100")", R"("99999")"));
}

TEST_F(FilledTables, apply_the_last_of_several_ttl_attributes) {
    clock.set(base::TimePoint{std::chrono::seconds{10}});
    auto first = hash_table();
    first.ttl_attribute = "due";
    auto second = hash_table();
    second.ttl_attribute = "other";
    std::promise<base::Result<>> one, two;
    tables->ensure(first, [&](base::Result<> result) { one.set_value(std::move(result)); });
    tables->ensure(second, [&](base::Result<> result) { two.set_value(std::move(result)); });
    one.get_future().get().value();
    two.get_future().get().value();
    model::Scan scan;
    scan.table = "users";
    scan.count_only = true;
    EXPECT_EQ(tables->scan(scan).value().count, static_cast<std::uint64_t>(kItems));
}

}  // namespace
}  // namespace faasd::table::test
