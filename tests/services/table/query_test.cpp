// Query and scan of a table: order, conditions, filters, pages, segments.
#include "services/table/table_fixture.hpp"

namespace faasd::table::test {
namespace {

using model::TableErrc;
using testing::ElementsAre;
using testing::HasSubstr;

struct TableQuery : TableTest {
    TableQuery() {
        create(range_table()).value();
        for (const int at : {30, 10, -5, 200, 20})
            put_order("a", at);
        put_order("b", 1);
    }
    void put_order(const std::string& user, int at) {
        put("orders", R"({"user":")" + user + R"(","at":)" + std::to_string(at) + R"(,"even":)" +
                          (at % 20 == 0 ? "true" : "false") + "}")
            .value();
    }
    static model::Query of_user(const std::string& user, const std::string& range = {},
                                std::string_view values = "{}") {
        model::Query query;
        query.table = "orders";
        query.key_condition = "#u = :u" + (range.empty() ? "" : " AND " + range);
        query.names.names = {{"#u", "user"}};
        if (range.find("#at") != std::string::npos) query.names.names["#at"] = "at";
        query.names.values = item(values);
        query.names.values[":u"].value = user;
        return query;
    }
    std::vector<std::string> times(const model::Query& query) {
        return column(tables->query(query).value().items, "at");
    }
};

TEST_F(TableQuery, answers_with_the_items_of_one_hash_key_in_order_of_their_range_key) {
    EXPECT_THAT(times(of_user("a")), ElementsAre("-5", "10", "20", "30", "200"));
    EXPECT_THAT(times(of_user("b")), ElementsAre("1"));
    EXPECT_THAT(times(of_user("nobody")), ElementsAre());
}

TEST_F(TableQuery, goes_backwards_on_request) {
    auto query = of_user("a");
    query.forward = false;
    EXPECT_THAT(times(query), ElementsAre("200", "30", "20", "10", "-5"));
}

TEST_F(TableQuery, takes_every_condition_on_the_range_key) {
    const auto with = [&](const std::string& condition) {
        return times(
            of_user("a", condition,
                    condition.find(":y") == std::string::npos ? R"({":x":20})" : R"({":x":10,":y":30})"));
    };
    EXPECT_THAT(with("#at = :x"), ElementsAre("20"));
    EXPECT_THAT(with("#at < :x"), ElementsAre("-5", "10"));
    EXPECT_THAT(with("#at <= :x"), ElementsAre("-5", "10", "20"));
    EXPECT_THAT(with("#at > :x"), ElementsAre("30", "200"));
    EXPECT_THAT(with("#at >= :x"), ElementsAre("20", "30", "200"));
    EXPECT_THAT(with("#at BETWEEN :x AND :y"), ElementsAre("10", "20", "30"));
}

TEST_F(TableQuery, finds_string_range_keys_by_their_beginning) {
    auto definition = hash_table("files");
    definition.key.range = string_key("path");
    create(definition).value();
    for (const char* path : {"a", "a/", "a/1", "a/\\u00ff", "a0", "b"}) {
        put("files", std::string(R"({"id":"x","path":")") + path + R"("})").value();
    }
    model::Query query;
    query.table = "files";
    query.key_condition = "id = :i AND begins_with(#p, :p)";
    query.names.names = {{"#p", "path"}};
    query.names.values = item(R"({":i":"x",":p":"a/"})");
    EXPECT_THAT(column(tables->query(query).value().items, "path"),
                ElementsAre("\"a/\"", "\"a/1\"", "\"a/ÿ\""));
}

TEST_F(TableQuery, filters_after_it_has_counted) {
    auto query = of_user("a");
    query.filter = "even = :true";
    query.names.values[":true"].value = true;
    const auto page = tables->query(query).value();
    EXPECT_THAT(column(page.items, "at"), ElementsAre("20", "200"));
    EXPECT_EQ(page.count, 2U);
    EXPECT_EQ(page.scanned_count, 5U);
}

TEST_F(TableQuery, does_not_filter_by_a_key_attribute) {
    auto query = of_user("a");
    query.filter = "#u = :u";
    EXPECT_THAT(message(tables->query(query)),
                HasSubstr("Filter Expression can only contain non-primary key attributes"));
}

TEST_F(TableQuery, shows_only_the_projected_attributes_but_filters_by_all) {
    auto query = of_user("a");
    query.filter = "even = :true";
    query.names.values[":true"].value = true;
    query.projection = "#at";
    query.names.names["#at"] = "at";
    EXPECT_THAT(texts(tables->query(query).value().items), ElementsAre(R"({"at":20})", R"({"at":200})"));
}

TEST_F(TableQuery, only_counts_on_request) {
    auto query = of_user("a");
    query.count_only = true;
    const auto page = tables->query(query).value();
    EXPECT_TRUE(page.items.empty());
    EXPECT_EQ(page.count, 5U);
}

TEST_F(TableQuery, goes_on_after_the_last_evaluated_key_in_both_directions) {
    for (const bool forward : {true, false}) {
        auto query = of_user("a");
        query.forward = forward;
        query.limit = 2;
        std::vector<std::string> seen;
        int pages = 0;
        while (true) {
            const auto page = tables->query(query).value();
            ++pages;
            for (const auto& at : column(page.items, "at"))
                seen.push_back(at);
            if (!page.last_evaluated_key) break;
            EXPECT_EQ(text(*page.last_evaluated_key), R"({"at":)" + seen.back() + R"(,"user":"a"})");
            query.exclusive_start_key = page.last_evaluated_key;
        }
        EXPECT_EQ(pages, 3);
        std::vector<std::string> expected{"-5", "10", "20", "30", "200"};
        if (!forward) std::ranges::reverse(expected);
        EXPECT_EQ(seen, expected);
    }
}

TEST_F(TableQuery, limits_the_items_that_are_examined_not_those_that_pass_the_filter) {
    auto query = of_user("a");
    query.filter = "even = :true";
    query.names.values[":true"].value = true;
    query.limit = 2;
    const auto page = tables->query(query).value();
    EXPECT_TRUE(page.items.empty());
    EXPECT_EQ(page.scanned_count, 2U);
    EXPECT_EQ(text(*page.last_evaluated_key), R"({"at":10,"user":"a"})");
}

TEST_F(TableQuery, gives_a_last_evaluated_key_also_where_the_limit_was_met_by_the_very_last_item) {
    auto query = of_user("a");
    query.limit = 5;
    auto page = tables->query(query).value();
    EXPECT_EQ(page.count, 5U);
    ASSERT_TRUE(page.last_evaluated_key);
    query.exclusive_start_key = page.last_evaluated_key;
    page = tables->query(query).value();
    EXPECT_EQ(page.count, 0U);
    EXPECT_FALSE(page.last_evaluated_key);
}

TEST_F(TableQuery, ends_a_page_before_it_exceeds_1_MiB) {
    const std::string big(300 * 1024, 'x');
    for (int i = 0; i < 7; ++i)
        put("orders", R"({"user":"big","at":)" + std::to_string(i) + R"(,"x":")" + big + R"("})").value();
    auto query = of_user("big");
    std::vector<std::uint64_t> counts;
    do {
        const auto page = tables->query(query).value();
        EXPECT_LE(page.scanned_bytes, 1024U * 1024U);
        counts.push_back(page.count);
        query.exclusive_start_key = page.last_evaluated_key;
    } while (query.exclusive_start_key);
    EXPECT_THAT(counts, ElementsAre(3, 3, 1));
}

TEST_F(TableQuery, refuses_a_start_key_of_another_shape_or_outside_of_what_it_reads) {
    const auto refused = [&](std::string_view key) {
        auto query = of_user("a", "#at > :x", R"({":x":10})");
        query.exclusive_start_key = item(key);
        const auto page = tables->query(query);
        EXPECT_EQ(code(page), TableErrc::validation);
        return message(page);
    };
    EXPECT_THAT(refused(R"({"user":"a"})"), HasSubstr("The provided starting key is invalid"));
    EXPECT_THAT(refused(R"({"user":"a","at":"20"})"), HasSubstr("The provided starting key is invalid"));
    EXPECT_EQ(refused(R"({"user":"b","at":20})"), "The query can return at most one row and cannot be restarted");
    EXPECT_EQ(refused(R"({"user":"a","at":10})"), "The provided starting key does not match the range key predicate");
    auto query = of_user("a");
    query.exclusive_start_key = item(R"({"user":"b","at":20})");
    EXPECT_EQ(message(tables->query(query)),
              "The provided starting key is outside query boundaries based on provided conditions");
}

TEST_F(TableQuery, refuses_what_makes_no_sense) {
    auto query = of_user("a");
    query.limit = 0;
    EXPECT_THAT(message(tables->query(query)),
                HasSubstr("Value '0' at 'limit' failed to satisfy constraint"));
    query = of_user("a");
    query.index = "missing";
    EXPECT_EQ(message(tables->query(query)), "The table does not have the specified index: missing");
    query = of_user("a");
    query.key_condition = "#u > :u";
    EXPECT_EQ(code(tables->query(query)), TableErrc::validation);
    query = of_user("a");
    query.table = "nothing";
    EXPECT_EQ(code(tables->query(query)), TableErrc::no_such_table);
}

struct TableScan : TableTest {
    TableScan() {
        create(hash_table()).value();
        for (int i = 0; i < 50; ++i)
            put("users", R"({"n":)" + std::to_string(i) + R"(,"id":"u)" + std::to_string(i) + R"("})")
                .value();
    }
    std::vector<std::string> all(model::Scan scan) {
        std::vector<std::string> ids;
        do {
            const auto page = tables->scan(scan).value();
            for (const auto& id : column(page.items, "id"))
                ids.push_back(id);
            scan.exclusive_start_key = page.last_evaluated_key;
        } while (scan.exclusive_start_key);
        return ids;
    }
    static model::Scan of_users() {
        model::Scan scan;
        scan.table = "users";
        return scan;
    }
};

TEST_F(TableScan, reads_every_item_once_in_pages_of_any_size) {
    auto expected = all(of_users());
    EXPECT_EQ(std::set<std::string>(expected.begin(), expected.end()).size(), 50U);
    for (const std::uint32_t limit : {1U, 7U, 50U, 51U}) {
        auto scan = of_users();
        scan.limit = limit;
        EXPECT_EQ(all(scan), expected) << limit;
    }
}

TEST_F(TableScan, filters_projects_and_counts) {
    auto scan = of_users();
    scan.filter = "n >= :x";
    scan.projection = "n";
    scan.names.values = item(R"({":x":48})");
    auto page = tables->scan(scan).value();
    EXPECT_THAT(texts(page.items), ElementsAre(R"({"n":48})", R"({"n":49})"));
    EXPECT_EQ(page.scanned_count, 50U);
    scan.count_only = true;
    scan.projection.clear();
    page = tables->scan(scan).value();
    EXPECT_EQ(page.count, 2U);
    EXPECT_TRUE(page.items.empty());
}

TEST_F(TableScan, in_segments_reads_every_item_in_exactly_one_of_them) {
    const auto expected = all(of_users());
    std::multiset<std::string> seen;
    for (std::uint32_t segment = 0; segment < 4; ++segment) {
        auto scan = of_users();
        scan.segment = segment;
        scan.total_segments = 4;
        scan.limit = 3;
        const auto ids = all(scan);
        EXPECT_GT(ids.size(), 3U);
        seen.insert(ids.begin(), ids.end());
    }
    EXPECT_EQ(seen, std::multiset<std::string>(expected.begin(), expected.end()));
}

TEST_F(TableScan, refuses_a_segment_that_does_not_exist_and_a_start_key_of_another_segment) {
    auto scan = of_users();
    scan.segment = scan.total_segments = 2;
    EXPECT_EQ(message(tables->scan(scan)),
              "The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: 2 "
              "is not "
              "less than TotalSegments: 2");
    scan.total_segments = 0;
    EXPECT_EQ(code(tables->scan(scan)), TableErrc::validation);
    scan.total_segments = 2;
    scan.exclusive_start_key = item(R"({"id":"u1"})");
    int refused = 0;
    for (const std::uint32_t segment : {0U, 1U}) {
        scan.segment = segment;
        const auto page = tables->scan(scan);
        if (page) continue;
        ++refused;
        EXPECT_THAT(message(page), HasSubstr("Please use ExclusiveStartKey with correct Segment"));
    }
    EXPECT_EQ(refused, 1);
}

TEST_F(TableScan, goes_on_after_an_item_that_was_deleted_meanwhile) {
    auto scan = of_users();
    scan.limit = 10;
    const auto page = tables->scan(scan).value();
    model::DeleteItem request;
    request.table = "users";
    request.key = *page.last_evaluated_key;
    erase(request).value();
    scan.limit = 1000;
    scan.exclusive_start_key = page.last_evaluated_key;
    EXPECT_EQ(tables->scan(scan).value().count, 40U);
}

}  // namespace
}  // namespace faasd::table::test
