#include <fstream>

#include "services/blob/blob_fixture.hpp"

namespace faasd::blob::testing {
namespace {

std::size_t resident_bytes() {
    std::ifstream statm("/proc/self/statm");
    std::size_t total = 0;
    std::size_t resident = 0;
    statm >> total >> resident;
    return resident * 4096;
}

TEST(Streaming, a_large_object_needs_no_large_memory) {
    const TemporaryFolder folder;
    base::ManualClock clock;
    base::ManualTimers timers(clock);
    auto store = storage::Store::open({.directory = folder.path()}).value();
    BlobEngine engine(*store, clock, timers);
    base::wait_for<void>([&](auto done) { engine.create_bucket("films", std::move(done)); }).value();

    constexpr std::uint64_t kSize = 96 << 20;
    const std::string piece = some_bytes(1 << 20);
    const std::size_t before = resident_bytes();
    std::size_t peak = before;
    auto writer = engine.put("films", "film.mp4", {}).value();
    for (std::uint64_t written = 0; written < kSize; written += piece.size()) {
        ASSERT_TRUE(writer->write(piece));
        peak = std::max(peak, resident_bytes());
    }
    base::wait_for<model::ObjectInfo>([&](auto done) { writer->commit(std::move(done)); }).value();
    auto reader = engine.get("films", "film.mp4").value();
    std::string buffer(256 << 10, '\0');
    std::uint64_t read = 0;
    while (const std::size_t count = reader->read(std::span(buffer.data(), buffer.size())).value()) {
        read += count;
        peak = std::max(peak, resident_bytes());
    }
    EXPECT_EQ(read, kSize);
    EXPECT_LT(peak - before, 16U << 20);
}

TEST(Streaming, a_large_object_flows_through_the_page_cache) {
    const TemporaryFolder folder;
    base::ManualClock clock;
    base::ManualTimers timers(clock);
    auto store = storage::Store::open({.directory = folder.path()}).value();
    const auto files = std::make_shared<FaultyFileSystem>();
    BlobOptions options;
    options.file_system = files;
    BlobEngine engine(*store, clock, timers, options);
    base::wait_for<void>([&](auto done) { engine.create_bucket("films", std::move(done)); }).value();
    const std::string piece(1 << 20, 'f');
    auto writer = engine.put("films", "film.mp4", {}).value();
    const auto write = [&](int pieces) {
        for (int i = 0; i < pieces; ++i)
            ASSERT_TRUE(writer->write(piece));
    };
    write(64);
    EXPECT_EQ(files->bytes_written_out, 0U) << "what its readers want next stays";
    write(64);
    EXPECT_EQ(files->bytes_written_out, 64U << 20);
    EXPECT_EQ(files->bytes_dropped, 0U) << "it may not be on the disk yet";
    write(32);
    EXPECT_EQ(files->bytes_written_out, 96U << 20);
    EXPECT_EQ(files->bytes_dropped, 32U << 20);
    base::wait_for<model::ObjectInfo>([&](auto done) { writer->commit(std::move(done)); }).value();
}

}  // namespace
}  // namespace faasd::blob::testing
