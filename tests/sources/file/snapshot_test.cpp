#include "sources/file/snapshot.hpp"

#include <gtest/gtest.h>

#include "sources/file/settling.hpp"

namespace faasd::sources {
namespace {

using namespace std::chrono_literals;

std::string describe(const std::vector<FileChange>& changes) {
    std::string out;
    for (const FileChange& change : changes) {
        constexpr std::string_view names[] = {"created", "modified", "deleted", "moved"};
        out += std::string(names[static_cast<int>(change.kind)]) + ' ' + change.path;
        if (!change.from.empty()) out += " from " + change.from;
        out += "; ";
    }
    return out;
}

TEST(Snapshot, tells_created_modified_and_deleted_apart) {
    const Snapshot known{{"a", {1, 10, 100}}, {"b", {2, 20, 200}}, {"c", {3, 30, 300}}};
    EXPECT_EQ(describe(changes_of(known, {{"a", FileState{1, 10, 100}},
                                          {"b", FileState{9, 21, 200}},
                                          {"c", std::nullopt},
                                          {"d", FileState{4, 40, 400}},
                                          {"e", std::nullopt}})),
              "modified b; deleted c; created d; ");
}

TEST(Snapshot, knows_a_moved_file_by_its_inode) {
    const Snapshot known{{"a", {1, 10, 100}}};
    EXPECT_EQ(describe(changes_of(known, {{"a", std::nullopt}, {"x/b", FileState{1, 10, 100}}})),
              "moved x/b from a; ");
    EXPECT_EQ(describe(changes_of(known, {{"a", std::nullopt}, {"b", FileState{2, 11, 100}}})),
              "deleted a; created b; ")
        << "an inode that was used again is another file";
}

TEST(Snapshot, a_file_replaced_under_its_name_is_modified) {
    EXPECT_EQ(describe(changes_of({{"a", {1, 10, 100}}}, {{"a", FileState{1, 11, 101}}})), "modified a; ");
}

TEST(Snapshot, keeps_a_state_as_text) {
    const FileState state{1ULL << 40, -5, 18446744073709551615ULL};
    EXPECT_EQ(FileState::from_text(state.to_text()), state);
    EXPECT_FALSE(FileState::from_text("x"));
}

TEST(Snapshot, ignores_hidden_files_and_those_of_editors) {
    for (const char* path :
         {".hidden", "a/.git/config", "a/.b.swp", "a~", "x.swp", ".#lock", "#auto#", "4913", "a/4913"}) {
        EXPECT_TRUE(is_ignored(path)) << path;
    }
    for (const char* path : {"a.txt", "a/b.jpg", "a~b", "#tag", "49131", "a.b/c"})
        EXPECT_FALSE(is_ignored(path)) << path;
}

TEST(Settling, hands_a_file_on_once_it_has_stayed_the_same) {
    Settling settling(200ms);
    settling.observe("a", FileState{1, 1, 1}, 0ms);
    settling.observe("a", FileState{2, 2, 1}, 100ms);
    settling.observe("a", FileState{2, 2, 1}, 250ms);
    EXPECT_EQ(*settling.deadline(), 300ms);
    EXPECT_TRUE(settling.take_settled(299ms).empty());
    const auto settled = settling.take_settled(300ms);
    ASSERT_EQ(settled.size(), 1U);
    EXPECT_EQ(settled.begin()->second->size, 2U);
    EXPECT_FALSE(settling.deadline());
}

}  // namespace
}  // namespace faasd::sources
