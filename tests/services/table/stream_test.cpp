// The change stream of a table.
#include "services/table/table_fixture.hpp"

namespace faasd::table::test {
namespace {

using model::ChangeKind;
using model::StreamView;
using model::TableErrc;
using testing::ElementsAre;
using testing::HasSubstr;
using namespace std::chrono_literals;

struct TableStream : TableTest {
    void create_with(StreamView view) {
        auto definition = hash_table();
        definition.stream = view;
        ensure(definition).value();
    }
    std::vector<model::ChangeRecord> changes(std::uint64_t after = 0) {
        return tables->changes("users", after, 1000).value();
    }
};

TEST_F(TableStream, records_inserts_changes_and_removals_in_order) {
    create_with(StreamView::new_and_old_images);
    model::PutItem request;
    request.table = "users";
    request.item = item(R"({"id":"a","x":1})");
    request.trace = "t1";
    put(request).value();
    clock.advance(1s);
    put("users", R"({"id":"a","x":2})").value();
    erase("users", R"({"id":"a"})").value();
    const auto records = changes();
    ASSERT_EQ(records.size(), 3U);
    EXPECT_EQ(records[0].kind, ChangeKind::insert);
    EXPECT_EQ(records[0].table, "users");
    EXPECT_EQ(records[0].trace, "t1");
    EXPECT_EQ(text(records[0].keys), R"({"id":"a"})");
    EXPECT_EQ(records[0].old_image, std::nullopt);
    EXPECT_EQ(text(records[0].new_image), R"({"id":"a","x":1})");
    EXPECT_EQ(records[0].size_bytes, 3U + 6U);
    EXPECT_EQ(records[1].kind, ChangeKind::modify);
    EXPECT_EQ(records[1].at, records[0].at + 1s);
    EXPECT_EQ(text(records[1].old_image), R"({"id":"a","x":1})");
    EXPECT_EQ(text(records[1].new_image), R"({"id":"a","x":2})");
    EXPECT_EQ(records[2].kind, ChangeKind::remove);
    EXPECT_EQ(text(records[2].old_image), R"({"id":"a","x":2})");
    EXPECT_EQ(records[2].new_image, std::nullopt);
    EXPECT_LT(records[0].sequence, records[1].sequence);
    EXPECT_LT(records[1].sequence, records[2].sequence);
    EXPECT_FALSE(records[2].expired);
}

TEST_F(TableStream, holds_what_its_view_says) {
    const auto images = [&](StreamView view) {
        create_with(view);
        put("users", R"({"id":"a","x":1})").value();
        put("users", R"({"id":"a","x":2})").value();
        const auto records = changes();
        const auto& last = records.back();
        EXPECT_EQ(last.view, view);
        drop("users").value();
        return text(last.old_image) + " " + text(last.new_image);
    };
    EXPECT_EQ(images(StreamView::keys_only), "none none");
    EXPECT_EQ(images(StreamView::new_image), R"(none {"id":"a","x":2})");
    EXPECT_EQ(images(StreamView::old_image), R"({"id":"a","x":1} none)");
    EXPECT_EQ(images(StreamView::new_and_old_images), R"({"id":"a","x":1} {"id":"a","x":2})");
}

TEST_F(TableStream, has_no_record_of_a_write_that_changes_nothing) {
    create_with(StreamView::keys_only);
    put("users", R"({"id":"a","x":1})").value();
    put("users", R"({"id":"a","x":1.0})").value();
    model::UpdateItem request;
    request.table = "users";
    request.key = item(R"({"id":"a"})");
    request.update = "SET x = :x";
    request.names.values = item(R"({":x":1})");
    update(request).value();
    erase("users", R"({"id":"b"})").value();
    EXPECT_EQ(changes().size(), 1U);
}

TEST_F(TableStream, has_no_record_of_a_write_that_failed) {
    create_with(StreamView::keys_only);
    model::PutItem request;
    request.table = "users";
    request.item = item(R"({"id":"a"})");
    request.condition = "attribute_exists(id)";
    EXPECT_FALSE(put(request));
    EXPECT_TRUE(changes().empty());
    EXPECT_EQ(tables->latest_change("users").value(), 0U);
}

TEST_F(TableStream, starts_when_it_is_switched_on_and_keeps_its_records_when_it_is_switched_off) {
    create_with(StreamView::none);
    put("users", R"({"id":"a"})").value();
    EXPECT_TRUE(changes().empty());
    create_with(StreamView::keys_only);
    put("users", R"({"id":"b"})").value();
    create_with(StreamView::none);
    put("users", R"({"id":"c"})").value();
    EXPECT_THAT(changes(), testing::SizeIs(1));
}

TEST_F(TableStream, is_read_in_pieces_from_any_position) {
    create_with(StreamView::keys_only);
    for (int i = 0; i < 10; ++i)
        put("users", R"({"id":")" + std::to_string(i) + R"("})").value();
    std::vector<std::string> seen;
    std::uint64_t after = 0;
    while (true) {
        const auto records = tables->changes("users", after, 3).value();
        if (records.empty()) break;
        for (const auto& record : records)
            seen.push_back(text(record.keys));
        after = records.back().sequence;
    }
    EXPECT_EQ(seen.size(), 10U);
    EXPECT_EQ(seen.back(), R"({"id":"9"})");
    EXPECT_EQ(after, tables->latest_change("users").value());
}

TEST_F(TableStream, is_read_in_answers_of_about_a_megabyte) {
    create_with(StreamView::new_and_old_images);
    const std::string large(300 * 1024, 'x');
    for (int i = 0; i < 6; ++i) put("users", R"({"id":")" + std::to_string(i) + R"(","x":")" + large + R"("})").value();
    const auto first = changes();
    EXPECT_THAT(first, testing::SizeIs(4));
    EXPECT_THAT(changes(first.back().sequence), testing::SizeIs(2));
    EXPECT_THAT(changes(first.back().sequence + 2), testing::IsEmpty());
}

TEST_F(TableStream, keeps_its_records_for_24_hours) {
    create_with(StreamView::keys_only);
    put("users", R"({"id":"a"})").value();
    put("users", R"({"id":"b"})").value();
    advance(1h);
    put("users", R"({"id":"c"})").value();
    advance(23h - 1us);
    EXPECT_EQ(changes().size(), 3U);
    advance(1us);
    EXPECT_EQ(changes().size(), 1U);
    EXPECT_EQ(code(tables->changes("users", 1, 10)), TableErrc::trimmed_data);
    EXPECT_THAT(message(tables->changes("users", 1, 10)), HasSubstr("kept for 24 hours"));
    EXPECT_EQ(changes(2).size(), 1U);
    advance(1h + 1min);
    EXPECT_TRUE(changes().empty());
    auto reader = store->read();
    auto row = reader->prepare("SELECT count(*) FROM table_changes");
    ASSERT_TRUE(row.step());
    EXPECT_EQ(row.integer(0), 0);
    EXPECT_EQ(tables->latest_change("users").value(), 3U);
}

TEST_F(TableStream, tells_its_listeners_after_the_commit) {
    create_with(StreamView::keys_only);
    std::vector<std::size_t> seen;
    tables->on_change([&](std::string_view table) {
        EXPECT_EQ(table, "users");
        seen.push_back(changes().size());
    });
    put("users", R"({"id":"a"})").value();
    put("users", R"({"id":"a"})").value();
    put("users", R"({"id":"b"})").value();
    EXPECT_THAT(seen, ElementsAre(1U, 2U));
}

TEST_F(TableStream, of_a_table_that_was_created_anew_goes_on_above_the_old_one) {
    create_with(StreamView::keys_only);
    put("users", R"({"id":"a"})").value();
    const auto last = tables->latest_change("users").value();
    drop("users").value();
    create_with(StreamView::keys_only);
    EXPECT_TRUE(changes().empty());
    put("users", R"({"id":"b"})").value();
    EXPECT_THAT(changes(last), testing::SizeIs(1));
}

TEST_F(TableStream, of_a_table_that_does_not_exist_is_an_error) {
    EXPECT_EQ(code(tables->changes("nothing", 0, 1)), TableErrc::no_such_table);
    EXPECT_EQ(code(tables->latest_change("nothing")), TableErrc::no_such_table);
}

}  // namespace
}  // namespace faasd::table::test
