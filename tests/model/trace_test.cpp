#include "model/trace.hpp"

#include <gtest/gtest.h>

namespace faasd::model {
namespace {

TEST(Trace, is_the_id_of_its_chain_until_a_function_has_run) {
    EXPECT_EQ(root_of("abc"), "abc");
    EXPECT_EQ(calls_in_chain("abc", "encode"), 0U);
    EXPECT_EQ(root_of(""), "");
}

TEST(Trace, counts_the_calls_of_each_function_beside_the_id) {
    std::string trace = extended("abc", "encode");
    EXPECT_EQ(trace, "abc;encode=1");
    trace = extended(extended(trace, "notify"), "encode");
    EXPECT_EQ(trace, "abc;encode=2;notify=1");
    EXPECT_EQ(root_of(trace), "abc");
    EXPECT_EQ(calls_in_chain(trace, "encode"), 2U);
    EXPECT_EQ(calls_in_chain(trace, "notify"), 1U);
}

TEST(Trace, tells_functions_apart_whose_names_begin_or_end_alike) {
    const std::string trace = "abc;encode_all=9;re-encode=8;encode=7";
    EXPECT_EQ(calls_in_chain(trace, "encode"), 7U);
    EXPECT_EQ(calls_in_chain(trace, "encode_all"), 9U);
    EXPECT_EQ(calls_in_chain(trace, "code"), 0U);
    EXPECT_EQ(extended(trace, "encode_all"), "abc;encode_all=10;re-encode=8;encode=7");
}

TEST(Trace, of_a_function_that_ran_sixteen_times_is_a_loop) {
    std::string trace = "abc";
    for (int i = 0; i < 15; ++i)
        trace = extended(trace, "encode");
    EXPECT_FALSE(is_loop(trace, "encode"));
    trace = extended(trace, "encode");
    EXPECT_TRUE(is_loop(trace, "encode"));
    EXPECT_FALSE(is_loop(trace, "notify"));
    const std::string message = describe_loop(trace, "encode");
    EXPECT_NE(message.find("function encode has run 16 times in one chain of events (encode ×16; trace abc)"),
              std::string::npos)
        << message;
    EXPECT_NE(message.find("recursion: allow"), std::string::npos);
}

TEST(Trace, takes_any_text_without_harm) {
    for (const char* text :
         {";", ";;", "a;=", "a;encode", "a;encode=", "a;encode=x", ";encode=99999999999999"})
        EXPECT_FALSE(extended(text, "encode").empty());
}

}  // namespace
}  // namespace faasd::model
