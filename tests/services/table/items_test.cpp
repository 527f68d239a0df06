// Put, get, update and delete of single items.
#include "services/table/table_fixture.hpp"

namespace faasd::table::test {
namespace {

using model::ReturnValues;
using model::TableErrc;
using testing::HasSubstr;

struct TableItems : TableTest {
    TableItems() { create(hash_table()).value(); }

    model::PutItem put_request(std::string_view json, std::string condition = {}) {
        model::PutItem request;
        request.table = "users";
        request.item = item(json);
        request.condition = std::move(condition);
        return request;
    }
    model::UpdateItem update_request(std::string_view key, std::string expression) {
        model::UpdateItem request;
        request.table = "users";
        request.key = item(key);
        request.update = std::move(expression);
        return request;
    }
    std::string after_update(std::string_view key, std::string expression, ReturnValues returned) {
        auto request = update_request(key, std::move(expression));
        request.names.values = item(R"({":v": 5})");
        request.return_values = returned;
        return text(update(std::move(request)).value());
    }
};

TEST_F(TableItems, an_item_that_was_put_is_read_back_with_all_its_types) {
    const std::string json =
        R"({"b":true,"bin":{"$binary":"AAEC"},"id":"a","l":[1,"x",null],"m":{"deep":{"er":1.5}},"n":12345678901234567890,)"
        R"("none":null,"ns":{"$numbers":[1,2]},"ss":{"$strings":["x","y"]}})";
    put("users", json).value();
    EXPECT_EQ(get("users", R"({"id":"a"})"), item(json));
}

TEST_F(TableItems, an_item_that_is_not_there_is_no_error) {
    EXPECT_EQ(get("users", R"({"id":"a"})"), std::nullopt);
    EXPECT_EQ(erase("users", R"({"id":"a"})").value(), std::nullopt);
}

TEST_F(TableItems, a_put_replaces_the_whole_item) {
    put("users", R"({"id":"a","x":1,"y":2})").value();
    put("users", R"({"id":"a","z":3})").value();
    EXPECT_EQ(text(get("users", R"({"id":"a"})")), R"({"id":"a","z":3})");
}

TEST_F(TableItems, get_answers_with_the_attributes_of_its_projection) {
    put("users", R"({"id":"a","name":"Ann","address":{"city":"Bonn","zip":"53111"},"tags":["x","y","z"]})").value();
    model::GetItem request;
    request.table = "users";
    request.key = item(R"({"id":"a"})");
    request.projection = "#n, address.city, tags[1]";
    request.names.names = {{"#n", "name"}};
    EXPECT_EQ(text(tables->get(request).value()), R"({"address":{"city":"Bonn"},"name":"Ann","tags":["y"]})");
}

TEST_F(TableItems, every_operation_on_a_table_that_does_not_exist_says_so) {
    EXPECT_EQ(code(put("nothing", R"({"id":"a"})")), TableErrc::no_such_table);
    EXPECT_EQ(message(put("nothing", R"({"id":"a"})")), "Requested resource not found");
    model::GetItem request;
    request.table = "nothing";
    request.key = item(R"({"id":"a"})");
    EXPECT_EQ(message(tables->get(request)), "Requested resource not found");
}

TEST_F(TableItems, a_put_without_the_key_or_with_a_key_of_another_type_is_refused) {
    EXPECT_EQ(message(put("users", R"({"x":1})")),
              "One or more parameter values were invalid: Missing the key id in the item");
    EXPECT_EQ(message(put("users", R"({"id":1})")),
              "One or more parameter values were invalid: Type mismatch for key id expected: S actual: N");
    EXPECT_THAT(message(put("users", R"({"id":""})")), HasSubstr("cannot contain an empty string value. Key: id"));
    EXPECT_TRUE(scan_all("users").empty());
}

TEST_F(TableItems, a_key_must_be_exactly_that_of_the_schema) {
    for (const char* key : {R"({})", R"({"id":1})", R"({"other":"a"})", R"({"id":"a","other":"b"})"}) {
        model::GetItem request;
        request.table = "users";
        request.key = item(key);
        EXPECT_EQ(message(tables->get(request)), "The provided key element does not match the schema") << key;
        EXPECT_EQ(message(erase("users", key)), "The provided key element does not match the schema") << key;
    }
}

TEST_F(TableItems, keys_have_a_maximal_size) {
    create(range_table()).value();
    EXPECT_TRUE(put("users", R"({"id":")" + std::string(2048, 'x') + R"("})"));
    EXPECT_THAT(message(put("users", R"({"id":")" + std::string(2049, 'x') + R"("})")),
                HasSubstr("Size of hashkey has exceeded the maximum size limit"));
}

TEST_F(TableItems, an_item_has_at_most_400_KB) {
    EXPECT_TRUE(put("users", R"({"id":"a","x":")" + std::string(400 * 1024 - 4, 'x') + R"("})"));
    EXPECT_EQ(message(put("users", R"({"id":"a","x":")" + std::string(400 * 1024 - 3, 'x') + R"("})")),
              "Item size has exceeded the maximum allowed size");
    auto request = update_request(R"({"id":"a"})", "SET y = :y");
    request.names.values = item(R"({":y":"z"})");
    EXPECT_EQ(message(update(std::move(request))), "Item size to update has exceeded the maximum allowed size");
}

TEST_F(TableItems, a_put_whose_condition_fails_changes_nothing) {
    put("users", R"({"id":"a","x":1})").value();
    const auto failed = put(put_request(R"({"id":"a","x":2})", "attribute_not_exists(id)"));
    EXPECT_EQ(code(failed), TableErrc::conditional_check_failed);
    EXPECT_EQ(message(failed), "The conditional request failed");
    EXPECT_EQ(text(get("users", R"({"id":"a"})")), R"({"id":"a","x":1})");
    EXPECT_TRUE(put(put_request(R"({"id":"b"})", "attribute_not_exists(id)")));
}

TEST_F(TableItems, a_failed_condition_shows_the_item_only_where_it_was_asked_for) {
    put("users", R"({"id":"a","x":1})").value();
    for (const bool asked : {false, true}) {
        auto request = put_request(R"({"id":"a","x":2})", "attribute_not_exists(id)");
        request.return_old_on_condition_failure = asked;
        const auto failed = put(std::move(request));
        const auto* detail = dynamic_cast<const model::ConditionalCheckDetail*>(failed.error().detail.get());
        ASSERT_NE(detail, nullptr);
        EXPECT_EQ(text(detail->item), asked ? R"({"id":"a","x":1})" : "none");
    }
}

TEST_F(TableItems, an_expression_with_a_mistake_is_refused_before_anything_is_written) {
    EXPECT_EQ(code(put(put_request(R"({"id":"a"})", "attribute_not_exists("))), TableErrc::validation);
    auto unused = put_request(R"({"id":"a"})", "attribute_not_exists(id)");
    unused.names.names = {{"#x", "x"}};
    EXPECT_THAT(message(put(std::move(unused))), HasSubstr("unused in expressions"));
    EXPECT_TRUE(scan_all("users").empty());
}

TEST_F(TableItems, put_and_delete_return_the_old_item_on_request) {
    auto request = put_request(R"({"id":"a","x":1})");
    request.return_old = true;
    EXPECT_EQ(put(request).value(), std::nullopt);
    request.item = item(R"({"id":"a","x":2})");
    EXPECT_EQ(text(put(request).value()), R"({"id":"a","x":1})");
    model::DeleteItem erased;
    erased.table = "users";
    erased.key = item(R"({"id":"a"})");
    erased.return_old = true;
    EXPECT_EQ(text(erase(erased).value()), R"({"id":"a","x":2})");
    EXPECT_EQ(erase(erased).value(), std::nullopt);
}

TEST_F(TableItems, a_delete_whose_condition_fails_deletes_nothing) {
    put("users", R"({"id":"a","x":1})").value();
    model::DeleteItem request;
    request.table = "users";
    request.key = item(R"({"id":"a"})");
    request.condition = "x > :v";
    request.names.values = item(R"({":v":1})");
    EXPECT_EQ(code(erase(request)), TableErrc::conditional_check_failed);
    EXPECT_NE(get("users", R"({"id":"a"})"), std::nullopt);
}

TEST_F(TableItems, an_update_changes_what_it_names_and_nothing_else) {
    put("users", R"({"id":"a","x":1,"y":2})").value();
    auto request = update_request(R"({"id":"a"})", "SET x = x + :v REMOVE y ADD z :v");
    request.names.values = item(R"({":v": 10})");
    update(std::move(request)).value();
    EXPECT_EQ(text(get("users", R"({"id":"a"})")), R"({"id":"a","x":11,"z":10})");
}

TEST_F(TableItems, an_update_creates_the_item_that_is_not_there) {
    EXPECT_EQ(after_update(R"({"id":"a"})", "SET x = :v", ReturnValues::all_new), R"({"id":"a","x":5})");
    EXPECT_EQ(text(get("users", R"({"id":"a"})")), R"({"id":"a","x":5})");
}

TEST_F(TableItems, an_update_must_not_change_the_key) {
    put("users", R"({"id":"a"})").value();
    auto request = update_request(R"({"id":"a"})", "SET id = :v");
    request.names.values = item(R"({":v":"b"})");
    EXPECT_EQ(message(update(std::move(request))),
              "One or more parameter values were invalid: Cannot update attribute id. This attribute is part of the "
              "key");
}

TEST_F(TableItems, an_update_returns_what_it_was_asked_for) {
    const auto before = [&] { put("users", R"({"id":"a","x":1,"y":2})").value(); };
    const std::string key = R"({"id":"a"})";
    before();
    EXPECT_EQ(after_update(key, "SET x = :v", ReturnValues::none), "none");
    before();
    EXPECT_EQ(after_update(key, "SET x = :v", ReturnValues::all_old), R"({"id":"a","x":1,"y":2})");
    before();
    EXPECT_EQ(after_update(key, "SET x = :v", ReturnValues::all_new), R"({"id":"a","x":5,"y":2})");
    before();
    EXPECT_EQ(after_update(key, "SET x = :v, z = :v", ReturnValues::updated_old), R"({"x":1})");
    before();
    EXPECT_EQ(after_update(key, "SET x = :v REMOVE y", ReturnValues::updated_new), R"({"x":5})");
}

TEST_F(TableItems, an_update_is_evaluated_against_the_item_as_all_earlier_writes_left_it) {
    constexpr int writers = 200;
    std::vector<std::optional<base::Result<std::optional<Item>>>> results(writers);
    for (auto& result : results) {
        auto request = update_request(R"({"id":"a"})", "ADD n :one");
        request.names.values = item(R"({":one":1})");
        tables->update(std::move(request), [&result](auto outcome) { result = std::move(outcome); });
    }
    settle();
    for (const auto& result : results) EXPECT_TRUE(result && result->has_value());
    EXPECT_EQ(text(get("users", R"({"id":"a"})")), R"({"id":"a","n":200})");
}

TEST_F(TableItems, numbers_that_are_equal_are_one_key_however_they_are_written) {
    create(range_table()).value();
    model::PutItem request;
    request.table = "orders";
    request.item = item(R"({"user":"a"})");
    for (const char* number : {"1", "1.0", "01", "10E-1"}) {
        request.item["at"].value = model::Number{number};
        ASSERT_TRUE(put(request));
    }
    EXPECT_EQ(scan_all("orders").size(), 1U);
    model::GetItem read;
    read.table = "orders";
    read.key = item(R"({"user":"a"})");
    read.key["at"].value = model::Number{"1.00"};
    EXPECT_NE(tables->get(read).value(), std::nullopt);
}

TEST_F(TableItems, many_items_are_read_from_one_state) {
    put("users", R"({"id":"a"})").value();
    std::vector<model::GetItem> requests(2);
    for (auto& request : requests) request.table = "users";
    requests[0].key = item(R"({"id":"a"})");
    requests[1].key = item(R"({"id":"b"})");
    const auto items = tables->get_many(requests).value();
    ASSERT_EQ(items.size(), 2U);
    EXPECT_EQ(text(items[0]), R"({"id":"a"})");
    EXPECT_EQ(items[1], std::nullopt);
    requests.resize(101, requests[0]);
    EXPECT_EQ(code(tables->get_many(requests)), TableErrc::validation);
}

TEST_F(TableItems, a_batch_writes_up_to_25_items) {
    std::vector<model::WriteAction> actions;
    for (int i = 0; i < 24; ++i) actions.emplace_back(put_request(R"({"id":")" + std::to_string(i) + R"("})"));
    put("users", R"({"id":"old"})").value();
    model::DeleteItem erased;
    erased.table = "users";
    erased.key = item(R"({"id":"old"})");
    actions.emplace_back(erased);
    EXPECT_EQ(batch(actions).value().size(), 25U);
    EXPECT_EQ(scan_all("users").size(), 24U);
    EXPECT_EQ(get("users", R"({"id":"old"})"), std::nullopt);
    actions.emplace_back(put_request(R"({"id":"one too many"})"));
    EXPECT_EQ(message(batch(actions)), "Too many items requested for the BatchWriteItem call");
}

TEST_F(TableItems, a_batch_with_a_mistake_in_it_is_refused_as_a_whole) {
    const auto refused = [&](model::WriteAction action) {
        const auto result = batch({put_request(R"({"id":"good"})"), std::move(action)});
        EXPECT_TRUE(scan_all("users").empty());
        return message(result);
    };
    EXPECT_EQ(refused(put_request(R"({"id":"good"})")), "Provided list of item keys contains duplicates");
    EXPECT_EQ(refused(put_request(R"({"x":1})")),
              "One or more parameter values were invalid: Missing the key id in the item");
    EXPECT_THAT(refused(put_request(R"({"id":"b"})", "attribute_not_exists(id)")), HasSubstr("without conditions"));
    EXPECT_THAT(refused(update_request(R"({"id":"b"})", "REMOVE x")), HasSubstr("puts and deletes"));
    auto other_table = put_request(R"({"id":"b"})");
    other_table.table = "nothing";
    EXPECT_EQ(refused(other_table), "Requested resource not found");
}

}  // namespace
}  // namespace faasd::table::test
