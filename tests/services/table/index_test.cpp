// Secondary indexes, global and local.
#include "services/table/table_fixture.hpp"

namespace faasd::table::test {
namespace {

using model::TableErrc;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

struct TableIndex : TableTest {
    TableIndex() {
        auto definition = range_table();
        definition.indexes.push_back(index("by_state", string_key("state"), number_key("amount")));
        auto keys_only = index("keys", string_key("state"));
        keys_only.projection = model::Projection::keys_only;
        definition.indexes.push_back(keys_only);
        auto some = index("some", string_key("state"));
        some.projection = model::Projection::include;
        some.include = {"note"};
        definition.indexes.push_back(some);
        auto local = index("local", string_key("user"), number_key("amount"));
        local.local = true;
        local.projection = model::Projection::keys_only;
        definition.indexes.push_back(local);
        create(definition).value();
    }
    static model::Query in_state(std::string index_name, std::string_view state) {
        model::Query query;
        query.table = "orders";
        query.index = std::move(index_name);
        query.key_condition = "#s = :s";
        query.names.names = {{"#s", "state"}};
        query.names.values[":s"].value = std::string(state);
        return query;
    }
    std::vector<std::string> times(const model::Query& query) {
        return column(tables->query(query).value().items, "at");
    }
};

TEST_F(TableIndex, finds_items_by_another_key_in_its_order) {
    put("orders", R"({"user":"a","at":1,"state":"open","amount":30})").value();
    put("orders", R"({"user":"b","at":2,"state":"open","amount":-4})").value();
    put("orders", R"({"user":"a","at":3,"state":"done","amount":5})").value();
    auto query = in_state("by_state", "open");
    EXPECT_THAT(times(query), ElementsAre("2", "1"));
    query.forward = false;
    EXPECT_THAT(times(query), ElementsAre("1", "2"));
    query.key_condition = "#s = :s AND amount > :t";
    query.names.values[":t"].value = model::Number{"0"};
    EXPECT_THAT(times(query), ElementsAre("1"));
}

TEST_F(TableIndex, holds_only_items_that_have_its_key) {
    put("orders", R"({"user":"a","at":1,"state":"open"})").value();
    put("orders", R"({"user":"a","at":2,"amount":3})").value();
    EXPECT_TRUE(scan_all("orders", "by_state").empty());
    EXPECT_THAT(column(scan_all("orders", "keys"), "at"), ElementsAre("1"));
}

TEST_F(TableIndex, follows_every_change_of_an_item) {
    put("orders", R"({"user":"a","at":1,"state":"open","amount":3})").value();
    put("orders", R"({"user":"a","at":1,"state":"done","amount":3})").value();
    EXPECT_THAT(times(in_state("by_state", "open")), ElementsAre());
    EXPECT_THAT(times(in_state("by_state", "done")), ElementsAre("1"));
    model::UpdateItem update_request;
    update_request.table = "orders";
    update_request.key = item(R"({"user":"a","at":1})");
    update_request.update = "SET note = :n";
    update_request.names.values = item(R"({":n":"x"})");
    update(update_request).value();
    EXPECT_THAT(column(tables->query(in_state("by_state", "done")).value().items, "note"),
                ElementsAre("\"x\""));
    update_request.update = "REMOVE amount";
    update_request.names.values.clear();
    update(update_request).value();
    EXPECT_THAT(times(in_state("by_state", "done")), ElementsAre());
    EXPECT_THAT(times(in_state("keys", "done")), ElementsAre("1"));
    erase("orders", R"({"user":"a","at":1})").value();
    EXPECT_TRUE(scan_all("orders", "keys").empty());
}

TEST_F(TableIndex, key_of_another_type_or_empty_is_refused) {
    EXPECT_EQ(
        message(put("orders", R"({"user":"a","at":1,"state":5})")),
        "One or more parameter values were invalid: Type mismatch for Index Key state Expected: S Actual: N "
        "IndexName: by_state");
    EXPECT_THAT(message(put("orders", R"({"user":"a","at":1,"state":""})")),
                HasSubstr("A value specified for a secondary index key is not supported"));
    put("orders", R"({"user":"a","at":1,"state":"open"})").value();
    model::UpdateItem request;
    request.table = "orders";
    request.key = item(R"({"user":"a","at":1})");
    request.update = "SET #s = :s";
    request.names.names = {{"#s", "state"}};
    request.names.values = item(R"({":s":5})");
    EXPECT_EQ(message(update(request)),
              "One or more parameter values were invalid: Type mismatch for Index Key state Expected: S Actual: N "
              "IndexName: by_state");
    EXPECT_EQ(text(get("orders", R"({"user":"a","at":1})")), R"({"at":1,"state":"open","user":"a"})");
}

TEST_F(TableIndex, shows_what_is_projected_into_it) {
    put("orders", R"({"user":"a","at":1,"state":"open","amount":3,"note":"n","more":"m"})").value();
    EXPECT_THAT(texts(scan_all("orders", "keys")), ElementsAre(R"({"at":1,"state":"open","user":"a"})"));
    EXPECT_THAT(texts(scan_all("orders", "some")),
                ElementsAre(R"({"at":1,"note":"n","state":"open","user":"a"})"));
    EXPECT_THAT(texts(scan_all("orders", "by_state")),
                ElementsAre(R"({"amount":3,"at":1,"more":"m","note":"n","state":"open","user":"a"})"));
}

TEST_F(TableIndex, measures_its_pages_by_what_is_projected) {
    put("orders", R"({"user":"a","at":1,"state":"open","more":")" + std::string(100'000, 'x') + R"("})")
        .value();
    EXPECT_LT(tables->query(in_state("keys", "open")).value().scanned_bytes, 100U);
}

TEST_F(TableIndex, that_is_global_refuses_attributes_that_are_not_projected) {
    auto query = in_state("some", "open");
    query.projection = "note, amount, more";
    EXPECT_EQ(message(tables->query(query)),
              "One or more parameter values were invalid: Global secondary index some does not project "
              "[amount, more]");
}

// Seen at AWS: both kinds, the names sorted, whatever else the query fetches from its table.
TEST_F(TableIndex, that_is_queried_refuses_a_filter_on_attributes_that_are_not_projected) {
    const std::string refusal = "One or more parameter values were invalid: Secondary index ";
    auto query = in_state("some", "open");
    query.filter = "more = :s OR note = :s OR amount = :s";
    EXPECT_EQ(message(tables->query(query)), refusal + "some does not project one or more filter attributes: [amount, more]");
    query = {};
    query.table = "orders";
    query.index = "local";
    query.key_condition = "#u = :u";
    query.names.names = {{"#u", "user"}};
    query.names.values = item(R"({":u":"a"})");
    query.filter = "note = :u";
    query.all_attributes = true;
    EXPECT_EQ(message(tables->query(query)), refusal + "local does not project one or more filter attributes: [note]");
}

TEST_F(TableIndex, that_is_scanned_lacks_for_a_filter_what_is_not_projected) {
    put("orders", R"({"user":"a","at":1,"state":"open","amount":3,"note":"n","more":"m"})").value();
    model::Scan scan;
    scan.table = "orders";
    for (const char* index : {"some", "local"}) {
        scan.index = index;
        scan.filter = "attribute_exists(more)";
        EXPECT_EQ(tables->scan(scan).value().scanned_count, 1U) << index;
        EXPECT_EQ(tables->scan(scan).value().count, 0U) << index;
        scan.filter = "attribute_not_exists(more)";
        EXPECT_EQ(tables->scan(scan).value().count, 1U) << index;
    }
    scan.projection = "more";
    EXPECT_THAT(texts(tables->scan(scan).value().items), ElementsAre(R"({"more":"m"})"));
}

TEST_F(TableIndex, that_is_local_fetches_attributes_that_are_not_projected) {
    put("orders", R"({"user":"a","at":1,"amount":3,"note":"n"})").value();
    put("orders", R"({"user":"a","at":2,"amount":1,"note":"m"})").value();
    model::Query query;
    query.table = "orders";
    query.index = "local";
    query.key_condition = "#u = :u";
    query.names.names = {{"#u", "user"}};
    query.names.values = item(R"({":u":"a"})");
    EXPECT_THAT(texts(tables->query(query).value().items),
                ElementsAre(R"({"amount":1,"at":2,"user":"a"})", R"({"amount":3,"at":1,"user":"a"})"));
    query.projection = "note";
    EXPECT_THAT(texts(tables->query(query).value().items), ElementsAre(R"({"note":"m"})", R"({"note":"n"})"));
}

TEST_F(TableIndex, that_is_local_ends_its_page_after_1_MiB_of_what_it_fetched) {
    const std::string note(300'000, 'n');
    for (int at = 1; at <= 5; ++at)
        put("orders", R"({"user":"a","at":)" + std::to_string(at) + R"(,"amount":3,"note":")" + note + R"("})").value();
    model::Query query;
    query.table = "orders";
    query.index = "local";
    query.key_condition = "#u = :u";
    query.names.names = {{"#u", "user"}};
    query.names.values = item(R"({":u":"a"})");
    EXPECT_EQ(tables->query(query).value().count, 5U);
    query.projection = "note";
    model::Page page = tables->query(query).value();
    EXPECT_EQ(page.count, 3U);
    ASSERT_TRUE(page.last_evaluated_key);
    query.exclusive_start_key = page.last_evaluated_key;
    page = tables->query(query).value();
    EXPECT_EQ(page.count, 2U);
    EXPECT_FALSE(page.last_evaluated_key);
}

TEST_F(TableIndex, goes_on_after_a_key_that_names_entry_and_item) {
    for (int at = 0; at < 9; ++at) {
        put("orders", R"({"user":"u","state":"open","amount":)" + std::to_string(at / 3) + R"(,"at":)" +
                          std::to_string(at) + "}")
            .value();
    }
    for (const bool forward : {true, false}) {
        auto query = in_state("by_state", "open");
        query.forward = forward;
        query.limit = 2;
        std::vector<std::string> seen;
        while (true) {
            const auto page = tables->query(query).value();
            for (const auto& at : column(page.items, "at"))
                seen.push_back(at);
            if (!page.last_evaluated_key) break;
            EXPECT_THAT(text(*page.last_evaluated_key),
                        testing::MatchesRegex(R"(\{"amount":.,"at":.,"state":"open","user":"u"\})"));
            query.exclusive_start_key = page.last_evaluated_key;
        }
        std::vector<std::string> expected{"0", "1", "2", "3", "4", "5", "6", "7", "8"};
        if (!forward) std::ranges::reverse(expected);
        EXPECT_EQ(seen, expected);
    }
}

TEST_F(TableIndex, start_key_must_name_entry_and_item) {
    auto query = in_state("by_state", "open");
    query.exclusive_start_key = item(R"({"state":"open","amount":1})");
    EXPECT_EQ(code(tables->query(query)), TableErrc::validation);
    query.exclusive_start_key = item(R"({"state":"done","amount":1,"user":"u","at":1})");
    EXPECT_EQ(message(tables->query(query)),
              "The provided starting key is outside query boundaries based on provided conditions");
}

TEST_F(TableIndex, is_scanned_in_pages_and_segments) {
    for (int at = 0; at < 40; ++at) {
        put("orders", R"({"user":"u","state":"s)" + std::to_string(at % 11) + R"(","amount":1,"at":)" +
                          std::to_string(at) + "}")
            .value();
    }
    std::vector<std::string> seen;
    for (std::uint32_t segment = 0; segment < 3; ++segment) {
        model::Scan scan;
        scan.table = "orders";
        scan.index = "keys";
        scan.limit = 3;
        scan.total_segments = 3;
        scan.segment = segment;
        do {
            const auto page = tables->scan(scan).value();
            for (const auto& at : column(page.items, "at"))
                seen.push_back(at);
            scan.exclusive_start_key = page.last_evaluated_key;
        } while (scan.exclusive_start_key);
    }
    EXPECT_EQ(seen.size(), 40U);
    EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()).size(), 40U);
}

}  // namespace
}  // namespace faasd::table::test
