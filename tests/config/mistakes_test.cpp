// Each mistake, its place and what is said about it.
#include <filesystem>
#include <fstream>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config_support.hpp"

namespace faasd::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::mistakes;
using ::testing::Not;

constexpr const char* kF = "functions: { f: f.so }\n";
std::string with_f(const std::string& text) {
    return kF + text;
}

TEST(Mistake, all_of_a_file_are_reported_in_order_of_place) {
    const auto all = mistakes("queues: { q: { delay: 1h } }\nnmae: x\nroutes: { GET /: g }\n");
    EXPECT_THAT(
        all, ElementsAre("1:23: error: 'delay': '1h' is out of range | allowed: a duration, 0us to 15m",
                         HasSubstr("2:1: error: unknown key 'nmae' | did you mean 'name'? allowed: name, "),
                         "3:18: error: there is no function 'g' | name it under 'functions:'"));
}

TEST(Mistake, is_shown_with_its_line_and_a_caret) {
    const LoadResult result = testing::read("functions:\n  f:\n    module: x.so\n    timout: 3s\n");
    EXPECT_FALSE(result.app);
    ASSERT_EQ(result.diagnostics.size(), 1U);
    EXPECT_THAT(render(result.diagnostics[0]),
                HasSubstr("faasd.yaml:4:5: error: unknown key 'timout' in function 'f'\n"
                          "        timout: 3s\n"
                          "        ^\n"
                          "  hint: did you mean 'timeout'? allowed: source, module, "));
}

TEST(Mistake, has_its_column_in_characters_and_its_caret_under_them) {
    const LoadResult result = testing::read("environment: { A: \"üüü\", \"B\": [1] }\n");
    ASSERT_EQ(result.diagnostics.size(), 1U);
    EXPECT_EQ(result.diagnostics[0].at.column, 31);
    EXPECT_EQ(result.diagnostics[0].caret, 30U);
}

TEST(Mistake, never_shows_the_value_of_a_variable) {
    const LoadResult result = testing::read(
        "http: { max_body: \"${SECRET}\", max_connections: \"${SECRET}\", idle_timeout: \"${SECRET}\" }\n"
        "cors: \"${SECRET}\"\nroutes: { GET /x: \"${SECRET}\" }\n"
        "functions: { f: { module: \"${SECRET}\", uses: [\"table:${SECRET}\", \"${SECRET}:x\"] } }\n"
        "tables: { users: { key: \"a:${SECRET}\", stream: \"${SECRET}\" } }\n"
        "queues: { q: { dead_letter_queue: \"${SECRET}\", fifo: \"${SECRET}\" } }\n");
    EXPECT_GE(result.diagnostics.size(), 12U);
    for (const Diagnostic& one : result.diagnostics)
        EXPECT_THAT(render(one), Not(HasSubstr("hunter2")));
    EXPECT_THAT(render(result.diagnostics[0]),
                HasSubstr("'max_body': the value of '${SECRET}' is not a size"));
}

TEST(Mistake, in_a_variable) {
    EXPECT_THAT(
        mistakes("environment: { A: \"${NOPE}\" }"),
        ElementsAre(
            "1:19: error: the variable NOPE is not set | ${VAR:-default} gives a value where VAR is not "
            "set; $${ is a plain ${"));
    EXPECT_THAT(mistakes("environment: { A: \"x${STAGE\" }"),
                ElementsAre(HasSubstr("1:19: error: '${' has no closing '}'")));
    EXPECT_THAT(mistakes("environment: { A: \"${a b}\" }"),
                ElementsAre(HasSubstr("1:19: error: 'a b' is not the name of a variable")));
    EXPECT_THAT(mistakes("queues: { \"${STAGE}\": {} }"),
                ElementsAre("1:11: error: variables are replaced in values, not in keys",
                            HasSubstr("1:11: error: '${STAGE}' can't be the name of a queue")));
}

