#include "services/blob/cached_writes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace faasd::blob {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<FileId> files_of(const std::vector<Extent>& extents) {
    std::vector<FileId> files;
    for (const Extent& extent : extents)
        files.push_back(extent.file);
    return files;
}

TEST(CachedWrites, keeps_what_fits_into_the_budget) {
    CachedWrites writes(10'000);
    EXPECT_THAT(writes.add({1, 0, 5'000}).write_out, IsEmpty());
    EXPECT_THAT(writes.add({2, 0, 5'000}).write_out, IsEmpty());
}

TEST(CachedWrites, writes_the_oldest_out_until_the_rest_fits) {
    CachedWrites writes(15'000);
    (void)writes.add({1, 0, 5'000});
    (void)writes.add({2, 0, 5'000});
    (void)writes.add({3, 0, 5'000});
    EXPECT_THAT(files_of(writes.add({4, 0, 10'000}).write_out), ElementsAre(1, 2));
    EXPECT_THAT(files_of(writes.add({5, 0, 5'000}).write_out), ElementsAre(3));
}

TEST(CachedWrites, drops_what_was_written_out_a_budget_ago) {
    CachedWrites writes(10'000);
    EXPECT_THAT(writes.add({1, 0, 10'000}).drop, IsEmpty());
    EXPECT_THAT(writes.add({2, 0, 10'000}).drop, IsEmpty());
    EXPECT_THAT(files_of(writes.add({3, 0, 10'000}).drop), ElementsAre(1));
    EXPECT_THAT(files_of(writes.add({4, 0, 10'000}).drop), ElementsAre(2));
}

TEST(CachedWrites, keeps_the_newest_however_large_it_is) {
    CachedWrites writes(10'000);
    EXPECT_THAT(writes.add({1, 0, 50'000}).write_out, IsEmpty());
    EXPECT_THAT(files_of(writes.add({1, 50'000, 50'000}).write_out), ElementsAre(1));
}

TEST(CachedWrites, counts_the_smallest_file_as_a_page) {
    CachedWrites writes(3 * 4096);
    (void)writes.add({1, 0, 1});
    (void)writes.add({2, 0, 1});
    (void)writes.add({3, 0, 1});
    EXPECT_THAT(files_of(writes.add({4, 0, 1}).write_out), ElementsAre(1));
}

}  // namespace
}  // namespace faasd::blob
