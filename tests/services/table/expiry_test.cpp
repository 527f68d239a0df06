// Time to live.
#include "services/table/table_fixture.hpp"

#include "services/table/expiry.hpp"

namespace faasd::table::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using namespace std::chrono_literals;

struct TableExpiry : TableTest {
    TableExpiry() { create(sessions()).value(); }
    static model::TableDefinition sessions() {
        auto definition = hash_table("sessions");
        definition.ttl_attribute = "expires";
        definition.indexes.push_back(index("by_user", string_key("user")));
        definition.stream = model::StreamView::new_and_old_images;
        return definition;
    }
    std::string session(const std::string& id, std::chrono::seconds lives) {
        return R"({"id":")" + id + R"(","user":"u","expires":)" +
               std::to_string(seconds_of(clock.now()) + lives.count()) + "}";
    }
    std::int64_t rows() {
        auto reader = store->read();
        auto row = reader->prepare("SELECT count(*) FROM table_items");
        return row.step() ? row.integer(0) : -1;
    }
};

TEST_F(TableExpiry, an_expired_item_is_never_returned_even_before_it_is_removed) {
    put("sessions", session("a", 60s)).value();
    put("sessions", session("b", 61s)).value();
    clock.advance(60s - 1us);
    EXPECT_NE(get("sessions", R"({"id":"a"})"), std::nullopt);
    clock.advance(1us);
    EXPECT_EQ(rows(), 2);
    EXPECT_EQ(get("sessions", R"({"id":"a"})"), std::nullopt);
    EXPECT_THAT(column(scan_all("sessions"), "id"), ElementsAre("\"b\""));
    EXPECT_THAT(column(scan_all("sessions", "by_user"), "id"), ElementsAre("\"b\""));
    model::Query query;
    query.table = "sessions";
    query.key_condition = "id = :i";
    query.names.values = item(R"({":i":"a"})");
    EXPECT_EQ(tables->query(query).value().count, 0U);
    model::GetItem request;
    request.table = "sessions";
    request.key = item(R"({"id":"a"})");
    EXPECT_THAT(tables->get_many({request}).value(), ElementsAre(std::nullopt));
}

TEST_F(TableExpiry, an_expired_item_does_not_count_towards_a_limit) {
    put("sessions", session("a", 1s)).value();
    put("sessions", session("b", 60s)).value();
    clock.advance(1s);
    model::Scan scan;
    scan.table = "sessions";
    scan.limit = 1;
    EXPECT_THAT(column(tables->scan(scan).value().items, "id"), ElementsAre("\"b\""));
}

TEST_F(TableExpiry, conditions_and_updates_see_no_expired_item) {
    put("sessions", session("a", 1s)).value();
    clock.advance(1s);
    model::UpdateItem request;
    request.table = "sessions";
    request.key = item(R"({"id":"a"})");
    request.update = "ADD visits :one";
    request.condition = "attribute_not_exists(id)";
    request.names.values = item(R"({":one":1})");
    request.return_values = model::ReturnValues::all_new;
    EXPECT_EQ(text(update(request).value()), R"({"id":"a","visits":1})");
    EXPECT_EQ(tables->info("sessions").value().items, 1U);
    EXPECT_TRUE(scan_all("sessions", "by_user").empty());
    const auto changes = tables->changes("sessions", 0, 10).value();
    ASSERT_EQ(changes.size(), 3U);
    EXPECT_TRUE(changes[1].expired);
    EXPECT_EQ(changes[1].kind, model::ChangeKind::remove);
    EXPECT_EQ(changes[2].kind, model::ChangeKind::insert);
}

TEST_F(TableExpiry, an_item_is_removed_when_it_expires_and_the_stream_tells_why) {
    put("sessions", session("a", 60s)).value();
    put("sessions", session("b", 120s)).value();
    const auto before = tables->latest_change("sessions").value();
    advance(60s);
    EXPECT_EQ(rows(), 1);
    EXPECT_EQ(tables->info("sessions").value().items, 1U);
    const auto changes = tables->changes("sessions", before, 10).value();
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_EQ(changes[0].kind, model::ChangeKind::remove);
    EXPECT_TRUE(changes[0].expired);
    EXPECT_EQ(text(changes[0].keys), R"({"id":"a"})");
    EXPECT_TRUE(changes[0].old_image.has_value());
    advance(60s);
    EXPECT_EQ(rows(), 0);
}

