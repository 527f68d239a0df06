// What a killed process, a full disk and a broken one leave behind.
#include <fstream>
#include <thread>

#include <gmock/gmock.h>

#include "services/blob/blob_fixture.hpp"

namespace faasd::blob::testing {
namespace {

using ::testing::HasSubstr;

class Recovery : public BlobTest {
  protected:
    Recovery() { make_bucket(); }
    // Any file of an object.
    [[nodiscard]] std::filesystem::path a_file() const {
        for (const auto& entry :
             std::filesystem::recursive_directory_iterator(store_->directory() / "objects")) {
            if (entry.is_regular_file()) return entry.path();
        }
        return {};
    }
};

TEST_F(Recovery, files_of_writes_that_a_kill_interrupted_are_removed) {
    put("kept", large_bytes()).value();
    const std::string id = start_upload("film.mp4");
    put_part("film.mp4", id, 1, large_bytes('p')).value();
    auto writer = engine_->put("photos", "cat.jpg", {}).value();
    ASSERT_TRUE(writer->write(large_bytes()));
    auto part = engine_->put_part("photos", "film.mp4", id, 2, {}).value();
    ASSERT_TRUE(part->write(large_bytes()));
    ASSERT_EQ(files_on_disk(), 2U);
    ASSERT_EQ(pending_on_disk(), 2U);

    const auto image = folder_.path() / "image";
    std::filesystem::copy(store_->directory(), image, std::filesystem::copy_options::recursive);
    writer.reset();
    part.reset();
    close();
    open_at(image);
    engine_->drain();
    EXPECT_EQ(files_on_disk(), 2U);
    EXPECT_EQ(pending_on_disk(), 0U);
    EXPECT_EQ(get("kept").value(), large_bytes());
    EXPECT_EQ(code_of(engine_->head("photos", "cat.jpg")), BlobErrc::no_such_key);
    EXPECT_EQ(engine_->parts("photos", "film.mp4", id)->size(), 1U);
}

TEST_F(Recovery, a_kill_between_the_commit_and_the_end_of_the_pending_name_keeps_the_object) {
    files_->fail_remove = true;
    put("cat.jpg", large_bytes()).value();
    ASSERT_EQ(pending_on_disk(), 1U);
    files_->fail_remove = false;
    reopen_as_after_kill();
    engine_->drain();
    EXPECT_EQ(pending_on_disk(), 0U);
    EXPECT_EQ(get("cat.jpg").value(), large_bytes());
}

TEST_F(Recovery, a_kill_between_the_file_and_its_row_leaves_a_file_that_is_found) {
    engine_->on_change([](model::Transaction&, const model::BlobChange&) -> base::Result<> {
        return base::Error{std::make_error_code(std::errc::interrupted)};
    });
    files_->fail_remove = true;
    EXPECT_FALSE(put("cat.jpg", large_bytes()));
    engine_->drain();
    ASSERT_EQ(files_on_disk(), 1U);
    ASSERT_EQ(pending_on_disk(), 1U);
    files_->fail_remove = false;
    reopen_as_after_kill();
    engine_->drain();
    EXPECT_EQ(files_on_disk(), 0U);
    EXPECT_EQ(pending_on_disk(), 0U);
}

TEST_F(Recovery, a_kill_between_a_deletion_and_the_end_of_its_file_only_leaves_work) {
    put("cat.jpg", large_bytes()).value();
    put("dog.jpg", large_bytes()).value();
    files_->fail_remove = true;
    remove("cat.jpg").value();
    put("dog.jpg", "small").value();
    engine_->drain();
    ASSERT_EQ(files_on_disk(), 2U);
    files_->fail_remove = false;
    reopen_as_after_kill();
    engine_->drain();
    EXPECT_EQ(files_on_disk(), 0U);
    EXPECT_EQ(get("dog.jpg").value(), "small");
    reopen();
    engine_->drain();
    EXPECT_EQ(get("dog.jpg").value(), "small");
}

TEST_F(Recovery, a_file_that_a_reader_held_at_the_kill_is_removed_by_the_next_start) {
    put("cat.jpg", large_bytes()).value();
    auto reader = engine_->get("photos", "cat.jpg").value();
    remove("cat.jpg").value();
    engine_->drain();
    ASSERT_EQ(files_on_disk(), 1U);
    reopen_as_after_kill();
    engine_->drain();
    EXPECT_EQ(files_on_disk(), 0U);
}

TEST_F(Recovery, a_file_that_cannot_be_removed_is_tried_again_a_minute_later) {
    put("cat.jpg", large_bytes()).value();
    files_->fail_remove = true;
    remove("cat.jpg").value();
    engine_->drain();
    EXPECT_EQ(files_on_disk(), 1U);
    files_->fail_remove = false;
    timers_.advance(std::chrono::minutes(1));
    engine_->drain();
    EXPECT_EQ(files_on_disk(), 0U);
}

TEST_F(Recovery, foreign_files_in_the_folder_of_pending_files_are_left_alone) {
    const auto foreign = store_->directory() / "objects" / "pending" / "0123" / "readme.txt";
    std::filesystem::create_directories(foreign.parent_path());
    std::ofstream(foreign) << "hello";
    reopen();
    engine_->drain();
    EXPECT_TRUE(std::filesystem::exists(foreign));
}

TEST_F(Recovery, a_full_disk_refuses_the_write_and_nothing_stays) {
    put("cat.jpg", large_bytes('a')).value();
    files_->writable_bytes = 150'000;
    auto writer = engine_->put("photos", "cat.jpg", {}).value();
    ASSERT_TRUE(writer->write(large_bytes('b')));
    const auto written = writer->write(large_bytes('c'));
    EXPECT_EQ(code_of(written), std::make_error_code(std::errc::no_space_on_device));
    EXPECT_THAT(written.error().message, HasSubstr("free some space"));
    EXPECT_EQ(code_of(writer->write("more")), std::make_error_code(std::errc::no_space_on_device));
    EXPECT_EQ(code_of(wait<model::ObjectInfo>([&](auto done) { writer->commit(std::move(done)); })),
              std::make_error_code(std::errc::no_space_on_device));
    EXPECT_EQ(files_on_disk(), 1U);
    EXPECT_EQ(pending_on_disk(), 0U);
    files_->writable_bytes = -1;
    EXPECT_EQ(get("cat.jpg").value(), large_bytes('a'));
    EXPECT_TRUE(put("cat.jpg", large_bytes('d')));
}

TEST_F(Recovery, a_disk_that_is_full_at_the_last_byte_refuses_the_commit) {
    for (const long room : {0L, 1L, 99'999L}) {
        files_->writable_bytes = room;
        EXPECT_EQ(code_of(put("cat.jpg", large_bytes())),
                  std::make_error_code(std::errc::no_space_on_device));
        EXPECT_EQ(files_on_disk(), 0U);
    }
    files_->writable_bytes = 100'000;
    EXPECT_TRUE(put("cat.jpg", large_bytes()));
}

TEST_F(Recovery, short_and_interrupted_writes_are_continued) {
    files_->bytes_a_write = 777;
    files_->interruptions = 3;
    put("cat.jpg", large_bytes()).value();
    EXPECT_EQ(get("cat.jpg").value(), large_bytes());
}

TEST_F(Recovery, a_write_that_makes_no_progress_is_an_error_and_no_endless_loop) {
    files_->bytes_a_write = 0;
    EXPECT_EQ(code_of(put("cat.jpg", large_bytes())), std::make_error_code(std::errc::io_error));
}

TEST_F(Recovery, a_file_that_cannot_be_created_refuses_the_write) {
    files_->fail_create = true;
    EXPECT_EQ(code_of(put("cat.jpg", large_bytes())), std::make_error_code(std::errc::permission_denied));
    EXPECT_TRUE(put("small", "needs no file"));
    EXPECT_EQ(code_of(engine_->head("photos", "cat.jpg")), BlobErrc::no_such_key);
}

TEST_F(Recovery, files_are_synced_exactly_where_the_store_is) {
    put("cat.jpg", large_bytes()).value();
    EXPECT_EQ(files_->syncs, 0);
    close();
    open(storage::Durability::full);
    put("cat.jpg", large_bytes()).value();
    EXPECT_EQ(files_->syncs, 1);
}

TEST_F(Recovery, a_failed_sync_refuses_the_write) {
    close();
    open(storage::Durability::full);
    put("cat.jpg", large_bytes('a')).value();
    files_->fail_sync = true;
    EXPECT_EQ(code_of(put("cat.jpg", large_bytes('b'))), std::make_error_code(std::errc::io_error));
    EXPECT_EQ(get("cat.jpg").value(), large_bytes('a'));
    EXPECT_EQ(files_on_disk(), 1U);
}

TEST_F(Recovery, a_file_that_somebody_removed_or_cut_is_an_error_with_the_key) {
    put("cat.jpg", large_bytes()).value();
    std::filesystem::resize_file(a_file(), 50'000);
    EXPECT_EQ(get("cat.jpg", model::ByteRange{0, 49'999}).value().size(), 50'000U);
    const auto cut = get("cat.jpg");
    EXPECT_EQ(code_of(cut), std::make_error_code(std::errc::io_error));
    EXPECT_THAT(cut.error().message, HasSubstr("cat.jpg"));
    std::filesystem::remove(a_file());
    const auto gone = engine_->get("photos", "cat.jpg");
    EXPECT_EQ(code_of(gone), std::make_error_code(std::errc::io_error));
    EXPECT_THAT(gone.error().message, HasSubstr("cat.jpg"));
    EXPECT_TRUE(engine_->head("photos", "cat.jpg"));
    EXPECT_TRUE(remove("cat.jpg"));
}

TEST_F(Recovery, readers_writers_copies_and_deletions_of_one_key_never_see_torn_bytes) {
    constexpr int kRounds = 60;
    const auto uniform = [](const std::string& bytes) {
        return bytes.find_first_not_of(bytes.empty() ? '\0' : bytes[0]) == std::string::npos;
    };
    std::atomic<int> torn{0};
    std::atomic<int> failed{0};
    std::vector<std::thread> threads;
    for (int writer = 0; writer < 2; ++writer) {
        threads.emplace_back([&, writer] {
            for (int i = 0; i < kRounds; ++i) {
                const std::size_t size = i % 3 == 0 ? 1'000 : 60'000 + static_cast<std::size_t>(i) * 500;
                if (!put("key", std::string(size, static_cast<char>('a' + writer)))) ++failed;
                if (i % 7 == 0 && !remove("key")) ++failed;
            }
        });
    }
    threads.emplace_back([&] {
        for (int i = 0; i < kRounds; ++i) {
            const auto copied = copy({"photos", "key", "photos", "copy", {}, {}, ""});
            if (!copied && copied.error().code != BlobErrc::no_such_key) ++failed;
        }
    });
    for (const char* key : {"key", "copy"}) {
        threads.emplace_back([&, key] {
            for (int i = 0; i < kRounds * 4; ++i) {
                auto reader = engine_->get("photos", key);
                if (!reader) {
                    if (reader.error().code != BlobErrc::no_such_key) ++failed;
                    continue;
                }
                const auto bytes = read_all(**reader);
                if (!bytes || bytes->size() != (*reader)->info().size || !uniform(*bytes)) ++torn;
            }
        });
    }
    for (auto& thread : threads)
        thread.join();
    EXPECT_EQ(torn, 0);
    EXPECT_EQ(failed, 0);
    for (const char* key : {"key", "copy"})
        remove(key).value();
    engine_->drain();
    EXPECT_EQ(files_on_disk(), 0U);
    EXPECT_EQ(pending_on_disk(), 0U);
}

}  // namespace
}  // namespace faasd::blob::testing
