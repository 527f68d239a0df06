// The mistakes in a function and in what it names.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config_support.hpp"

namespace faasd::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::mistakes;

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

}  // namespace
}  // namespace faasd::config