TEST_F(TableExpiry, listeners_hear_of_what_expired) {
    put("sessions", session("a", 60s)).value();
    std::vector<std::string> heard;
    tables->on_change([&](std::string_view table) { heard.emplace_back(table); });
    advance(60s);
    EXPECT_THAT(heard, ElementsAre("sessions"));
}

TEST_F(TableExpiry, more_items_than_one_sweep_takes_are_all_removed) {
    for (int i = 0; i < 1300; ++i) put("sessions", session(std::to_string(i), 60s)).value();
    advance(60s);
    EXPECT_EQ(rows(), 0);
    EXPECT_EQ(tables->latest_change("sessions").value(), 2600U);
}

TEST_F(TableExpiry, an_item_whose_expiry_moves_stays_until_then) {
    put("sessions", session("a", 60s)).value();
    put("sessions", session("a", 100s)).value();
    advance(60s);
    EXPECT_NE(get("sessions", R"({"id":"a"})"), std::nullopt);
    advance(40s);
    EXPECT_EQ(rows(), 0);
}

TEST_F(TableExpiry, an_item_that_loses_its_expiry_stays) {
    put("sessions", session("a", 60s)).value();
    put("sessions", R"({"id":"a"})").value();
    advance(1h);
    EXPECT_NE(get("sessions", R"({"id":"a"})"), std::nullopt);
}

TEST_F(TableExpiry, only_a_number_of_seconds_within_the_last_five_years_or_later_counts) {
    const auto now = seconds_of(clock.now());
    const auto kept = [&](const std::string& value) {
        put("sessions", R"({"id":"a","expires":)" + value + "}").value();
        return get("sessions", R"({"id":"a"})").has_value();
    };
    constexpr std::int64_t year = 365 * 24 * 3600;
    EXPECT_TRUE(kept('"' + std::to_string(now - 10) + '"'));
    EXPECT_TRUE(kept("null"));
    EXPECT_FALSE(kept(std::to_string(now - 10)));
    EXPECT_FALSE(kept(std::to_string(now) + ".9"));
    EXPECT_FALSE(kept(std::to_string(now - 5 * year)));
    EXPECT_TRUE(kept(std::to_string(now - 5 * year - 1)));
    EXPECT_TRUE(kept(std::to_string(now * 1000)));
    EXPECT_TRUE(kept("12345678901234567890123456789"));
    EXPECT_TRUE(kept("-5"));
}

TEST_F(TableExpiry, is_switched_on_and_off_for_the_items_that_are_there) {
    put("sessions", session("a", 60s)).value();
    auto definition = sessions();
    definition.ttl_attribute.clear();
    ensure(definition).value();
    advance(60s);
    EXPECT_NE(get("sessions", R"({"id":"a"})"), std::nullopt);
    definition.ttl_attribute = "expires";
    ensure(definition).value();
    EXPECT_EQ(get("sessions", R"({"id":"a"})"), std::nullopt);
    settle();
    EXPECT_EQ(rows(), 0);
}

TEST_F(TableExpiry, what_expired_while_nobody_was_there_is_removed_at_the_next_start) {
    put("sessions", session("a", 60s)).value();
    tables.reset();
    store.reset();
    clock.advance(1h);
    store = storage::test::open_store(folder.path());
    tables = std::make_unique<TableEngine>(*store, clock, timers);
    EXPECT_EQ(get("sessions", R"({"id":"a"})"), std::nullopt);
    settle();
    EXPECT_EQ(rows(), 0);
}

TEST_F(TableExpiry, nothing_runs_after_the_engine_is_gone) {
    put("sessions", session("a", 60s)).value();
    tables.reset();
    EXPECT_EQ(timers.next_deadline(), std::nullopt);
}

}  // namespace
}  // namespace faasd::table::test
