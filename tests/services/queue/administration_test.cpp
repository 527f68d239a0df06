#include "services/queue/queue_fixture.hpp"

namespace faasd::queue {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class QueueAdministration : public QueueTest {};

TEST_F(QueueAdministration, creating_a_queue_again_with_the_same_attributes_succeeds) {
    QueueAttributes attributes;
    attributes.visibility_timeout = 60s;
    attributes.other = {{"Policy", "{}"}};
    ASSERT_TRUE(create("q", attributes));
    EXPECT_TRUE(create("q", attributes));
    EXPECT_THAT(create("q"), FailsWith(QueueErrc::queue_exists_with_other_attributes));
    restart();
    EXPECT_EQ(info("q").attributes, attributes);
    EXPECT_EQ(info("q").name, "q");
}

TEST_F(QueueAdministration, ensure_makes_a_queue_or_changes_it) {
    ASSERT_TRUE(ensure("q"));
    const auto created_at = clock_.now();
    advance(1s);
    QueueAttributes attributes;
    attributes.delay = 5s;
    ASSERT_TRUE(ensure("q", attributes));
    EXPECT_EQ(info("q").attributes, attributes);
    EXPECT_EQ(info("q").created_at, created_at);
    EXPECT_EQ(info("q").modified_at, created_at + 1s);
}

TEST_F(QueueAdministration, every_attribute_is_held_to_its_documented_range) {
    const auto refused = [&](auto change) {
        QueueAttributes attributes;
        change(attributes);
        return create("bad", attributes);
    };
    const auto is_refused = FailsWith(QueueErrc::invalid_attribute);
    EXPECT_THAT(refused([](auto& a) { a.visibility_timeout = 12h + 1s; }), is_refused);
    EXPECT_THAT(refused([](auto& a) { a.visibility_timeout = -1s; }), is_refused);
    EXPECT_THAT(refused([](auto& a) { a.delay = 901s; }), is_refused);
    EXPECT_THAT(refused([](auto& a) { a.retention = 59s; }), is_refused);
    EXPECT_THAT(refused([](auto& a) { a.retention = 14 * 24h + 1s; }), is_refused);
    EXPECT_THAT(refused([](auto& a) { a.receive_wait = 21s; }), is_refused);
    EXPECT_THAT(refused([](auto& a) { a.max_message_size = 1023; }), is_refused);
    EXPECT_THAT(refused([](auto& a) { a.max_message_size = 1024 * 1024 + 1; }), is_refused);
    EXPECT_THAT(refused([](auto& a) { a.content_based_deduplication = true; }), is_refused);
    EXPECT_THAT(refused([](auto& a) { a.redrive = model::RedrivePolicy{"dead", 0}; }), is_refused);
    EXPECT_THAT(refused([](auto& a) { a.redrive = model::RedrivePolicy{"dead", 1001}; }), is_refused);
    EXPECT_THAT(refused([](auto& a) { a.redrive = model::RedrivePolicy{"bad", 1}; }), is_refused);
    EXPECT_THAT(refused([](auto& a) { a.redrive = model::RedrivePolicy{"dead.fifo", 1}; }), is_refused);
    EXPECT_THAT(refused([](auto& a) { a.redrive = model::RedrivePolicy{"missing", 1}; }),
                FailsWith(QueueErrc::no_such_dead_letter_queue));
    const auto error = refused([](auto& a) { a.delay = 901s; }).error();
    EXPECT_THAT(error.message, HasSubstr("queue bad: the delay"));
    EXPECT_THAT(error.message, HasSubstr("15m"));
    EXPECT_THAT(engine_->list(), IsEmpty());
}

TEST_F(QueueAdministration, names_are_checked) {
    EXPECT_THAT(create(""), FailsWith(QueueErrc::invalid_parameter));
    EXPECT_THAT(create(std::string(81, 'n')), FailsWith(QueueErrc::invalid_parameter));
    EXPECT_THAT(create("q.fifo"), FailsWith(QueueErrc::invalid_parameter));
    EXPECT_THAT(create("q", fifo()), FailsWith(QueueErrc::invalid_parameter));
    EXPECT_TRUE(create("späte bestellungen / 2"));
}

TEST_F(QueueAdministration, a_configuration_may_name_a_dead_letter_queue_before_it_is_there) {
    ASSERT_TRUE(ensure("q", with_redrive("dead", 1)));
    ASSERT_TRUE(send("q", "m"));
    EXPECT_THAT(receive("q"), SizeIs(1));
    advance(30s);
    EXPECT_THAT(receive("q"), SizeIs(1))
        << "it stays where it can be had while there is no dead-letter queue";
    ASSERT_TRUE(ensure("dead"));
    advance(30s);
    EXPECT_THAT(receive("q"), IsEmpty());
    EXPECT_THAT(receive("dead"), SizeIs(1));
}

TEST_F(QueueAdministration, queues_are_listed_by_prefix_in_order) {
    for (const char* name : {"orders", "orders-dead", "Orders", "users", "o%"})
        ASSERT_TRUE(create(name));
    EXPECT_THAT(engine_->list(), ElementsAre("Orders", "o%", "orders", "orders-dead", "users"));
    EXPECT_THAT(engine_->list("orders"), ElementsAre("orders", "orders-dead"));
    EXPECT_THAT(engine_->list("o%"), ElementsAre("o%"));
    EXPECT_THAT(engine_->list("none"), IsEmpty());
}

TEST_F(QueueAdministration, purging_removes_all_messages_and_nothing_of_other_queues) {
    ASSERT_TRUE(create("q"));
    ASSERT_TRUE(create("other"));
    std::vector<SendRequest> entries(5'000);
    for (auto& entry : entries)
        entry.body = "m";
    ASSERT_TRUE(send_all("q", entries));
    ASSERT_TRUE(send("other", "kept"));
    (void)receive("q");
    ASSERT_TRUE(purge("q"));
    const auto counts = info("q");
    EXPECT_EQ(counts.visible + counts.in_flight + counts.delayed, 0u);
    EXPECT_EQ(info("other").visible, 1u);
    EXPECT_THAT(purge("q"), FailsWith(QueueErrc::purge_in_progress));
    restart();
    EXPECT_THAT(purge("q"), FailsWith(QueueErrc::purge_in_progress));
    advance(60s);
    EXPECT_TRUE(purge("q"));
}

TEST_F(QueueAdministration, a_removed_queue_takes_its_messages_with_it) {
    ASSERT_TRUE(create("q.fifo", fifo()));
    for (int i = 0; i < 10; ++i)
        ASSERT_TRUE(send_fifo(std::to_string(i), "g" + std::to_string(i % 3)));
    ASSERT_TRUE(remove_queue("q.fifo"));
    EXPECT_THAT(engine_->list(), IsEmpty());
    EXPECT_THAT(send_fifo("m", "g"), FailsWith(QueueErrc::no_such_queue));
    ASSERT_TRUE(create("q.fifo", fifo()));
    EXPECT_THAT(receive("q.fifo"), IsEmpty());
    EXPECT_EQ(info("q.fifo").visible, 0u);
    ASSERT_TRUE(send_fifo("0", "g0")) << "deduplication starts anew";
    EXPECT_THAT(receive("q.fifo"), SizeIs(1));
    restart();
    settle();
    auto reader = store_->read();
    for (const char* table :
         {"messages", "message_groups", "message_deduplication", "queues", "queue_totals"}) {
        auto rows = reader->prepare("SELECT count(*) FROM " + std::string(table));
        rows.step();
        EXPECT_EQ(rows.integer(0), 1) << table;
    }
}

TEST_F(QueueAdministration, a_handle_of_a_removed_queue_is_none_of_the_new_queue_of_its_name) {
    ASSERT_TRUE(create("q"));
    ASSERT_TRUE(send("q", "m"));
    const auto handle = receive("q").at(0).receipt_handle;
    ASSERT_TRUE(remove_queue("q"));
    ASSERT_TRUE(create("q"));
    EXPECT_THAT(remove("q", handle), FailsWith(QueueErrc::invalid_receipt_handle));
}

TEST_F(QueueAdministration, what_kind_of_queue_it_is_cannot_be_changed) {
    ASSERT_TRUE(create("q"));
    EXPECT_THAT(ensure("q", fifo()), FailsWith(QueueErrc::invalid_parameter));
}

TEST_F(QueueAdministration,
       a_queue_can_be_used_in_the_transaction_after_the_one_that_makes_it_without_waiting) {
    Pending<void> created;
    Pending<QueueEngine::SendResults> sent;
    engine_->ensure("q", {}, created.completion());
    SendRequest entry;
    entry.body = "m";
    engine_->send("q", {entry}, sent.completion());
    EXPECT_TRUE(created.get());
    EXPECT_TRUE(sent.get());
    EXPECT_THAT(receive("q"), SizeIs(1));
}

}  // namespace
}  // namespace faasd::queue