TEST(Mistake, in_a_function) {
    EXPECT_THAT(mistakes("functions: { f: x.py }"),
                ElementsAre(HasSubstr("1:17: error: 'x.py' is neither a C++ source nor a module")));
    EXPECT_THAT(
        mistakes("functions: { f: { timeout: 1s } }"),
        ElementsAre("1:14: error: function 'f' has no code | write 'source: file.cpp' or 'module: file.so'"));
    EXPECT_THAT(mistakes("functions: { f: { source: a.cpp, module: b.so } }"),
                ElementsAre("1:14: error: function 'f' has both 'source' and 'module' | keep one of them"));
    EXPECT_THAT(mistakes("functions: { f: }"), ElementsAre(HasSubstr("1:14: error: function 'f' is empty")));
    EXPECT_THAT(
        mistakes("functions: { f: { module: x.so, timeout: 16min } }"),
        ElementsAre("1:42: error: 'timeout': '16min' is out of range | allowed: a duration, 1ms to 15m"));
    EXPECT_THAT(
        mistakes("functions: { f: { module: x.so, timeout: 10 } }"),
        ElementsAre(
            "1:42: error: 'timeout': '10' is not a duration | write a number with a unit: 250ms, 1.5s, "
            "2m, 1h30m, 7d"));
    EXPECT_THAT(
        mistakes("functions: { f: { module: x.so, concurrency: many } }"),
        ElementsAre(
            "1:46: error: 'concurrency': 'many' is not a whole number | write a whole number, 1 to 100000"));
    EXPECT_THAT(
        mistakes("functions: { f: { module: x.so, runtime: python3 } }"),
        ElementsAre(
            "1:33: error: unknown key 'runtime' in function 'f' | the language follows from 'source' or "
            "'module'"));
    EXPECT_THAT(mistakes("functions: { a b: x.so }"),
                ElementsAre(HasSubstr("1:14: error: 'a b' can't be the name of a function")));
    EXPECT_THAT(
        mistakes("functions:\n- name: f\n  module: x.so\n"),
        ElementsAre("2:1: error: 'functions' is a list | write a mapping by name: 'functions: { f: ... }'"));
}

TEST(Mistake, in_a_grant) {
    EXPECT_THAT(
        mistakes("functions: { f: { module: x.so, uses: [orders, tabel:users, queue:ordes, \"bucket:\"] } }\n"
                 "queues: [orders]\n"),
        ElementsAre(
            "1:40: error: 'uses': 'orders' does not say what it is | did you mean 'queue:orders'?",
            "1:48: error: 'uses': 'tabel:users' is of no known kind | did you mean 'table'? allowed: "
            "table, queue, bucket, function, dependency",
            "1:61: error: there is no queue 'ordes' | did you mean 'orders'? queues of this file: orders",
            "1:74: error: there is no bucket '' | name it under 'buckets:'"));
}

TEST(Mistake, in_a_dependency) {
    EXPECT_THAT(mistakes("functions: { f: { module: x.so, uses: [dependency:databse] } }\n"
                         "dependencies: { database: 20, cache: { connections: 3 }, none: 0 }\n"),
                ElementsAre("1:40: error: there is no dependency 'databse' | did you mean 'database'? dependencies of "
                            "this file: database, cache, none",
                            "2:31: error: dependency 'cache' needs 'max_connections' | max_connections: a whole "
                            "number, 1 to 1000000",
                            "2:40: error: unknown key 'connections' in dependency 'cache' | did you mean "
                            "'max_connections'?",
                            "2:64: error: 'max_connections': '0' is out of range | allowed: a whole number, 1 to "
                            "1000000"));
}

