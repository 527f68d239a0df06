#include "services/queue/queue_fixture.hpp"

namespace faasd::queue {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;
using Status = model::Move::Status;

class QueueMove : public QueueTest {
  protected:
    QueueMove() {
        EXPECT_TRUE(create("dead"));
        EXPECT_TRUE(create("q", with_redrive("dead", 1)));
        EXPECT_TRUE(create("other"));
    }

    // Messages that were received once too often, in the dead-letter queue.
    void bury(const std::vector<std::string>& bodies) {
        for (const auto& body : bodies)
            ASSERT_TRUE(send("q", body));
        ASSERT_THAT(receive("q"), SizeIs(bodies.size()));
        advance(30s);
        ASSERT_THAT(receive("q"), IsEmpty());
        ASSERT_EQ(info("dead").visible, bodies.size());
    }
    base::Result<std::string> start_move(model::MoveRequest request) {
        auto id = base::wait_for<std::string>(
            [&](auto done) { engine_->start_move(std::move(request), std::move(done)); });
        settle();
        return id;
    }
    base::Result<std::uint64_t> cancel(std::string id) {
        return base::wait_for<std::uint64_t>(
            [&](auto done) { engine_->cancel_move(std::move(id), std::move(done)); });
    }
    model::Move last_move(std::string source = "dead") { return engine_->moves(source, 1).value().at(0); }
};

TEST_F(QueueMove, returns_dead_letters_to_where_they_came_from_as_new_messages) {
    bury({"a", "b"});
    const auto buried = receive("dead", 1).at(0);
    advance(30s);
    ASSERT_TRUE(start_move({"dead", std::nullopt, std::nullopt}));
    const auto returned = receive("q");
    EXPECT_THAT(bodies(returned), UnorderedElementsAre("a", "b"));
    for (const auto& message : returned) {
        EXPECT_NE(message.id, buried.id);
        EXPECT_EQ(message.receive_count, 1u);
        EXPECT_EQ(message.sent_at, clock_.now());
        EXPECT_THAT(message.system_attributes, IsEmpty());
    }
    EXPECT_EQ(info("dead").visible, 0u);
    EXPECT_EQ(last_move().status, Status::completed);
    EXPECT_EQ(last_move().moved, 2u);
    EXPECT_EQ(last_move().to_move, 2u);
}

TEST_F(QueueMove, goes_to_another_queue_where_one_is_named) {
    bury({std::string(5000, 'x')});  // long contents are kept apart
    ASSERT_TRUE(start_move({"dead", "other", std::nullopt}));
    EXPECT_THAT(receive_bodies("other"), ElementsAre(std::string(5000, 'x')));
}

TEST_F(QueueMove, keeps_to_its_rate_and_ends_when_it_is_cancelled) {
    bury({"a", "b", "c"});
    const auto id = start_move({"dead", "other", 1});
    ASSERT_TRUE(id);
    EXPECT_EQ(info("other").visible, 1u);
    EXPECT_THAT(start_move({"dead", "other", 1}), FailsWith(QueueErrc::move_running));
    advance(1s);
    settle();
    EXPECT_EQ(info("other").visible, 2u);
    EXPECT_EQ(cancel(*id).value(), 2u);
    advance(10s);
    settle();
    EXPECT_EQ(info("other").visible, 2u);
    EXPECT_EQ(info("dead").visible, 1u);
    EXPECT_EQ(last_move().status, Status::cancelled);
    EXPECT_THAT(cancel(*id), FailsWith(QueueErrc::no_such_move));
}

TEST_F(QueueMove, goes_on_after_a_restart) {
    bury({"a", "b", "c"});
    ASSERT_TRUE(start_move({"dead", "other", 1}));
    restart();
    for (int i = 0; i < 4; ++i) {
        settle();
        advance(1s);
    }
    settle();
    EXPECT_EQ(info("other").visible, 3u);
    EXPECT_EQ(last_move().status, Status::completed);
    EXPECT_EQ(last_move().moved, 3u);
}

TEST_F(QueueMove, fails_where_a_queue_goes_away_or_nobody_knows_where_a_message_came_from) {
    bury({"a", "b"});
    ASSERT_TRUE(start_move({"dead", "other", 1}));
    ASSERT_TRUE(remove_queue("other"));
    advance(1s);
    settle();
    EXPECT_EQ(last_move().status, Status::failed);
    EXPECT_EQ(last_move().failure, make_error_code(QueueErrc::no_such_destination));
    EXPECT_EQ(info("dead").visible, 1u);

    ASSERT_TRUE(send("dead", "sent here"));
    ASSERT_TRUE(start_move({"dead", std::nullopt, std::nullopt}));
    EXPECT_EQ(last_move().failure, make_error_code(QueueErrc::not_a_dead_letter_queue));
    EXPECT_THAT(receive_bodies("dead"), ElementsAre("sent here"));
    EXPECT_THAT(receive_bodies("q"), SizeIs(1));
}

TEST_F(QueueMove, is_refused_without_a_source_or_a_destination) {
    EXPECT_THAT(start_move({"missing", std::nullopt, std::nullopt}), FailsWith(QueueErrc::no_such_queue));
    EXPECT_THAT(start_move({"other", std::nullopt, std::nullopt}),
                FailsWith(QueueErrc::not_a_dead_letter_queue));
    EXPECT_THAT(start_move({"dead", "missing", std::nullopt}), FailsWith(QueueErrc::no_such_destination));
    EXPECT_THAT(start_move({"dead", "dead", std::nullopt}), FailsWith(QueueErrc::invalid_parameter));
    ASSERT_TRUE(create("x.fifo", fifo()));
    EXPECT_THAT(start_move({"dead", "x.fifo", std::nullopt}), FailsWith(QueueErrc::wrong_queue_type));
    EXPECT_THAT(engine_->moves("dead", 10).value(), IsEmpty());
}

TEST_F(QueueMove, leaves_what_comes_after_it_began) {
    bury({"a"});
    ASSERT_TRUE(start_move({"dead", "other", 1}));
    ASSERT_TRUE(send("dead", "late"));
    advance(2s);
    settle();
    EXPECT_THAT(receive_bodies("other"), ElementsAre("a"));
    EXPECT_THAT(receive_bodies("dead"), ElementsAre("late"));
}

TEST_F(QueueMove, keeps_the_order_of_fifo_groups) {
    ASSERT_TRUE(create("dead.fifo", fifo()));
    ASSERT_TRUE(create("q.fifo", with_redrive("dead.fifo", 1, fifo())));
    for (const char* body : {"1", "2", "3"})
        ASSERT_TRUE(send_fifo(body, "g"));
    ASSERT_THAT(receive_bodies("q.fifo"), ElementsAre("1", "2", "3"));
    advance(30s);
    ASSERT_THAT(receive("q.fifo"), IsEmpty());
    ASSERT_TRUE(start_move({"dead.fifo", std::nullopt, std::nullopt}));
    EXPECT_THAT(receive_bodies("q.fifo"), ElementsAre("1", "2", "3"));
}

TEST_F(QueueMove, steps_over_groups_that_came_after_it_began) {
    ASSERT_TRUE(create("dead.fifo", fifo()));
    ASSERT_TRUE(create("q.fifo", with_redrive("dead.fifo", 1, fifo())));
    for (const char* group : {"a", "b", "c"})
        ASSERT_TRUE(send_fifo(group, group));
    ASSERT_THAT(receive("q.fifo"), SizeIs(3));
    advance(30s);
    ASSERT_THAT(receive("q.fifo"), IsEmpty());
    ASSERT_TRUE(start_move({"dead.fifo", std::nullopt, 1}));
    model::SendRequest late;
    late.body = "late";
    late.group_id = late.deduplication_id = "late";
    ASSERT_TRUE(send("dead.fifo", late));
    advance(500ms);
    // A look at the two that are left puts them behind the late one.
    const auto left = receive("dead.fifo", 2);
    ASSERT_THAT(left, SizeIs(2));
    for (const auto& message : left)
        ASSERT_TRUE(change_visibility("dead.fifo", message.receipt_handle, 0s));
    for (int i = 0; i < 4; ++i) {
        advance(1s);
        settle();
    }
    EXPECT_EQ(last_move("dead.fifo").status, Status::completed);
    EXPECT_EQ(last_move("dead.fifo").moved, 3u);
    EXPECT_THAT(receive_bodies("dead.fifo"), ElementsAre("late"));
}

TEST_F(QueueMove, makes_steps_that_are_not_too_large) {
    std::vector<std::string> large(10, std::string(1'000'000, 'x'));
    bury(large);
    ASSERT_TRUE(start_move({"dead", "other", std::nullopt}));
    EXPECT_EQ(info("other").visible, 10u);
    EXPECT_EQ(last_move().status, Status::completed);
}

TEST_F(QueueMove, the_last_ten_of_a_source_are_kept) {
    for (int i = 0; i < 12; ++i)
        ASSERT_TRUE(start_move({"dead", "other", std::nullopt}));
    EXPECT_THAT(engine_->moves("dead", 100).value(), SizeIs(10));
    EXPECT_THAT(engine_->moves("missing", 1), FailsWith(QueueErrc::no_such_queue));
}

class RedriveAllowed : public QueueTest {};

TEST_F(RedriveAllowed, a_dead_letter_queue_says_who_may_use_it) {
    using Permission = model::RedriveAllow::Permission;
    QueueAttributes attributes;
    attributes.redrive_allow = model::RedriveAllow{Permission::listed, {"friend"}};
    ASSERT_TRUE(create("dead", attributes));
    EXPECT_TRUE(create("friend", with_redrive("dead", 1)));
    EXPECT_THAT(create("stranger", with_redrive("dead", 1)), FailsWith(QueueErrc::redrive_not_allowed));
    EXPECT_THAT(engine_->redrive_sources("dead").value(), ElementsAre("friend"));
    attributes.redrive_allow = model::RedriveAllow{Permission::none, {}};
    ASSERT_TRUE(set_attributes("dead", attributes));
    restart();
    EXPECT_THAT(create("late", with_redrive("dead", 1)), FailsWith(QueueErrc::redrive_not_allowed));
    EXPECT_EQ(info("dead").attributes, attributes);
}

TEST_F(RedriveAllowed, a_change_of_attributes_sees_them_as_they_are_and_may_refuse) {
    ASSERT_TRUE(create("q"));
    const auto change = [&](model::Queues::Change by) {
        return base::wait_for<void>(
            [&](auto done) { engine_->change_attributes("q", std::move(by), std::move(done)); });
    };
    ASSERT_TRUE(change([](QueueAttributes& a) -> base::Result<> {
        a.tags["team"] = "a";
        return {};
    }));
    EXPECT_THAT(change([](QueueAttributes& a) -> base::Result<> {
                    a.tags.clear();
                    return base::Error(QueueErrc::invalid_parameter, "no");
                }),
                FailsWith(QueueErrc::invalid_parameter));
    EXPECT_THAT(change([](QueueAttributes& a) -> base::Result<> {
                    a.delay = 1h;
                    return {};
                }),
                FailsWith(QueueErrc::invalid_attribute));
    EXPECT_EQ(engine_->attributes("q").value().tags.at("team"), "a");
    EXPECT_EQ(engine_->attributes("q").value().delay, 0s);
    // A configuration that says nothing of them leaves them.
    QueueAttributes configured;
    configured.visibility_timeout = 5s;
    ASSERT_TRUE(ensure("q", configured));
    EXPECT_EQ(info("q").attributes.tags.at("team"), "a");
    EXPECT_EQ(info("q").attributes.visibility_timeout, 5s);
}

}  // namespace
}  // namespace faasd::queue
