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

TEST(CachedWrites, KeepsWhatFitsIntoTheBudget) {
    CachedWrites writes(100);
    EXPECT_THAT(writes.add({1, 0, 50}), IsEmpty());
    EXPECT_THAT(writes.add({2, 0, 50}), IsEmpty());
}

TEST(CachedWrites, LetsGoOfTheOldestUntilTheRestFits) {
    CachedWrites writes(100);
    (void)writes.add({1, 0, 30});
    (void)writes.add({2, 0, 30});
    (void)writes.add({3, 0, 30});
    EXPECT_THAT(files_of(writes.add({4, 0, 60})), ElementsAre(1, 2));
    EXPECT_THAT(files_of(writes.add({5, 0, 10})), IsEmpty());
    EXPECT_THAT(files_of(writes.add({6, 0, 1})), ElementsAre(3));
}

TEST(CachedWrites, KeepsTheNewestHoweverLargeItIs) {
    CachedWrites writes(100);
    EXPECT_THAT(writes.add({1, 0, 500}), IsEmpty());
    EXPECT_THAT(files_of(writes.add({1, 500, 500})), ElementsAre(1));
}

}  // namespace
}  // namespace faasd::blob