TEST(Mistake, in_a_route) {
    const auto route = [](const std::string& key) { return mistakes(with_f("routes:\n  " + key + ": f\n")); };
    EXPECT_THAT(route("/x"),
                ElementsAre("3:3: error: '/x' is no route | write 'METHOD /path': 'GET /x: function'"));
    EXPECT_THAT(route("get /x"),
                ElementsAre(HasSubstr("3:3: error: 'get' is not a method of a route | did you mean 'GET'?")));
    EXPECT_THAT(route("GET x"), ElementsAre(HasSubstr("3:3: error: 'GET x': a path starts with '/'")));
    EXPECT_THAT(route("GET /:id"),
                ElementsAre(HasSubstr("a path has no ':name' | a placeholder is written {name}, not :name")));
    EXPECT_THAT(route("GET /x/*"),
                ElementsAre(HasSubstr("a path has no '*' | the rest of a path is written {rest+}, not *")));
    EXPECT_THAT(route("GET /{a+}/b"),
                ElementsAre(HasSubstr("{a+} takes the rest of the path, so it stands last")));
    EXPECT_THAT(route("GET /{a}/{a}"), ElementsAre(HasSubstr("{a} is there twice")));
    EXPECT_THAT(route("GET /x{a}"), ElementsAre(HasSubstr("a placeholder is a whole segment: /{name}/")));
    EXPECT_THAT(route("GET /{}"), ElementsAre(HasSubstr("the name of a placeholder is letters")));
    EXPECT_THAT(route("GET //x"), ElementsAre(HasSubstr("a path has no empty segment ('//')")));
    EXPECT_THAT(route("GET /x?y=1"), ElementsAre(HasSubstr("a path has no '?' or '#'")));
    EXPECT_THAT(route("GET /a%20b"), ElementsAre(HasSubstr("a path is written decoded")));
    EXPECT_THAT(route("GET /../x"), ElementsAre(HasSubstr("a path has no '.' or '..' segments")));
    EXPECT_THAT(
        mistakes(with_f("routes: { POST /x: [f] }")),
        ElementsAre(HasSubstr("2:20: error: route 'POST /x' needs the name of a function | write one name")));
    EXPECT_THAT(mistakes(with_f("routes: { POST /x: { functoin: f } }")),
                ElementsAre(HasSubstr("2:22: error: unknown key 'functoin' in route 'POST /x' | did you mean 'function'?")));
    EXPECT_THAT(mistakes(with_f("routes: [GET /x]")),
                ElementsAre(HasSubstr("2:9: error: 'routes' is a list | write a mapping")));
}

TEST(Mistake, in_an_authorizer) {
    const auto authorizer = [](const std::string& text) {
        return mistakes(with_f("authorizers: { a: { function: f, " + text + " } }"));
    };
    EXPECT_THAT(authorizer("identity_sources: header"),
                ElementsAre(HasSubstr("2:52: error: 'header' does not name a part of a request | write header.NAME")));
    EXPECT_THAT(authorizer("identity_sources: [body.token]"),
                ElementsAre(HasSubstr("2:53: error: 'body.token' is not an identity source")));
    EXPECT_THAT(authorizer("identity_sources: context.routekey"),
                ElementsAre(HasSubstr("is no part of the context that identifies a caller | did you mean 'routeKey'?")));
    EXPECT_THAT(authorizer("cache_ttl: 2h"),
                ElementsAre("2:45: error: 'cache_ttl': '2h' is out of range | allowed: a duration, 0us to 1h"));
    EXPECT_THAT(authorizer("cache_ttl: 1m, identity_sources: []"),
                ElementsAre(HasSubstr("2:45: error: an answer can't be kept without identity_sources")));
    EXPECT_THAT(mistakes(with_f("authorizers: { none: f }")),
                ElementsAre(HasSubstr("2:16: error: 'none' can't be the name of an authorizer")));
    EXPECT_THAT(mistakes(with_f("authorizers: { tokens: f }\nroutes: { GET /: { function: f, authorizer: token } }")),
                ElementsAre(HasSubstr("3:45: error: there is no authorizer 'token' | did you mean 'tokens'?")));
    EXPECT_THAT(mistakes(with_f("authorizer: token")),
                ElementsAre("2:13: error: there is no authorizer 'token' | name it under 'authorizers:', or write none "
                            "for everybody"));
}

