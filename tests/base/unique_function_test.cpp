#include "base/unique_function.hpp"

#include <array>
#include <memory>

#include <gtest/gtest.h>

namespace faasd::base {
namespace {

TEST(UniqueFunction, holds_what_can_only_be_moved) {
    UniqueFunction<int(int)> add = [base = std::make_unique<int>(40)](int n) { return *base + n; };
    UniqueFunction<int(int)> moved = std::move(add);
    EXPECT_FALSE(static_cast<bool>(add));
    EXPECT_EQ(moved(2), 42);
}

TEST(UniqueFunction, destroys_its_captures_once_wherever_they_lie) {
    const auto watched = std::make_shared<int>(0);
    std::array<char, 256> large{};
    {
        UniqueFunction<void()> small = [watched] {};
        UniqueFunction<void()> big = [watched, large] { (void)large; };
        UniqueFunction<void()> other = std::move(big);
        small = std::move(other);
        EXPECT_EQ(watched.use_count(), 2);
    }
    EXPECT_EQ(watched.use_count(), 1);
}

TEST(UniqueFunction, an_empty_one_throws_when_called) {
    UniqueFunction<void()> empty;
    EXPECT_THROW(empty(), std::bad_function_call);
}

}  // namespace
}  // namespace faasd::base
