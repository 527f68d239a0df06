#include "sources/batch/batch_response.hpp"

#include <gtest/gtest.h>

namespace faasd::sources {
namespace {

const std::vector<std::string> ids{"a", "b", "c"};
using Positions = std::vector<std::size_t>;

TEST(BatchResponse, of_nothing_or_of_no_failures_is_a_success) {
    for (const char* response : {"", " \n", "null", "{}", R"({"batchItemFailures":[]})",
                                 R"({"batchItemFailures":null})", R"("done")", "3", R"({"other":1})"}) {
        const auto parsed = parse_batch_response(response, ids);
        EXPECT_FALSE(parsed.all_failed) << response;
        EXPECT_TRUE(parsed.failed.empty()) << response;
    }
}

TEST(BatchResponse, names_the_messages_that_failed) {
    const auto parsed = parse_batch_response(
        R"({"batchItemFailures":[{"itemIdentifier":"c"},{"itemIdentifier":"a"},{"itemIdentifier":"c"}]})",
        ids);
    EXPECT_FALSE(parsed.all_failed);
    EXPECT_EQ(parsed.failed, (Positions{0, 2}));
}

TEST(BatchResponse, that_is_malformed_fails_the_whole_batch) {
    for (const char* response : {"{", "oops", R"({"batchItemFailures":{}})", R"({"batchItemFailures":["a"]})",
                                 R"({"batchItemFailures":[{"itemIdentifier":""}]})",
                                 R"({"batchItemFailures":[{"itemIdentifier":null}]})",
                                 R"({"batchItemFailures":[{"itemIdentifer":"a"}]})",
                                 R"({"batchItemFailures":[{"itemIdentifier":"x"}]})",
                                 R"({"batchItemFailures":[{"itemIdentifier":"a"},{"itemIdentifier":7}]})"}) {
        const auto parsed = parse_batch_response(response, ids);
        EXPECT_TRUE(parsed.all_failed) << response;
        EXPECT_FALSE(parsed.mistake.empty()) << response;
    }
}

}  // namespace
}  // namespace faasd::sources