TEST(Mistake, in_a_policy) {
    const auto statement = [](const std::string& text) {
        return mistakes("policy:\n  Statement: { Effect: Allow, Principal: \"*\", " + text + " }\n");
    };
    EXPECT_THAT(mistakes("policy: {}"), ElementsAre(HasSubstr("1:9: error: policy needs 'Statement'")));
    EXPECT_THAT(mistakes("policy: { Version: 2020-01-01, Statement: [] }"),
                ElementsAre(HasSubstr("1:20: error: 'Version' can't be '2020-01-01' | allowed: 2012-10-17"),
                            HasSubstr("1:43: error: 'Statement' is a list")));
    EXPECT_THAT(statement("Action: execute-api:Invoke"),
                ElementsAre(HasSubstr("2:14: error: statement 1 of policy needs 'Resource'")));
    EXPECT_THAT(statement("Action: s3:GetObject, Resource: \"*\""),
                ElementsAre(HasSubstr("2:55: error: 's3:GetObject' is no action of requests to this app")));
    EXPECT_THAT(statement("Action: Invoke, Resource: \"*\""),
                ElementsAre(HasSubstr("2:55: error: 'Invoke' is no action")));
    EXPECT_THAT(statement("Action: \"*\", Resource: /me"), ElementsAre(HasSubstr("error: '/me' is no resource")));
    EXPECT_THAT(statement("Action: \"*\", Resource: \"*\", NotResource: \"*\""),
                ElementsAre(HasSubstr("'Resource' and 'NotResource' don't go together")));
    EXPECT_THAT(statement("Action: \"*\", Resource: \"arn:aws:execute-api:eu-west-1:1:abc/*\""),
                ElementsAre(HasSubstr("warning: 'arn:aws:execute-api:eu-west-1:1:abc/*' is a resource of another API")));
    EXPECT_THAT(statement("Action: \"*\", Resource: \"*\", Condition: { IpAdress: { aws:SourceIp: 10.0.0.0/8 } }"),
                ElementsAre(HasSubstr("error: 'IpAdress' is no test of a condition | did you mean 'IpAddress'?")));
    EXPECT_THAT(statement("Action: \"*\", Resource: \"*\", Condition: { IpAddress: { aws:SourceIP: 10.0.0.0/33 } }"),
                ElementsAre(HasSubstr("error: '10.0.0.0/33' is neither an IP address nor a block of them")));
    EXPECT_THAT(statement("Action: \"*\", Resource: \"*\", Condition: { StringLike: { aws:SourceVpc: x } }"),
                ElementsAre(HasSubstr("error: 'aws:SourceVpc' is nothing that a request has here")));
    EXPECT_THAT(mistakes("policy: { Statement: { Effect: allow, Principal: { AWS: \"123456789012\" }, Action: \"*\", "
                         "Resource: \"*\" } }"),
                ElementsAre(HasSubstr("1:32: error: 'Effect' can't be 'allow' | did you mean 'Allow'?"),
                            HasSubstr("warning: '123456789012' sends no request here")));
}

TEST(Mistake, in_two_routes_names_both_places) {
    EXPECT_THAT(
        mistakes(
            with_f("routes:\n  GET /x/{id}: f\n  GET /x/{name}: f\n  POST /x/{id}: f\n  GET /x/{r+}: f\n")),
        ElementsAre(
            "4:3: error: the route 'GET /x/{name}' matches the same requests as 'GET /x/{id}' | the other "
            "one is on line 3, column 3; keep one of them"));
    EXPECT_THAT(mistakes(with_f("routes:\n  ANY /x: f\n  \"* /x\": f\n")),
                ElementsAre(HasSubstr("4:3: error: the route '* /x' matches the same requests as 'ANY /x'")));
}

TEST(Mistake, in_cors) {
    EXPECT_THAT(mistakes("cors: { allow_origins: [shop.example] }"),
                ElementsAre(HasSubstr("1:25: error: 'shop.example' is not an origin")));
    EXPECT_THAT(mistakes("cors: { allow_credentials: true }"),
                ElementsAre(HasSubstr("1:28: error: allow_credentials does not go with the origin '*'")));
}

