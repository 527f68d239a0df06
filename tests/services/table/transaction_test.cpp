// TransactWriteItems: all or nothing.
#include "items/attribute_value.hpp"
#include "services/table/table_fixture.hpp"

namespace faasd::table::test {
namespace {

using model::TableErrc;
using testing::ElementsAre;
using testing::HasSubstr;
using namespace std::chrono_literals;

struct TableTransaction : TableTest {
    TableTransaction() {
        auto definition = hash_table();
        definition.indexes.push_back(index("by_city", string_key("city")));
        definition.stream = model::StreamView::keys_only;
        create(definition).value();
        create(hash_table("accounts")).value();
        put("accounts", R"({"id":"x","money":10})").value();
    }
    static model::PutItem user(std::string_view json, std::string condition = {}) {
        model::PutItem request;
        request.table = "users";
        request.item = item(json);
        request.condition = std::move(condition);
        return request;
    }
    static model::UpdateItem pay(int money) {
        model::UpdateItem request;
        request.table = "accounts";
        request.key = item(R"({"id":"x"})");
        request.update = "SET money = money - :m";
        request.condition = "money >= :m";
        request.names.values[":m"].value = model::Number{std::to_string(money)};
        return request;
    }
    static model::ConditionCheck check(std::string table, std::string_view key, std::string condition) {
        model::ConditionCheck request;
        request.table = std::move(table);
        request.key = item(key);
        request.condition = std::move(condition);
        return request;
    }
    std::vector<std::string> reasons(const base::Result<>& result) {
        std::vector<std::string> codes;
        if (result) return codes;
        const auto* detail =
            dynamic_cast<const model::TransactionCanceledDetail*>(result.error().detail.get());
        if (!detail) return codes;
        for (const auto& reason : detail->reasons)
            codes.push_back(reason.code);
        return codes;
    }
};

TEST_F(TableTransaction, writes_to_several_tables_at_once) {
    model::DeleteItem erased;
    erased.table = "users";
    erased.key = item(R"({"id":"old"})");
    put("users", R"({"id":"old"})").value();
    transact(
        {user(R"({"id":"a"})"), pay(4), erased, check("users", R"({"id":"b"})", "attribute_not_exists(id)")})
        .value();
    EXPECT_THAT(texts(scan_all("users")), ElementsAre(R"({"id":"a"})"));
    EXPECT_EQ(text(get("accounts", R"({"id":"x"})")), R"({"id":"x","money":6})");
}

TEST_F(TableTransaction, of_which_one_condition_fails_writes_nothing_and_says_which) {
    const auto failed = transact({user(R"({"id":"a","city":"Bonn"})"), pay(11),
                                  check("users", R"({"id":"b"})", "attribute_exists(id)")});
    EXPECT_EQ(code(failed), TableErrc::transaction_canceled);
    EXPECT_EQ(message(failed),
              "Transaction cancelled, please refer cancellation reasons for specific reasons "
              "[None, ConditionalCheckFailed, ConditionalCheckFailed]");
    EXPECT_THAT(reasons(failed), ElementsAre("None", "ConditionalCheckFailed", "ConditionalCheckFailed"));
    EXPECT_TRUE(scan_all("users").empty());
    EXPECT_TRUE(scan_all("users", "by_city").empty());
    EXPECT_EQ(tables->latest_change("users").value(), 0U);
    EXPECT_EQ(tables->info("users").value().items, 0U);
}

TEST_F(TableTransaction, shows_the_item_that_failed_its_condition_on_request) {
    auto payment = pay(11);
    payment.return_old_on_condition_failure = true;
    const auto failed = transact({payment});
    const auto* detail = dynamic_cast<const model::TransactionCanceledDetail*>(failed.error().detail.get());
    ASSERT_NE(detail, nullptr);
    EXPECT_EQ(detail->reasons.at(0).message, "The conditional request failed");
    EXPECT_EQ(text(detail->reasons.at(0).item), R"({"id":"x","money":10})");
}

TEST_F(TableTransaction, with_an_item_that_is_not_valid_is_cancelled) {
    const auto failed = transact({user(R"({"id":"a"})"), user(R"({"id":5})")});
    EXPECT_THAT(reasons(failed), ElementsAre("None", "ValidationError"));
    EXPECT_TRUE(scan_all("users").empty());
    auto other_table = user(R"({"id":"a"})");
    other_table.table = "nothing";
    EXPECT_EQ(code(transact({user(R"({"id":"a"})"), other_table})), TableErrc::no_such_table);
}

TEST_F(TableTransaction, has_one_action_for_an_item) {
    EXPECT_EQ(message(transact(
                  {user(R"({"id":"a"})"), check("users", R"({"id":"a"})", "attribute_exists(nothing)")})),
              "Transaction request cannot include multiple operations on one item");
}

TEST_F(TableTransaction, has_1_to_100_actions) {
    std::vector<model::WriteAction> actions;
    EXPECT_EQ(code(transact(actions)), TableErrc::validation);
    for (int i = 0; i < 100; ++i)
        actions.emplace_back(user(R"({"id":")" + std::to_string(i) + R"("})"));
    transact(actions).value();
    EXPECT_EQ(scan_all("users").size(), 100U);
    actions.emplace_back(user(R"({"id":"one too many"})"));
    EXPECT_THAT(message(transact(actions)), HasSubstr("less than or equal to 100"));
}

TEST_F(TableTransaction, has_at_most_4_MB) {
    std::vector<model::WriteAction> actions;
    for (int i = 0; i < 11; ++i) {
        actions.emplace_back(
            user(R"({"id":")" + std::to_string(i) + R"(","x":")" + std::string(390 * 1024, 'x') + R"("})"));
    }
    EXPECT_THAT(message(transact(actions)), HasSubstr("cannot exceed 4 MB"));
    EXPECT_TRUE(scan_all("users").empty());
    actions.pop_back();
    EXPECT_TRUE(transact(actions));
}

TEST_F(TableTransaction, with_a_token_happens_once_however_often_it_is_repeated) {
    transact({pay(3)}, "token").value();
    transact({pay(3)}, "token").value();
    EXPECT_EQ(text(get("accounts", R"({"id":"x"})")), R"({"id":"x","money":7})");
    reopen();
    transact({pay(3)}, "token").value();
    EXPECT_EQ(text(get("accounts", R"({"id":"x"})")), R"({"id":"x","money":7})");
}

TEST_F(TableTransaction, repeated_with_its_token_has_only_read_its_items) {
    auto first = pay(3);
    first.usage = std::make_shared<model::WriteUsage>();
    transact({first}, "token").value();
    EXPECT_EQ(first.usage->table_units, 1u);
    EXPECT_FALSE(first.usage->read_bytes);
    auto again = pay(3);
    again.usage = std::make_shared<model::WriteUsage>();
    transact({again}, "token").value();
    EXPECT_EQ(again.usage->table_units, 0u);
    EXPECT_EQ(again.usage->read_bytes, items::item_size(get("accounts", R"({"id":"x"})").value()));
}

TEST_F(TableTransaction, with_a_token_of_another_request_is_refused) {
    transact({pay(3)}, "token").value();
    EXPECT_EQ(code(transact({pay(4)}, "token")), TableErrc::idempotent_parameter_mismatch);
    EXPECT_EQ(text(get("accounts", R"({"id":"x"})")), R"({"id":"x","money":7})");
}

TEST_F(TableTransaction, may_use_a_token_again_after_10_minutes_and_after_a_failure) {
    transact({pay(3)}, "token").value();
    advance(10min - 1us);
    transact({pay(3)}, "token").value();
    EXPECT_EQ(text(get("accounts", R"({"id":"x"})")), R"({"id":"x","money":7})");
    advance(1us);
    transact({pay(3)}, "token").value();
    EXPECT_EQ(text(get("accounts", R"({"id":"x"})")), R"({"id":"x","money":4})");
    EXPECT_FALSE(transact({pay(100)}, "other"));
    transact({pay(1)}, "other").value();
}

TEST_F(TableTransaction, check_needs_a_condition) {
    EXPECT_EQ(code(transact({check("users", R"({"id":"b"})", "")})), TableErrc::validation);
}

}  // namespace
}  // namespace faasd::table::test
