#include "services/blob/conditions.hpp"

#include <gtest/gtest.h>

namespace faasd::blob {
namespace {

using model::BlobErrc;
using namespace std::chrono_literals;

constexpr base::TimePoint kModified{1'700'000'000s + 400ms};
constexpr base::TimePoint kSameSecond{1'700'000'000s};

model::ObjectInfo object() {
    model::ObjectInfo info;
    info.key = "cat.jpg";
    info.etag = "abc123";
    info.modified_at = kModified;
    return info;
}

std::error_code read(const model::ReadConditions& conditions) {
    const auto result = check_read_conditions(conditions, object());
    return result ? std::error_code{} : result.error().code;
}

const std::error_code kHolds{};

TEST(ReadConditions, without_any_the_object_is_read) {
    EXPECT_EQ(read({}), kHolds);
}

TEST(ReadConditions, if_match_wants_the_etag) {
    EXPECT_EQ(read({.if_match = "abc123"}), kHolds);
    EXPECT_EQ(read({.if_match = "\"abc123\""}), kHolds);
    EXPECT_EQ(read({.if_match = "*"}), kHolds);
    EXPECT_EQ(read({.if_match = "other , abc123"}), kHolds);
    EXPECT_EQ(read({.if_match = "other"}), BlobErrc::precondition_failed);
    EXPECT_EQ(read({.if_match = ""}), BlobErrc::precondition_failed);
}

TEST(ReadConditions, if_match_compares_strongly_and_if_none_match_weakly) {
    EXPECT_EQ(read({.if_match = "W/\"abc123\""}), BlobErrc::precondition_failed);
    EXPECT_EQ(read({.if_none_match = "W/\"abc123\""}), BlobErrc::not_modified);
}

TEST(ReadConditions, if_none_match_answers_not_modified) {
    EXPECT_EQ(read({.if_none_match = "abc123"}), BlobErrc::not_modified);
    EXPECT_EQ(read({.if_none_match = "*"}), BlobErrc::not_modified);
    EXPECT_EQ(read({.if_none_match = "other"}), kHolds);
}

TEST(ReadConditions, times_count_in_whole_seconds) {
    EXPECT_EQ(read({.if_modified_since = kSameSecond}), BlobErrc::not_modified);
    EXPECT_EQ(read({.if_modified_since = kSameSecond - 1s}), kHolds);
    EXPECT_EQ(read({.if_unmodified_since = kSameSecond}), kHolds);
    EXPECT_EQ(read({.if_unmodified_since = kSameSecond - 1s}), BlobErrc::precondition_failed);
}

TEST(ReadConditions, a_match_of_the_etag_outranks_the_time_of_modification) {
    EXPECT_EQ(read({.if_match = "abc123", .if_unmodified_since = kSameSecond - 1h}), kHolds);
    EXPECT_EQ(read({.if_match = "other", .if_unmodified_since = kSameSecond + 1h}),
              BlobErrc::precondition_failed);
    EXPECT_EQ(read({.if_none_match = "abc123", .if_modified_since = kSameSecond - 1h}),
              BlobErrc::not_modified);
    EXPECT_EQ(read({.if_none_match = "other", .if_modified_since = kSameSecond + 1h}), kHolds);
}

TEST(ReadConditions, a_failed_precondition_outranks_not_modified) {
    EXPECT_EQ(read({.if_match = "other", .if_none_match = "abc123"}), BlobErrc::precondition_failed);
    EXPECT_EQ(read({.if_match = "abc123", .if_none_match = "abc123"}), BlobErrc::not_modified);
}

TEST(CopyConditions, whatever_does_not_hold_is_a_failed_precondition) {
    EXPECT_TRUE(check_copy_conditions({.if_none_match = "other"}, object()));
    const auto result = check_copy_conditions({.if_none_match = "abc123"}, object());
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, BlobErrc::precondition_failed);
}

std::error_code write(model::PutOptions options, std::optional<std::string_view> etag) {
    const auto result = check_write_conditions(options, "cat.jpg", etag);
    return result ? std::error_code{} : result.error().code;
}

TEST(WriteConditions, create_only_wants_no_object) {
    model::PutOptions options;
    options.if_none_match = "*";
    EXPECT_EQ(write(options, std::nullopt), kHolds);
    EXPECT_EQ(write(options, "abc"), BlobErrc::precondition_failed);
}

TEST(WriteConditions, replace_only_wants_the_object_with_this_etag) {
    model::PutOptions options;
    options.if_match = "abc";
    EXPECT_EQ(write(options, "abc"), kHolds);
    EXPECT_EQ(write(options, "def"), BlobErrc::precondition_failed);
    EXPECT_EQ(write(options, std::nullopt), BlobErrc::no_such_key);
}

Slice slice(std::optional<model::ByteRange> range, std::uint64_t size) {
    return resolve_range(range, size).value();
}

bool unsatisfiable(model::ByteRange range, std::uint64_t size) {
    const auto result = resolve_range(range, size);
    return !result && result.error().code == BlobErrc::invalid_range;
}

TEST(ByteRange, without_a_range_all_of_it_is_selected) {
    EXPECT_EQ(slice({}, 10), (Slice{0, 10}));
    EXPECT_EQ(slice({}, 0), (Slice{0, 0}));
}

TEST(ByteRange, first_and_last_are_both_included) {
    EXPECT_EQ(slice(model::ByteRange{0, 0}, 10), (Slice{0, 1}));
    EXPECT_EQ(slice(model::ByteRange{2, 5}, 10), (Slice{2, 4}));
    EXPECT_EQ(slice(model::ByteRange{9, 9}, 10), (Slice{9, 1}));
}

TEST(ByteRange, an_end_behind_the_object_is_cut) {
    EXPECT_EQ(slice(model::ByteRange{5, 100}, 10), (Slice{5, 5}));
    EXPECT_EQ(slice(model::ByteRange{5, UINT64_MAX}, 10), (Slice{5, 5}));
    EXPECT_EQ(slice(model::ByteRange{0, UINT64_MAX}, 10), (Slice{0, 10}));
}

TEST(ByteRange, an_open_range_goes_to_the_end) {
    EXPECT_EQ(slice(model::ByteRange{7, {}}, 10), (Slice{7, 3}));
}

TEST(ByteRange, a_suffix_counts_from_the_end) {
    EXPECT_EQ(slice(model::ByteRange{{}, 3}, 10), (Slice{7, 3}));
    EXPECT_EQ(slice(model::ByteRange{{}, 99}, 10), (Slice{0, 10}));
}

TEST(ByteRange, what_selects_nothing_is_invalid) {
    EXPECT_TRUE(unsatisfiable({10, {}}, 10));
    EXPECT_TRUE(unsatisfiable({10, 20}, 10));
    EXPECT_TRUE(unsatisfiable({5, 4}, 10));
    EXPECT_TRUE(unsatisfiable({{}, 0}, 10));
    EXPECT_TRUE(unsatisfiable({0, {}}, 0));
    EXPECT_TRUE(unsatisfiable({{}, 5}, 0));
    EXPECT_TRUE(unsatisfiable({UINT64_MAX, {}}, 10));
}

}  // namespace
}  // namespace faasd::blob