TEST(Mistake, in_a_queue) {
    EXPECT_THAT(mistakes("queues: { q: { fifo: true } }"),
                ElementsAre("1:22: error: the name of a FIFO queue ends in .fifo | call it 'q.fifo'"));
    EXPECT_THAT(mistakes("queues: { q.fifo: { fifo: false } }"),
                ElementsAre(HasSubstr("1:27: error: a queue whose name ends in .fifo is a FIFO queue")));
    EXPECT_THAT(mistakes("queues: { q: { content_based_deduplication: true } }"),
                ElementsAre(HasSubstr("1:45: error: 'content_based_deduplication' is for FIFO queues only")));
    EXPECT_THAT(
        mistakes("queues: { q.fifo: { deduplication_scope: messagegroup } }"),
        ElementsAre(
            "1:42: error: 'deduplication_scope' can't be 'messagegroup' | did you mean 'messageGroup'? "
            "allowed: queue, messageGroup"));
    EXPECT_THAT(mistakes("queues: { q: { dead_letter_queue: q } }"),
                ElementsAre("1:35: error: a queue can't be its own dead-letter queue"));
    EXPECT_THAT(
        mistakes("queues: { q.fifo: { dead_letter_queue: d }, d: {} }"),
        ElementsAre(
            "1:40: error: queue 'q.fifo' is a FIFO queue, its dead-letter queue is not | the dead-letter "
            "queue of a FIFO queue is a FIFO queue: its name ends in .fifo"));
    EXPECT_THAT(mistakes("queues: { q: { dead_letter_queue: { max_receive_count: 0 } } }"),
                ElementsAre(HasSubstr("1:35: error: dead_letter_queue of queue 'q' needs 'queue'"),
                            HasSubstr("1:56: error: 'max_receive_count': '0' is out of range")));
    EXPECT_THAT(
        mistakes("queues: { q: { max_message_size: 2MiB } }"),
        ElementsAre(
            "1:34: error: 'max_message_size': '2MiB' is out of range | allowed: a size, 1 KiB to 1 MiB"));
    EXPECT_THAT(mistakes("queues: [a, a]"), ElementsAre("1:13: error: 'a' is there twice"));
    EXPECT_THAT(mistakes("queues: { q: { consumer: { batch_size: 10001 } } }"),
                ElementsAre(HasSubstr("1:26: error: consumer of queue 'q' needs 'function'"),
                            HasSubstr("1:40: error: 'batch_size': '10001' is out of range")));
}

TEST(Mistake, of_a_dead_letter_queue_that_is_fifo_for_calls_or_notifications) {
    EXPECT_THAT(mistakes("functions: { f: { module: x.so, dead_letter_queue: d.fifo } }\nqueues: [d.fifo]\n"
                         "buckets: { photos: { notifications: [{ queue: d.fifo }] } }\n"),
                ElementsAre(HasSubstr("1:52: error: the dead-letter queue of function 'f' is a FIFO queue"),
                            HasSubstr("3:47: error: a bucket can't notify a FIFO queue")));
}

TEST(Warning, of_a_visibility_timeout_that_is_shorter_than_the_functions_timeout) {
    const LoadResult result = testing::read(with_f("queues: { q: { visibility_timeout: 5s, consumer: f } }"));
    EXPECT_TRUE(result.app);
    ASSERT_EQ(result.diagnostics.size(), 1U);
    EXPECT_EQ(result.diagnostics[0].severity, Severity::warning);
    EXPECT_THAT(
        render(result.diagnostics[0]),
        HasSubstr(
            "2:36: warning: the visibility timeout of queue 'q' (5s) is shorter than the timeout of function "
            "'f' (30s)"));
}

TEST(Warning, of_a_dead_letter_queue_that_forgets_sooner_than_its_source) {
    EXPECT_THAT(mistakes("queues: { q: { dead_letter_queue: d }, d: { retention: 1d } }"),
                ElementsAre(HasSubstr(
                    "1:35: warning: the dead-letter queue keeps messages for 1d, its source for 4d")));
}

TEST(Mistake, in_a_bucket) {
    EXPECT_THAT(mistakes("buckets: { Photos: {} }"),
                ElementsAre(HasSubstr("1:12: error: 'Photos' can't be the name of a bucket")));
    EXPECT_THAT(mistakes("buckets: { photos: { notifications: [{ events: [ObjectCreate] }] } }"),
                ElementsAre(HasSubstr("1:38: error: notification of bucket 'photos' goes nowhere"),
                            HasSubstr("1:49: error: 'events' can't be 'ObjectCreate' | did you mean")));
    EXPECT_THAT(
        mistakes(with_f("buckets: { photos: { notifications: [{ function: f, queue: q }] } }\nqueues: [q]")),
        ElementsAre(
            HasSubstr("2:38: error: notification of bucket 'photos' has both 'function' and 'queue'")));
}

