#include "control/control_fixture.hpp"

namespace faasd::control::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

TEST_F(Operations, a_message_that_is_sent_is_received_and_deleted) {
    const auto sent = run("queue.send", {{"queue", "jobs"}, {"attributes", {{"kind", "urgent"}}}}, "work");
    EXPECT_EQ(sent.json["md5"], "67e92c8765a9bc7fb2d335c459de9eb5");
    const auto got = run("queue.receive", {{"queue", "jobs"}, {"max_messages", 10}}).json["messages"];
    ASSERT_EQ(got.size(), 1U);
    EXPECT_EQ(got[0]["id"], sent.json["message_id"]);
    EXPECT_EQ(got[0]["body"], "work");
    EXPECT_EQ(got[0]["attributes"], json({{"kind", {{"type", "String"}, {"value", "urgent"}}}}));
    run("queue.delete", {{"queue", "jobs"}, {"receipt_handles", {got[0]["receipt_handle"]}}});
    EXPECT_EQ(run("queue.info", {{"queue", "jobs"}}).json["in_flight"], 0);
}

TEST_F(Operations, a_batch_tells_of_each_entry) {
    const auto sent = run("queue.send_batch",
                          {{"queue", "jobs"}, {"entries", {{{"body", "one"}}, {{"body", std::string("\x01", 1)}}}}});
    EXPECT_TRUE(sent.json["results"][0].contains("message_id"));
    EXPECT_EQ(sent.json["results"][1]["error"]["code"], "InvalidMessageContents");
}

TEST_F(Operations, an_object_keeps_its_bytes_type_and_metadata) {
    const std::string bytes("\0\xff\n", 3);
    run("bucket.put", {{"bucket", "photos"}, {"key", "a/b"}, {"content_type", "image/x"}, {"metadata", {{"by", "me"}}}},
        bytes);
    const auto got = run("bucket.get", {{"bucket", "photos"}, {"key", "a/b"}});
    EXPECT_EQ(got.body, bytes);
    EXPECT_EQ(got.json["content_type"], "image/x");
    EXPECT_EQ(got.json["metadata"]["by"], "me");
    EXPECT_EQ(run("bucket.get", {{"bucket", "photos"}, {"key", "a/b"}, {"first", 1}, {"last", 1}}).body, "\xff");
    EXPECT_EQ(run("bucket.list", {{"bucket", "photos"}, {"delimiter", "/"}}).json["common_prefixes"], json({"a/"}));
    run("bucket.delete", {{"bucket", "photos"}, {"key", "a/b"}});
    EXPECT_EQ(run("bucket.get", {{"bucket", "photos"}, {"key", "a/b"}}).error, "NoSuchKey");
}

TEST_F(Operations, an_object_is_created_only_where_there_is_none_if_so_asked) {
    const json params = {{"bucket", "photos"}, {"key", "k"}, {"if_none_match", "*"}};
    EXPECT_EQ(run("bucket.put", params, "1").error, "");
    EXPECT_EQ(run("bucket.put", params, "2").error, "PreconditionFailed");
    EXPECT_EQ(run("bucket.get", {{"bucket", "photos"}, {"key", "k"}}).body, "1");
}

TEST_F(Operations, an_item_is_plain_or_typed_as_asked) {
    run("table.put", {{"table", "users"}, {"plain", true}, {"item", {{"id", "7"}, {"age", 36}}}});
    EXPECT_EQ(run("table.get", {{"table", "users"}, {"plain", true}, {"key", "7"}}).json["item"],
              json({{"id", "7"}, {"age", 36}}));
    EXPECT_EQ(run("table.get", {{"table", "users"}, {"key", {{"id", {{"S", "7"}}}}}}).json["item"],
              json({{"id", {{"S", "7"}}}, {"age", {{"N", "36"}}}}));
}

TEST_F(Operations, a_key_may_be_given_by_its_values_alone_and_numbers_as_text) {
    run("table.put", {{"table", "scores"}, {"plain", true}, {"item", {{"player", "ada"}, {"level", 3}, {"points", 9}}}});
    EXPECT_EQ(run("table.get", {{"table", "scores"}, {"plain", true}, {"key", {"ada", "3"}}}).json["item"]["points"], 9);
}

TEST_F(Operations, a_condition_that_does_not_hold_has_a_code_of_its_own) {
    const json put = {{"table", "users"}, {"plain", true}, {"item", {{"id", "7"}}}, {"condition", "attribute_not_exists(id)"}};
    EXPECT_EQ(run("table.put", put).error, "");
    EXPECT_EQ(run("table.put", put).error, "ConditionalCheckFailedException");
}

TEST_F(Operations, a_transaction_is_all_or_nothing) {
    const json actions = {{{"table", "users"}, {"put", {{"id", "1"}}}},
                          {{"table", "users"}, {"key", "9"}, {"check", "attribute_exists(id)"}}};
    EXPECT_EQ(run("table.transact_write", {{"plain", true}, {"actions", actions}}).error, "TransactionCanceledException");
    EXPECT_EQ(run("table.scan", {{"table", "users"}}).json["count"], 0);
}

TEST_F(Operations, what_does_not_exist_is_named) {
    EXPECT_EQ(run("queue.send", {{"queue", "nope"}}, "x").error, "NoSuchQueue");
    EXPECT_EQ(run("bucket.list", {{"bucket", "nope"}}).error, "NoSuchBucket");
    EXPECT_EQ(run("table.get", {{"table", "nope"}, {"key", {{"id", {{"S", "1"}}}}}}).error, "ResourceNotFoundException");
    const auto unknown = run("queue.sned", json::object());
    EXPECT_EQ(unknown.error, "NoSuchOperation");
    EXPECT_THAT(unknown.message, HasSubstr("did you mean 'queue.send'?"));
}

TEST_F(Operations, wrong_arguments_are_refused_by_name) {
    EXPECT_THAT(run("queue.send", json::object()).message, HasSubstr("'queue' is missing"));
    EXPECT_THAT(run("queue.send", {{"queue", 7}}).message, HasSubstr("'queue' must be a string"));
    EXPECT_THAT(run("queue.send", {{"queue", "jobs"}, {"delay_secnds", 1}}, "x").message,
                HasSubstr("did you mean 'delay_seconds'?"));
    const auto attribute = run("queue.send", {{"queue", "jobs"}, {"attributes", {{"a", {{"type", 5}}}}}}, "x");
    EXPECT_EQ(attribute.error, "InvalidParameter");
    EXPECT_THAT(attribute.message, HasSubstr("'type' of the attribute 'a' must be a string"));
    EXPECT_THAT(run("queue.receive", {{"queue", "jobs"}, {"max_messages", 11}}).message, HasSubstr("1 to 10"));
    model::OperationRequest garbage;
    garbage.name = "queue.send";
    garbage.params = "[1";
    EXPECT_EQ(run(std::move(garbage)).error, "InvalidParameter");
    EXPECT_EQ(run("queue.info", {{"queue", "jobs"}}).json["visible"], 0);
}

}  // namespace
}  // namespace faasd::control::test
