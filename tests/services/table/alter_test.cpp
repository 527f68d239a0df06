#include "services/table/table_fixture.hpp"

namespace faasd::table::test {
namespace {

using model::TableDefinition;
using model::TableErrc;
using testing::ElementsAre;
using testing::IsEmpty;

class Alter : public TableTest {
  protected:
    base::Result<model::TableInfo> alter(const std::string& table, void (*change)(TableDefinition&)) {
        return base::wait_for<model::TableInfo>([&](auto done) {
            tables->alter(
                table,
                [change](TableDefinition& definition) -> base::Result<> {
                    change(definition);
                    return {};
                },
                std::move(done));
        });
    }
    base::Result<model::TableInfo> copy(const std::string& from, const std::string& to) {
        return base::wait_for<model::TableInfo>([&](auto done) {
            tables->copy(
                from,
                [to](TableDefinition& definition) -> base::Result<> {
                    definition.name = to;
                    return {};
                },
                std::move(done));
        });
    }
};

TEST_F(Alter, settings_and_protection_are_kept_and_not_undone_by_ensure) {
    ASSERT_TRUE(create(hash_table()));
    ASSERT_TRUE(alter("users", [](TableDefinition& table) {
        table.settings["billing"] = "PROVISIONED";
        table.deletion_protection = true;
    }));
    ASSERT_TRUE(ensure(hash_table()));
    reopen();
    EXPECT_EQ(tables->info("users")->definition.settings.at("billing"), "PROVISIONED");
    EXPECT_EQ(code(drop("users")), TableErrc::deletion_protected);
    ASSERT_TRUE(alter("users", [](TableDefinition& table) { table.deletion_protection = false; }));
    EXPECT_TRUE(drop("users"));
}

TEST_F(Alter, a_change_that_is_refused_changes_nothing) {
    ASSERT_TRUE(create(hash_table()));
    const auto refused = base::wait_for<model::TableInfo>([&](auto done) {
        tables->alter(
            "users",
            [](TableDefinition& table) -> base::Result<> {
                table.ttl_attribute = "end";
                return base::Error(TableErrc::validation, "no");
            },
            std::move(done));
    });
    EXPECT_EQ(message(refused), "no");
    EXPECT_EQ(tables->info("users")->definition.ttl_attribute, "");
    EXPECT_EQ(code(alter("users", [](TableDefinition& table) { table.key.hash.name = "other"; })), TableErrc::validation);
    EXPECT_EQ(code(alter("none", [](TableDefinition&) {})), TableErrc::no_such_table);
}

TEST_F(Alter, a_new_index_is_built_afterwards) {
    ASSERT_TRUE(create(hash_table()));
    ASSERT_TRUE(put("users", R"({"id": "a", "kind": "x"})"));
    const auto info = alter("users", [](TableDefinition& table) { table.indexes.push_back(index("by-kind", string_key("kind"))); });
    EXPECT_THAT(info->building, ElementsAre("by-kind"));
    settle();
    EXPECT_THAT(tables->info("users")->building, IsEmpty());
    EXPECT_EQ(scan_all("users", "by-kind").size(), 1U);
}

TEST_F(Alter, a_copy_has_the_items_of_its_moment_and_indexes_of_its_own) {
    TableDefinition table = hash_table();
    table.indexes.push_back(index("by-kind", string_key("kind")));
    table.ttl_attribute = "end";
    ASSERT_TRUE(create(table));
    const auto now = std::to_string(base::to_millis(clock.now()) / 1000);
    ASSERT_TRUE(put("users", R"({"id": "a", "kind": "x"})"));
    ASSERT_TRUE(put("users", R"({"id": "gone", "end": )" + now + "}"));
    ASSERT_TRUE(copy("users", "$copy"));
    ASSERT_TRUE(put("users", R"({"id": "b", "kind": "x"})"));
    settle();
    EXPECT_THAT(column(scan_all("$copy"), "id"), ElementsAre(R"("a")"));
    EXPECT_EQ(scan_all("$copy", "by-kind").size(), 1U);
    EXPECT_EQ(tables->info("$copy")->items, 1U);
    EXPECT_THAT(tables->list(), ElementsAre("users"));
    EXPECT_THAT(tables->list_hidden(), ElementsAre("$copy"));
    EXPECT_EQ(code(copy("users", "$copy")), TableErrc::table_exists);
}

TEST_F(Alter, a_stream_that_is_switched_on_again_begins_anew) {
    TableDefinition table = hash_table();
    table.stream = model::StreamView::keys_only;
    ASSERT_TRUE(create(table));
    ASSERT_TRUE(put("users", R"({"id": "a"})"));
    ASSERT_TRUE(alter("users", [](TableDefinition& changed) { changed.stream = model::StreamView::none; }));
    clock.advance(std::chrono::seconds{5});
    ASSERT_TRUE(alter("users", [](TableDefinition& changed) { changed.stream = model::StreamView::new_image; }));
    const auto info = tables->info("users");
    EXPECT_EQ(info->stream_start, *tables->latest_change("users"));
    EXPECT_EQ(info->stream_since, clock.now());
}

TEST_F(Alter, writes_say_what_they_cost) {
    TableDefinition table = hash_table();
    table.indexes.push_back(index("by-kind", string_key("kind")));
    table.indexes.back().projection = model::Projection::keys_only;
    ASSERT_TRUE(create(table));
    const auto cost = [&](std::string_view json) {
        model::PutItem request;
        request.table = "users";
        request.item = item(json);
        const auto usage = request.usage = std::make_shared<model::WriteUsage>();
        EXPECT_TRUE(put(std::move(request)));
        const auto found = usage->indexes.find("by-kind");
        return std::pair(usage->table_units, found == usage->indexes.end() ? std::uint64_t{0} : found->second.units);
    };
    EXPECT_EQ(cost(R"({"id": "a"})"), std::pair(std::uint64_t{1}, std::uint64_t{0}));
    EXPECT_EQ(cost(R"({"id": "a", "kind": "x"})"), std::pair(std::uint64_t{1}, std::uint64_t{1}));
    EXPECT_EQ(cost(R"({"id": "a", "kind": "y"})"), std::pair(std::uint64_t{1}, std::uint64_t{2}));
    EXPECT_EQ(cost(R"({"id": "a", "kind": "y", "other": 1})"), std::pair(std::uint64_t{1}, std::uint64_t{0}));
    EXPECT_EQ(cost(R"({"id": "a", "kind": "y", "other": ")" + std::string(2000, 'x') + "\"}"), std::pair(std::uint64_t{2}, std::uint64_t{0}));
    EXPECT_EQ(cost(R"({"id": "a"})"), std::pair(std::uint64_t{2}, std::uint64_t{1}));
}

}  // namespace
}  // namespace faasd::table::test
