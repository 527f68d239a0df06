#include <gmock/gmock.h>

#include "runtime/connections.hpp"

namespace faasd::runtime::testing {
namespace {

using ::testing::HasSubstr;
using Until = Connections::Until;

model::App app_with(std::uint32_t table, std::uint32_t dependency) {
    model::App app;
    app.tables.resize(2);
    app.tables[0].definition.name = "events";
    app.tables[0].max_connections = table;
    app.tables[1].definition.name = "free";
    app.dependencies.push_back({"warehouse", dependency, {}});
    return app;
}
const Connections::Resource kEvents{model::ResourceKind::table, "events"};
const Connections::Resource kFree{model::ResourceKind::table, "free"};
const Connections::Resource kWarehouse{model::ResourceKind::dependency, "warehouse"};

struct ConnectionsTest : ::testing::Test {
    Connections connections;
    int holders[8] = {};
    std::optional<model::OperationError> open(int who, const Connections::Resource& what, Until until = Until::end) {
        return connections.open(what, &holders[who], "collect", until);
    }
};

TEST_F(ConnectionsTest, an_app_without_limits_asks_for_nothing) {
    connections.configure({});
    EXPECT_FALSE(connections.any());
    connections.configure(app_with(1, 1));
    EXPECT_TRUE(connections.any());
}

TEST_F(ConnectionsTest, each_invocation_holds_one_however_often_it_uses_it_and_the_next_is_refused) {
    connections.configure(app_with(2, 1));
    EXPECT_FALSE(open(0, kEvents));
    EXPECT_FALSE(open(0, kEvents));
    EXPECT_FALSE(open(1, kEvents));
    const auto refused = open(2, kEvents);
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->code, "TooManyConnections");
    EXPECT_THAT(refused->message, HasSubstr("all 2 connections to table events are in use (by collect ×2)"));
    EXPECT_FALSE(open(2, kFree));
    connections.release(&holders[0]);
    EXPECT_FALSE(open(2, kEvents));
    const auto status = connections.status();
    ASSERT_EQ(status.size(), 2U);
    EXPECT_EQ(status[0].resource, "table:events");
    EXPECT_EQ(status[0].in_use, 2U);
    EXPECT_EQ(status[0].peak, 2U);
    EXPECT_EQ(status[0].refused, 1U);
}

TEST_F(ConnectionsTest, a_handle_gives_its_connection_back_when_the_last_one_closes) {
    connections.configure(app_with(1, 1));
    EXPECT_FALSE(open(0, kWarehouse, Until::closed));
    EXPECT_FALSE(open(0, kWarehouse, Until::closed));
    connections.close(kWarehouse, &holders[0]);
    EXPECT_TRUE(open(1, kWarehouse, Until::closed));
    connections.close(kWarehouse, &holders[0]);
    EXPECT_FALSE(open(1, kWarehouse, Until::closed));
    connections.close(kWarehouse, &holders[0]);  // not its own any more
    EXPECT_TRUE(open(0, kWarehouse, Until::closed));
}

TEST_F(ConnectionsTest, another_limit_leaves_holders_theirs) {
    connections.configure(app_with(2, 1));
    EXPECT_FALSE(open(0, kEvents));
    EXPECT_FALSE(open(1, kEvents));
    connections.configure(app_with(1, 1));
    connections.release(&holders[0]);
    EXPECT_TRUE(open(2, kEvents));
    connections.release(&holders[1]);
    EXPECT_FALSE(open(2, kEvents));
    connections.configure({});
    EXPECT_FALSE(open(3, kEvents));
}

}  // namespace
}  // namespace faasd::runtime::testing
