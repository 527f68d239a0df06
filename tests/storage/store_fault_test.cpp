// A scenario of writes is run again and again, with its first, second, third ... call into the file system
// failing, until it passes without a failure: whatever was refused is not there, whatever was acknowledged
// is, and the store works on.
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/faulty_vfs.hpp"
#include "storage/temporary_store.hpp"

namespace faasd::storage {
namespace {

using test::Fault;
using test::FaultyVfs;
using test::open_store;
using test::put;
using test::TemporaryFolder;
using test::write;
using Entries = std::map<std::string, std::string>;

StoreOptions faulty_options() {
    StoreOptions options;
    options.vfs = FaultyVfs::name();
    options.durability = Durability::full;
    options.checkpoint_bytes = 64 << 10;    // so that checkpoints take part
    options.writer_cache_bytes = 32 << 10;  // so that pages are written before the commit as well
    return options;
}

Entries entries_of(Store& store) {
    Entries entries;
    for (auto& [key, value] : store.list("test"))
        entries.emplace(key, value);
    return entries;
}

// Single writes, large ones, overwriting ones and a group; what was acknowledged.
void run_scenario(Store& store, Entries& acknowledged) {
    const auto attempt = [&](const std::string& key, const std::string& value) {
        if (write(store, put(store, key, value))) acknowledged[key] = value;
    };
    for (int i = 0; i < 4; ++i)
        attempt("small " + std::to_string(i), "v");
    attempt("large", std::string(100'000, 'l'));
    attempt("small 1", "overwritten");
    std::vector<std::string> keys;
    std::vector<base::Result<>> results(8);
    for (std::size_t i = 0; i < results.size(); ++i) {
        keys.push_back("group " + std::to_string(i));
        store.write(put(store, keys.back(), std::string(3'000, 'g')),
                    [&results, i](base::Result<> result) { results[i] = std::move(result); });
    }
    attempt("last", "v");
    for (std::size_t i = 0; i < results.size(); ++i) {
        if (results[i]) acknowledged[keys[i]] = std::string(3'000, 'g');
    }
}

class StoreFaults : public testing::TestWithParam<Fault> {
  protected:
    void copy_as_after_a_kill(const std::filesystem::path& to) {
        for (const char* file : {"state.sqlite", "state.sqlite-wal"}) {
            if (std::filesystem::exists(folder_.path() / file)) {
                std::filesystem::copy_file(folder_.path() / file, to / file);
            }
        }
    }
    TemporaryFolder folder_;
};

TEST_P(StoreFaults, a_write_that_fails_is_refused_the_store_lives_and_only_what_was_acknowledged_is_there) {
    FaultyVfs vfs;
    constexpr int most = 1000;
    int refused = 0;
    int n = 1;
    for (; n < most; ++n) {
        std::filesystem::remove_all(folder_.path());
        TemporaryFolder killed;
        Entries acknowledged;
        bool has_failed = false;
        {
            auto store = open_store(folder_.path(), faulty_options());
            vfs.fail(GetParam(), n);
            run_scenario(*store, acknowledged);
            if (acknowledged.size() < 14) ++refused;
            EXPECT_EQ(entries_of(*store), acknowledged) << "call " << n;
            copy_as_after_a_kill(killed.path());
            has_failed = vfs.has_failed();
            vfs.heal();
            EXPECT_TRUE(write(*store, put(*store, "afterwards", "v"))) << "call " << n;
        }
        {
            auto store = open_store(killed.path());
            EXPECT_EQ(entries_of(*store), acknowledged) << "after a kill, call " << n;
        }
        acknowledged["afterwards"] = "v";
        auto store = open_store(folder_.path());
        EXPECT_EQ(entries_of(*store), acknowledged) << "after a restart, call " << n;
        if (!has_failed || HasFailure()) break;
    }
    EXPECT_LT(n, most);
    if (GetParam() != Fault::failed_truncate) {
        EXPECT_GT(refused, 0) << "the faults must have hit writes";
    }
}

TEST_P(StoreFaults, while_everything_fails_all_is_refused_and_later_writes_work_again) {
    if (GetParam() == Fault::failed_truncate) GTEST_SKIP() << "no write needs it";
    FaultyVfs vfs;
    auto store = open_store(folder_.path(), faulty_options());
    ASSERT_TRUE(write(*store, put(*store, "before", "v")));
    vfs.fail(GetParam(), 1, 1'000'000);
    for (int i = 0; i < 20; ++i) {
        const auto result =
            write(*store, put(*store, "during", std::string(static_cast<std::size_t>(i) * 5'000, 'd')));
        ASSERT_TRUE(result.has_error());
        if (GetParam() == Fault::disk_full) {
            EXPECT_EQ(result.error().code, std::error_code(SQLITE_FULL, sqlite_category()));
            EXPECT_THAT(result.error().message, testing::HasSubstr("full"));
        } else {
            EXPECT_EQ(result.error().code, std::error_code(SQLITE_IOERR, sqlite_category()));
        }
    }
    EXPECT_EQ(store->get("test", "before"), "v") << "reading goes on";
    vfs.heal();
    EXPECT_TRUE(write(*store, put(*store, "after", "v")));
    EXPECT_EQ(entries_of(*store), (Entries{{"before", "v"}, {"after", "v"}}));
}

std::string name_of(const testing::TestParamInfo<Fault>& info) {
    switch (info.param) {
        case Fault::disk_full:
            return "disk_full";
        case Fault::short_write:
            return "short_write";
        case Fault::failed_fsync:
            return "failed_fsync";
        case Fault::failed_truncate:
            return "failed_truncate";
        case Fault::io_error:
            return "io_error";
    }
    return "unknown";
}
INSTANTIATE_TEST_SUITE_P(Each, StoreFaults,
                         testing::Values(Fault::disk_full, Fault::short_write, Fault::failed_fsync,
                                         Fault::failed_truncate, Fault::io_error),
                         name_of);

}  // namespace
}  // namespace faasd::storage
