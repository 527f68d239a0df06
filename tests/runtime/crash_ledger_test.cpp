#include "fixture.hpp"
#include "runtime/crash_ledger.hpp"

namespace faasd::runtime::testing {
namespace {

using namespace std::chrono_literals;

TEST(CrashLedger, three_crashes_within_a_minute_are_quarantine_until_the_code_changes) {
    const TemporaryFolder folder;
    CrashLedger ledger(folder.path() / "ledger");
    const base::TimePoint start{std::chrono::seconds{1'700'000'000}};
    ledger.add("cart", "v1", start);
    ledger.add("cart", "v1", start + 50s);
    EXPECT_FALSE(ledger.quarantined("cart", "v1"));
    ledger.add("cart", "v1", start + 70s);
    EXPECT_FALSE(ledger.quarantined("cart", "v1")) << "the first one is more than a minute ago";
    ledger.add("cart", "v1", start + 80s);
    EXPECT_TRUE(ledger.quarantined("cart", "v1"));
    EXPECT_FALSE(ledger.quarantined("cart", "v2"));
    EXPECT_FALSE(ledger.quarantined("other", "v1"));
    EXPECT_TRUE(CrashLedger(folder.path() / "ledger").quarantined("cart", "v1")) << "after a restart";
}

}  // namespace
}  // namespace faasd::runtime::testing
