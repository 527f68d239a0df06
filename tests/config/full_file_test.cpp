// One file with every key, and what each becomes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/example.hpp"
#include "config_support.hpp"

namespace faasd::config {
namespace {

using namespace std::chrono_literals;
using testing::app_of;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;
using Grant = model::FunctionDefinition::Grant;

TEST(FullFile, has_no_mistake) {
    EXPECT_THAT(testing::mistakes(kExample), IsEmpty());
}

TEST(FullFile, becomes_functions) {
    const model::App app = app_of(kExample);
    EXPECT_EQ(app.name, "shop");
    EXPECT_EQ(app.folder, "/no/such/folder/shop");
    EXPECT_EQ(app.file, "/no/such/folder/shop/faasd.yaml");
    EXPECT_THAT(app.environment, ElementsAre(Pair("STAGE", "dev")));
    ASSERT_EQ(app.functions.size(), 5U);
    const auto& product = app.functions[0];
    EXPECT_EQ(product.name, "get_product");
    EXPECT_EQ(product.handler, "get_product");
    EXPECT_THAT(product.sources, ElementsAre("/no/such/folder/shop/hello.cpp"));
    EXPECT_EQ(product.at.line, 5);
    EXPECT_EQ(product.at.column, 3);
    EXPECT_EQ(app.functions[1].module, "/no/such/folder/shop/build/monolith.so");
    const auto& list = app.functions[2];
    EXPECT_THAT(list.sources,
                ElementsAre("/no/such/folder/shop/products.cpp", "/no/such/folder/shop/pricing.cpp"));
    EXPECT_THAT(list.libraries, ElementsAre("gd"));
    EXPECT_EQ(list.timeout, 10s);
    EXPECT_EQ(list.concurrency, 100U);
    EXPECT_THAT(list.environment, ElementsAre(Pair("CURRENCY", "EUR")));
    EXPECT_THAT(list.uses, ElementsAre(Grant{model::ResourceKind::table, "products"},
                                       Grant{model::ResourceKind::queue, "to-encode"},
                                       Grant{model::ResourceKind::bucket, "photos"},
                                       Grant{model::ResourceKind::function, "encode"},
                                       Grant{model::ResourceKind::dependency, "warehouse"}));
    const auto& encode = app.functions[3];
    EXPECT_EQ(encode.dead_letter_queue, "failed");
    EXPECT_EQ(encode.on_success, (model::Destination{model::ResourceKind::queue, "failed"}));
    EXPECT_EQ(encode.on_failure, (model::Destination{model::ResourceKind::bucket, "photos"}));
    EXPECT_EQ(encode.retry_delay, 2s);
    EXPECT_TRUE(encode.allow_recursion);
    EXPECT_EQ(encode.max_retries, 1U);
    EXPECT_EQ(encode.max_event_age, 1h);
}

TEST(FullFile, becomes_routes_and_limits) {
    const model::App app = app_of(kExample);
    ASSERT_EQ(app.routes.size(), 5U);
    EXPECT_EQ(app.routes[1].key(), "GET /products/{id}");
    EXPECT_EQ(app.routes[1].function, "get_product");
    EXPECT_EQ(app.routes[2].key(), "ANY /{rest+}");
    ASSERT_TRUE(app.cors);
    EXPECT_THAT(app.cors->allow_origins, ElementsAre("https://shop.example"));
    EXPECT_THAT(app.cors->allow_methods, ElementsAre("GET", "POST"));
    EXPECT_THAT(app.cors->expose_headers, ElementsAre("etag"));
    EXPECT_TRUE(app.cors->allow_credentials);
    EXPECT_EQ(app.cors->max_age, 10min);
    EXPECT_EQ(app.http.max_body, 6U * 1024 * 1024);
    EXPECT_EQ(app.http.idle_timeout, 75s);
    EXPECT_EQ(app.http.max_connections, 16384U);
}

TEST(FullFile, becomes_authorizers_and_a_policy) {
    using Kind = model::IdentitySource::Kind;
    const model::App app = app_of(kExample);
    ASSERT_EQ(app.authorizers.size(), 2U);
    EXPECT_EQ(app.authorizers[0].function, "check_token");
    EXPECT_THAT(app.authorizers[0].identity_sources,
                ElementsAre(model::IdentitySource{Kind::header, "Authorization"}));
    EXPECT_EQ(app.authorizers[0].cache_ttl, 5min);
    EXPECT_THAT(app.authorizers[1].identity_sources,
                ElementsAre(model::IdentitySource{Kind::cookie, "session"},
                            model::IdentitySource{Kind::context, "routeKey"}));
    EXPECT_EQ(app.authorizers[1].cache_ttl, 1min);
    EXPECT_EQ(app.routes[0].authorizer, "");
    EXPECT_EQ(app.routes[2].authorizer, "tokens");
    ASSERT_TRUE(app.policy);
    ASSERT_EQ(app.policy->statements.size(), 2U);
    EXPECT_TRUE(app.policy->statements[0].allow);
    EXPECT_EQ(app.policy->statements[0].sid, "all");
    const model::PolicyStatement& deny = app.policy->statements[1];
    EXPECT_FALSE(deny.allow);
    EXPECT_TRUE(deny.not_action);
    EXPECT_TRUE(deny.not_resource);
    EXPECT_THAT(deny.principals, ElementsAre("*"));
    EXPECT_THAT(deny.conditions,
                ElementsAre(model::PolicyCondition{model::ConditionOperator::not_ip_address, false, "aws:SourceIp",
                                                   {"127.0.0.1", "::1"}}));
}

TEST(Routes, have_the_apps_authorizer_unless_they_name_another_or_none) {
    const model::App app = app_of(
        "routes:\n  GET /a: f\n  GET /b: { function: f, authorizer: none }\n  GET /c: { function: f, authorizer: other }\n"
        "authorizer: tokens\nauthorizers: { tokens: f, other: f }\nfunctions: { f: f.so }\n");
    EXPECT_EQ(app.routes[0].authorizer, "tokens");
    EXPECT_EQ(app.routes[1].authorizer, "");
    EXPECT_EQ(app.routes[2].authorizer, "other");
}

TEST(IdentitySources, may_be_written_as_api_gateway_writes_them) {
    using Kind = model::IdentitySource::Kind;
    const auto of = [](const std::string& written) {
        return app_of("functions: { f: f.so }\nauthorizers: { a: { function: f, identity_sources: " + written + " } }")
            .authorizers[0]
            .identity_sources;
    };
    EXPECT_THAT(of("[$request.header.X-Key, $request.querystring.token, $context.routeKey]"),
                ElementsAre(model::IdentitySource{Kind::header, "X-Key"}, model::IdentitySource{Kind::query, "token"},
                            model::IdentitySource{Kind::context, "routeKey"}));
    EXPECT_THAT(of("method.request.header.X"), ElementsAre(model::IdentitySource{Kind::header, "X"}));
    EXPECT_THAT(of("[]"), IsEmpty());
}

TEST(FullFile, becomes_queues) {
    const model::App app = app_of(kExample);
    ASSERT_EQ(app.queues.size(), 3U);
    EXPECT_EQ(app.queues[0].attributes, model::QueueAttributes{});
    const auto& encode = app.queues[1];
    EXPECT_EQ(encode.attributes.visibility_timeout, 2min);
    EXPECT_EQ(encode.attributes.receive_wait, 10s);
    EXPECT_EQ(encode.attributes.max_message_size, 256U * 1024);
    EXPECT_EQ(encode.attributes.redrive, (model::RedrivePolicy{"failed", 3}));
    ASSERT_TRUE(encode.consumer);
    EXPECT_EQ(encode.consumer->function, "encode");
    EXPECT_EQ(encode.consumer->max_concurrency, 4U);
    const auto& orders = app.queues[2];
    EXPECT_TRUE(orders.attributes.fifo);
    EXPECT_TRUE(orders.attributes.content_based_deduplication);
    EXPECT_TRUE(orders.attributes.deduplicate_by_group);
    ASSERT_TRUE(orders.consumer);
    EXPECT_EQ(orders.consumer->function, "list_products");
    EXPECT_EQ(orders.consumer->batch_size, 10U);
}

TEST(FullFile, becomes_buckets_and_tables) {
    const model::App app = app_of(kExample);
    ASSERT_EQ(app.buckets.size(), 1U);
    ASSERT_EQ(app.buckets[0].notifications.size(), 2U);
    const auto& created = app.buckets[0].notifications[0];
    EXPECT_THAT(created.events, ElementsAre("ObjectCreated:*"));
    EXPECT_EQ(created.prefix, "uploads/");
    EXPECT_EQ(created.suffix, ".jpg");
    EXPECT_EQ(created.queue, "to-encode");
    EXPECT_THAT(app.buckets[0].notifications[1].events, ElementsAre("ObjectRemoved:*"));

    ASSERT_EQ(app.tables.size(), 2U);
    const auto& products = app.tables[0].definition;
    EXPECT_EQ(products.key.hash, (model::KeyAttribute{"category", model::KeyType::string}));
    EXPECT_EQ(products.key.range, (model::KeyAttribute{"price", model::KeyType::number}));
    ASSERT_EQ(products.indexes.size(), 2U);
    EXPECT_EQ(products.indexes[0].projection, model::Projection::include);
    EXPECT_THAT(products.indexes[0].include, ElementsAre("name", "price"));
    EXPECT_TRUE(products.indexes[1].local);
    EXPECT_EQ(products.indexes[1].projection, model::Projection::keys_only);
    EXPECT_EQ(products.ttl_attribute, "expiresAt");
    EXPECT_EQ(products.stream, model::StreamView::new_and_old_images);
    ASSERT_TRUE(app.tables[0].consumer);
    EXPECT_EQ(app.tables[0].consumer->batching_window, 1s);
    EXPECT_EQ(app.tables[0].consumer->max_retries, 3U);
    ASSERT_EQ(app.tables[0].consumer->filters.size(), 1U);
    EXPECT_EQ(app.tables[0].consumer->filters[0].text(), R"({"eventName":["INSERT"]})");
    EXPECT_EQ(app.tables[0].consumer->on_failure, (model::Destination{model::ResourceKind::function, "encode"}));
    EXPECT_EQ(app.tables[1].definition.key.hash.name, "userId");
    EXPECT_EQ(app.tables[1].definition.stream, model::StreamView::new_image);
    EXPECT_EQ(app.tables[0].max_connections, std::nullopt);
    EXPECT_EQ(app.tables[1].max_connections, 100U);
    ASSERT_EQ(app.dependencies.size(), 2U);
    EXPECT_EQ(app.dependencies[0].name, "warehouse");
    EXPECT_EQ(app.dependencies[0].max_connections, 20U);
    EXPECT_EQ(app.dependencies[1].max_connections, 2U);
}

TEST(FullFile, becomes_schedules_and_watches) {
    const model::App app = app_of(kExample);
    ASSERT_EQ(app.schedules.size(), 3U);
    EXPECT_EQ(app.schedules[2].expression, "at(2026-12-24T18:00:00)");
    EXPECT_EQ(app.schedules[2].missed, model::MissedRuns::skip);
    EXPECT_EQ(app.schedules[0].expression, "cron(0 2 * * *)");
    EXPECT_EQ(app.schedules[0].time_zone, "Europe/Berlin");
    EXPECT_EQ(app.schedules[0].input, R"({"full":true,"steps":[1,2.5,"last"]})");
    EXPECT_TRUE(app.schedules[0].enabled);
    EXPECT_EQ(app.schedules[1].expression, "rate(5 minutes)");
    EXPECT_EQ(app.schedules[1].input, "");
    EXPECT_FALSE(app.schedules[1].enabled);
    ASSERT_EQ(app.watches.size(), 2U);
    EXPECT_EQ(app.watches[0].folder, "/no/such/folder/shop/drop");
    EXPECT_EQ(app.watches[0].pattern, "*.jpg");
    EXPECT_EQ(app.watches[0].bucket, "photos");
    EXPECT_EQ(app.watches[0].prefix, "uploads/");
    EXPECT_EQ(app.watches[0].settle, 200ms);
    EXPECT_THAT(app.watches[1].events, ElementsAre("created", "modified"));
    EXPECT_EQ(app.watches[1].function, "list_products");
}

TEST(File, that_is_empty_is_an_app_with_the_folders_name) {
    EXPECT_EQ(app_of("").name, "shop");
    EXPECT_EQ(app_of("# only a comment\n").name, "shop");
    EXPECT_EQ(app_of("functions:\nqueues:\n").functions.size(), 0U);
}

TEST(File, leads_paths_out_of_the_folder_only_in_normal_form) {
    EXPECT_EQ(app_of("functions: { f: ../build/./x.so }").functions[0].module, "/no/such/folder/build/x.so");
    EXPECT_EQ(app_of("functions: { f: /opt/x.so }").functions[0].module, "/opt/x.so");
}

TEST(File, may_use_forms_that_other_tools_have) {
    const model::App lists = app_of("queues: [a, b.fifo]\nbuckets: [photos]");
    EXPECT_FALSE(lists.queues[0].attributes.fifo);
    EXPECT_TRUE(lists.queues[1].attributes.fifo);
    EXPECT_EQ(lists.buckets[0].name, "photos");
    EXPECT_EQ(lists.queues[1].at.column, 13);
    const model::App app = app_of(
        "functions: { f: [a.cpp, b.cc] }\n"
        "queues: { q: { dead_letter_queue: d }, d: }\n"
        "schedules: { s: { cron: \"cron(0 2 * * ? *)\", function: f }, r: { rate: rate(90 seconds), "
        "function: f } }\n"
        "buckets: { pictures: { notifications: { events: s3:ObjectCreated:Put, function: f } } }\n"
        "cors: true\n");
    EXPECT_EQ(app.functions[0].sources.size(), 2U);
    EXPECT_EQ(app.queues[0].attributes.redrive->dead_letter_queue, "d");
    EXPECT_EQ(app.schedules[0].expression, "cron(0 2 * * ? *)");
    EXPECT_EQ(app.schedules[1].expression, "rate(90 seconds)");
    EXPECT_THAT(app.buckets[0].notifications[0].events, ElementsAre("ObjectCreated:Put"));
    EXPECT_THAT(app.cors->allow_origins, ElementsAre("*"));
}

TEST(File, shares_parts_through_anchors_and_merge_keys) {
    const model::App app = app_of(
        "functions:\n"
        "  a: &common { module: x.so, timeout: 1s, environment: { K: v } }\n"
        "  b: { <<: *common, timeout: 2s }\n");
    EXPECT_EQ(app.functions[1].module, app.functions[0].module);
    EXPECT_EQ(app.functions[1].timeout, 2s);
    EXPECT_EQ(app.functions[1].handler, "b");
}

TEST(Variables, are_replaced_in_values) {
    const model::App app = app_of(
        "environment:\n"
        "  A: x-${STAGE}-y\n  B: ${NOT_SET:-fallback}\n  C: ${EMPTY:-fallback}\n  D: ${EMPTY}\n"
        "  E: $${STAGE}\n  F: $STAGE costs 5$\n  G: ${NOT_SET:-${STAGE}}\n  H: ${NOT_SET:-}\n  I: "
        "\"${STAGE}${STAGE}\"\n"
        "http: { max_connections: \"${PORT}\" }\n");
    EXPECT_THAT(app.environment,
                UnorderedElementsAre(Pair("A", "x-prod-y"), Pair("B", "fallback"), Pair("C", "fallback"),
                                     Pair("D", ""), Pair("E", "${STAGE}"), Pair("F", "$STAGE costs 5$"),
                                     Pair("G", "prod"), Pair("H", ""), Pair("I", "prodprod")));
    EXPECT_EQ(app.http.max_connections, 8080U);
}

}  // namespace
}  // namespace faasd::config