TEST(Mistake, in_a_table) {
    EXPECT_THAT(mistakes("tables: { users: {} }"),
                ElementsAre(HasSubstr("1:11: error: table 'users' needs 'key'")));
    EXPECT_THAT(
        mistakes("tables: { users: { key: id:strng } }"),
        ElementsAre(
            "1:25: error: 'key': 'id:strng' has an unknown type | did you mean 'string'? allowed: string, "
            "number, binary"));
    EXPECT_THAT(mistakes("tables: { users: { key: { hash: a, range: a } } }"),
                ElementsAre(HasSubstr("1:25: error: the hash and range key are the same attribute 'a'")));
    EXPECT_THAT(
        mistakes(
            "tables: { users: { key: a, indexes: { by_b: { key: { hash: b, range: c }, local: true } } } }"),
        ElementsAre(HasSubstr("error: the local index 'by_b' has another hash key than its table")));
    EXPECT_THAT(
        mistakes("tables: { users: { key: a, indexes: { by_a: { key: \"a:number\" } } } }"),
        ElementsAre(HasSubstr("1:52: error: the attribute 'a' is a number here and a string elsewhere")));
    EXPECT_THAT(
        mistakes("tables: { users: { key: a, stream: NEW_IMAGE } }"),
        ElementsAre(HasSubstr("1:36: error: 'stream' can't be 'NEW_IMAGE' | did you mean 'new_image'?")));
    EXPECT_THAT(
        mistakes("tables: { users: { partition_key: a } }"),
        ElementsAre(
            HasSubstr("1:11: error: table 'users' needs 'key'"),
            HasSubstr("1:20: error: unknown key 'partition_key' in table 'users' | write key: { hash: ")));
}

TEST(Mistake, in_a_schedule) {
    EXPECT_THAT(mistakes(with_f("schedules: { s: { cron: \"* * *\", function: f } }")),
                ElementsAre(HasSubstr("2:25: error: 'cron': '* * *' has 3 fields")));
    EXPECT_THAT(mistakes(with_f("schedules: { s: { cron: \"@daily\", function: f } }")),
                ElementsAre(HasSubstr("2:25: error: 'cron': '@daily' is not a cron expression")));
    EXPECT_THAT(mistakes(with_f("schedules: { s: { rate: 0s, function: f } }")),
                ElementsAre(HasSubstr("2:25: error: 'rate': '0s' is out of range")));
    EXPECT_THAT(mistakes(with_f("schedules: { s: { rate: 999ms, function: f } }")),
                ElementsAre(HasSubstr("2:25: error: 'rate': '999ms' is out of range | allowed: a duration, "
                                      "1s to ")));
    EXPECT_THAT(mistakes(with_f("schedules: { s: { rate: 1s, function: f } }")), ElementsAre());
    EXPECT_THAT(mistakes(with_f("schedules: { s: { rate: 1s, cron: \"* * * * *\", function: f } }")),
                ElementsAre("2:14: error: schedule 's' has both 'cron' and 'rate' | keep one of them"));
    EXPECT_THAT(mistakes("schedules: { s: { rate: 1s } }"),
                ElementsAre(HasSubstr("1:14: error: schedule 's' needs 'function'")));
}

TEST(Mistake, that_others_find_in_the_app_is_shown_with_its_line_too) {
    const auto file = std::filesystem::temp_directory_path() / ("faasd-" + std::to_string(::getpid()) + ".yaml");
    std::ofstream(file) << "functions: { f: f.so }\nschedules:\n  ä: { cron: \"99 * * * *\", function: f }\n";
    const LoadResult result = load(file, testing::kEnvironment);
    const model::SourcePosition at = (result.app ? *result.app : result.draft).schedules.at(0).at;
    EXPECT_EQ(at.line, 3);
    EXPECT_EQ(at.column, 14);
    EXPECT_EQ(render(diagnostic_at(at, "minutes: '99' is none")),
              file.string() + ":3:14: error: minutes: '99' is none\n"
                              "      ä: { cron: \"99 * * * *\", function: f }\n"
                              "                 ^");
    std::filesystem::remove(file);
    EXPECT_EQ(render(diagnostic_at(at, "gone")), file.string() + ":3:14: error: gone");
}

TEST(Mistake, in_a_watch) {
    EXPECT_THAT(mistakes("watches: { w: { prefix: a } }"),
                ElementsAre(HasSubstr("1:12: error: watch 'w' needs 'folder'"),
                            HasSubstr("1:12: error: watch 'w' leads nowhere"),
                            HasSubstr("1:25: error: 'prefix' is for watches with a bucket")));
    EXPECT_THAT(mistakes(with_f("watches: { w: { folder: x, function: f, events: [changed] } }")),
                ElementsAre(HasSubstr("2:50: error: 'events' can't be 'changed'")));
}

