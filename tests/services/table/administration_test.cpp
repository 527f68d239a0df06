// Creating, changing and removing tables.
#include <atomic>
#include <future>

#include "services/table/table_fixture.hpp"

namespace faasd::table::test {
namespace {

using model::TableErrc;
using testing::ElementsAre;
using testing::HasSubstr;

struct Tables : TableTest {};

TEST_F(Tables, are_listed_by_name_and_described_as_they_were_created) {
    auto definition = range_table();
    definition.indexes.push_back(index("by_state", string_key("state"), number_key("at")));
    definition.ttl_attribute = "expires";
    definition.stream = model::StreamView::new_and_old_images;
    create(definition).value();
    create(hash_table()).value();
    EXPECT_THAT(tables->list(), ElementsAre("orders", "users"));
    EXPECT_EQ(tables->info("orders").value().definition, definition);
    EXPECT_EQ(tables->info("orders").value().created_at, clock.now());
}

TEST_F(Tables, cannot_be_created_twice) {
    create(hash_table()).value();
    const auto again = create(hash_table());
    EXPECT_EQ(code(again), TableErrc::table_exists);
    EXPECT_EQ(message(again), "Table already exists: users");
}

TEST_F(Tables, know_how_many_items_and_bytes_they_have) {
    create(hash_table()).value();
    put("users", R"({"id":"a","x":"12345"})").value();
    put("users", R"({"id":"b"})").value();
    EXPECT_EQ(tables->info("users").value().items, 2U);
    EXPECT_EQ(tables->info("users").value().bytes, 3U + 6U + 3U);
    put("users", R"({"id":"a","x":"1"})").value();
    EXPECT_EQ(tables->info("users").value().bytes, 3U + 2U + 3U);
    erase("users", R"({"id":"a"})").value();
    erase("users", R"({"id":"a"})").value();
    EXPECT_EQ(tables->info("users").value().items, 1U);
    EXPECT_EQ(tables->info("users").value().bytes, 3U);
}

TEST_F(Tables, that_are_removed_are_gone_with_their_items) {
    create(hash_table()).value();
    put("users", R"({"id":"a"})").value();
    drop("users").value();
    EXPECT_EQ(message(tables->info("users")), "Requested resource not found: Table: users not found");
    EXPECT_EQ(message(drop("users")), "Requested resource not found: Table: users not found");
    EXPECT_EQ(code(put("users", R"({"id":"a"})")), TableErrc::no_such_table);
    create(hash_table()).value();
    EXPECT_TRUE(scan_all("users").empty());
    EXPECT_EQ(tables->info("users").value().items, 0U);
}

TEST_F(Tables, that_are_removed_leave_no_row_behind) {
    auto definition = hash_table();
    definition.indexes.push_back(index("by_x", string_key("x")));
    definition.stream = model::StreamView::keys_only;
    create(definition).value();
    for (int i = 0; i < 1200; ++i) put("users", R"({"x":"y","id":")" + std::to_string(i) + R"("})").value();
    drop("users").value();
    settle();
    auto reader = store->read();
    for (const char* sql : {"SELECT count(*) FROM table_items", "SELECT count(*) FROM table_index_entries",
                            "SELECT count(*) FROM table_changes", "SELECT count(*) FROM table_dropped"}) {
        auto row = reader->prepare(sql);
        ASSERT_TRUE(row.step());
        EXPECT_EQ(row.integer(0), 0) << sql;
    }
}

TEST_F(Tables, ensured_twice_are_left_as_they_are) {
    ensure(hash_table()).value();
    put("users", R"({"id":"a"})").value();
    ensure(hash_table()).value();
    EXPECT_EQ(scan_all("users").size(), 1U);
}

TEST_F(Tables, cannot_get_another_key) {
    ensure(hash_table()).value();
    auto other = hash_table();
    other.key.range = number_key("at");
    const auto refused = ensure(other);
    EXPECT_EQ(code(refused), TableErrc::validation);
    EXPECT_THAT(message(refused), HasSubstr("exists with the key hash id (S), not hash id (S), range at (N)"));
}

TEST_F(Tables, fill_an_index_that_is_added_later_from_their_items) {
    ensure(hash_table()).value();
    put("users", R"({"id":"a","city":"Bonn"})").value();
    put("users", R"({"id":"b"})").value();
    put("users", R"({"id":"c","city":7})").value();
    auto with_index = hash_table();
    with_index.indexes.push_back(index("by_city", string_key("city")));
    ensure(with_index).value();
    EXPECT_THAT(texts(scan_all("users", "by_city")), ElementsAre(R"({"city":"Bonn","id":"a"})"));
    put("users", R"({"id":"d","city":"Ulm"})").value();
    EXPECT_EQ(scan_all("users", "by_city").size(), 2U);
}

TEST_F(Tables, drop_an_index_that_is_no_longer_defined) {
    auto with_index = hash_table();
    with_index.indexes.push_back(index("by_city", string_key("city")));
    ensure(with_index).value();
    put("users", R"({"id":"a","city":"Bonn"})").value();
    ensure(hash_table()).value();
    model::Scan scan;
    scan.table = "users";
    scan.index = "by_city";
    EXPECT_EQ(message(tables->scan(scan)), "The table does not have the specified index: by_city");
    put("users", R"({"id":"a","city":7})").value();
    ensure(with_index).value();
    EXPECT_TRUE(scan_all("users", "by_city").empty());
}

TEST_F(Tables, rebuild_an_index_whose_key_changes) {
    auto definition = hash_table();
    definition.indexes.push_back(index("by", string_key("city")));
    ensure(definition).value();
    put("users", R"({"id":"a","city":"Bonn","age":3})").value();
    put("users", R"({"id":"b","age":4})").value();
    definition.indexes[0] = index("by", number_key("age"));
    ensure(definition).value();
    EXPECT_THAT(column(scan_all("users", "by"), "age"), ElementsAre("3", "4"));
}

// A definition with an index, on a table with so many items that filling it takes several jobs.
struct FilledTables : Tables {
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

TEST_F(Tables, apply_another_projection_of_an_index_at_once) {
    auto definition = hash_table();
    definition.indexes.push_back(index("by", string_key("city")));
    ensure(definition).value();
    put("users", R"({"id":"a","city":"Bonn","age":3})").value();
    definition.indexes[0].projection = model::Projection::keys_only;
    ensure(definition).value();
    EXPECT_THAT(texts(scan_all("users", "by")), ElementsAre(R"({"city":"Bonn","id":"a"})"));
}

TEST_F(Tables, are_not_created_from_a_definition_that_makes_no_sense) {
    const auto refused = [&](auto change) {
        auto definition = range_table();
        change(definition);
        const auto result = create(definition);
        EXPECT_EQ(code(result), TableErrc::validation);
        EXPECT_TRUE(tables->list().empty());
        return message(result);
    };
    EXPECT_THAT(refused([](auto& d) { d.name.clear(); }), HasSubstr("needs a name"));
    EXPECT_THAT(refused([](auto& d) { d.key.hash.name.clear(); }), HasSubstr("key attribute without a name"));
    EXPECT_THAT(refused([](auto& d) { d.key.range = d.key.hash; }), HasSubstr("as both hash and range key"));
    EXPECT_THAT(refused([](auto& d) { d.indexes = {index("i", string_key("x")), index("i", string_key("y"))}; }),
                HasSubstr("Duplicate index name: i"));
    EXPECT_THAT(refused([](auto& d) { d.indexes = {index("i", string_key("at"))}; }),
                HasSubstr("the key attribute at of type S, elsewhere it is of type N"));
    EXPECT_THAT(refused([](auto& d) {
                    d.indexes = {index("i", string_key("x"), string_key("y"))};
                    d.indexes[0].local = true;
                }),
                HasSubstr("does not have the same leading hash key as table KeySchema for index: i"));
    EXPECT_THAT(refused([](auto& d) {
                    d.indexes = {index("i", string_key("x"))};
                    d.indexes[0].include = {"y"};
                }),
                HasSubstr("its projection is not INCLUDE"));
}

TEST_F(Tables, and_their_items_are_there_again_after_a_restart) {
    auto definition = range_table();
    definition.indexes.push_back(index("by_state", string_key("state")));
    definition.stream = model::StreamView::keys_only;
    create(definition).value();
    put("orders", R"({"user":"a","at":1,"state":"open"})").value();
    const auto before = tables->changes("orders", 0, 10).value();
    reopen();
    EXPECT_EQ(tables->info("orders").value().definition, definition);
    EXPECT_EQ(tables->info("orders").value().items, 1U);
    EXPECT_EQ(text(get("orders", R"({"user":"a","at":1})")), R"({"at":1,"state":"open","user":"a"})");
    EXPECT_EQ(scan_all("orders", "by_state").size(), 1U);
    put("orders", R"({"user":"a","at":2})").value();
    const auto after = tables->changes("orders", 0, 10).value();
    ASSERT_EQ(after.size(), 2U);
    EXPECT_GT(after[1].sequence, before[0].sequence);
}

}  // namespace
}  // namespace faasd::table::test
