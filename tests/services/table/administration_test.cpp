// Creating, changing and removing tables.
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