TEST(Mistake, of_a_key_that_is_there_twice) {
    EXPECT_THAT(mistakes("queues:\n  a: {}\n  a: {}\n"),
                ElementsAre("3:3: error: the key 'a' is there twice | the first one is on line 2"));
}

TEST(Mistake, of_a_section_that_cannot_be_read_does_not_make_others) {
    EXPECT_THAT(mistakes("functions: 5\nroutes: { GET /: f }\n"),
                ElementsAre(HasSubstr("1:12: error: 'functions' is '5'")));
}

TEST(Mistake, of_a_filter_is_shown_where_it_stands_in_the_pattern) {
    const auto of = [](const std::string& filters) {
        return mistakes(with_f("queues:\n  q:\n    consumer:\n      function: f\n      filters:\n" + filters));
    };
    EXPECT_THAT(of("        - body:\n            kind: [order, { perfix: x }]\n"),
                ElementsAre("8:29: error: 'filters': body.kind[1].perfix: unknown operator 'perfix' | did you mean "
                            "'prefix'?"));
    EXPECT_THAT(of("        - body: { kind: order }\n"),
                ElementsAre("7:19: error: 'filters': body.kind: \"order\" stands outside of a list | write "
                            "[\"order\"]: what a field accepts is a list"));
    EXPECT_THAT(of("        - body: { n: [{ numeric: ['>', 5, '<', '9'] }] }\n"),
                ElementsAre(HasSubstr("7:48: error: 'filters': body.n[0].numeric[3]: \"9\" is not a number")));
    EXPECT_THAT(of("        - '{\"body\": [}'\n"), ElementsAre(HasSubstr("7:11: error: 'filters': ")));
    EXPECT_THAT(of("        - '{\"body\": []}'\n"),
                ElementsAre(HasSubstr("7:11: error: 'filters': body: an empty list matches nothing")));
    EXPECT_THAT(of("        $or: [{ body: [a] }, { body: [] }]\n"),
                ElementsAre(HasSubstr("7:32: error: 'filters': $or[1].body: an empty list")));
    EXPECT_THAT(of("        Filters: [{ Pattern: '{}' }]\n"),
                ElementsAre(HasSubstr("'Filters' is CloudFormation's form")));
    EXPECT_THAT(of("        []\n"), ElementsAre(HasSubstr("'filters' is empty")));
}

TEST(Mistake, of_a_destination) {
    EXPECT_THAT(mistakes("functions: { f: { module: x.so, on_failure: {} } }"),
                ElementsAre(HasSubstr("1:45: error: on_failure of function 'f' goes nowhere")));
    EXPECT_THAT(mistakes("functions: { f: { module: x.so, on_success: { queue: q, function: f } } }\nqueues: [q]\n"),
                ElementsAre(HasSubstr("has more than one place to go")));
    EXPECT_THAT(mistakes("functions: { f: { module: x.so, on_failure: { bucket: nowhere } } }"),
                ElementsAre(HasSubstr("1:55: error: there is no bucket 'nowhere'")));
    EXPECT_THAT(mistakes("functions: { f: { module: x.so, on_failure: { queue: q.fifo } } }\nqueues: [q.fifo]\n"),
                ElementsAre(HasSubstr("a destination can't be a FIFO queue")));
}

TEST(Mistake, of_a_one_time_schedule) {
    EXPECT_THAT(mistakes(with_f("schedules: { s: { at: tomorrow, function: f } }")),
                ElementsAre("2:23: error: 'at': 'tomorrow' is not a time | write 2026-12-24T18:00:00"));
    EXPECT_THAT(mistakes(with_f("schedules: { s: { at: 2026-12-24T18:00:00Z, function: f } }")),
                ElementsAre(HasSubstr("write the local time alone, and the zone as time_zone")));
    EXPECT_THAT(mistakes(with_f("schedules: { s: { at: 2026-12-24 18:00, rate: 1h, function: f } }")),
                ElementsAre(HasSubstr("has both 'rate' and 'at' | keep one of them")));
    EXPECT_THAT(mistakes(with_f("schedules: { s: { at: 2026-12-24 18:00, missed: never, function: f } }")),
                ElementsAre(HasSubstr("'missed'")));
}

}  // namespace
}  // namespace faasd::config
