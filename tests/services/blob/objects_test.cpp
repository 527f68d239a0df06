// Objects are written, read, listed and removed.
#include <gmock/gmock.h>

#include "services/blob/blob_fixture.hpp"

namespace faasd::blob::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Objects : public BlobTest {
  protected:
    Objects() { make_bucket(); }
};

TEST_F(Objects, an_object_is_read_as_it_was_written_with_all_that_belongs_to_it) {
    model::PutOptions options;
    options.content_type = "image/jpeg";
    options.metadata = {{"user", "Zoë"}};
    options.headers = {{"Cache-Control", "max-age=60"}};
    options.trace = "trace-1";
    const auto stored = put("2026/cat.jpg", "meow", options);
    ASSERT_TRUE(stored) << stored.error().message;
    EXPECT_EQ(stored->etag, base::md5_hex("meow"));

    auto reader = engine_->get("photos", "2026/cat.jpg").value();
    EXPECT_EQ(read_all(*reader).value(), "meow");
    for (const auto& info : {reader->info(), engine_->head("photos", "2026/cat.jpg").value()}) {
        EXPECT_EQ(info.key, "2026/cat.jpg");
        EXPECT_EQ(info.size, 4U);
        EXPECT_EQ(info.etag, base::md5_hex("meow"));
        EXPECT_EQ(info.content_type, "image/jpeg");
        EXPECT_EQ(info.metadata, options.metadata);
        EXPECT_EQ(info.headers, options.headers);
        EXPECT_EQ(info.modified_at, clock_.now());
        EXPECT_EQ(info.trace, "trace-1");
        EXPECT_EQ(info.version_id, "");
    }
}

TEST_F(Objects, an_empty_object_is_an_object) {
    put("empty", "").value();
    EXPECT_EQ(get("empty").value(), "");
    EXPECT_EQ(engine_->head("photos", "empty")->etag, "d41d8cd98f00b204e9800998ecf8427e");
}

TEST_F(Objects, every_size_around_the_borders_of_row_buffer_and_file_survives) {
    for (const std::size_t size :
         {1UL, 65'535UL, 65'536UL, 65'537UL, 131'071UL, 131'072UL, 131'073UL, 400'000UL}) {
        const std::string bytes = some_bytes(size);
        put("object", bytes).value();
        EXPECT_EQ(get("object").value(), bytes) << size;
    }
    engine_->drain();
    EXPECT_EQ(files_on_disk(), 1U);
}

TEST_F(Objects, the_pieces_that_a_writer_gets_do_not_matter) {
    const std::string bytes = some_bytes(300'000);
    for (const std::size_t piece : {999UL, 20'000UL, 140'000UL}) {
        auto writer = engine_->put("photos", "pieces", {}).value();
        for (std::size_t at = 0; at < bytes.size(); at += piece) {
            ASSERT_TRUE(writer->write(std::string_view(bytes).substr(at, piece)));
        }
        const auto info = wait<model::ObjectInfo>([&](auto done) { writer->commit(std::move(done)); });
        EXPECT_EQ(info->etag, base::md5_hex(bytes));
        EXPECT_EQ(get("pieces").value(), bytes);
    }
}

TEST_F(Objects, a_small_object_needs_no_file) {
    put("small", some_bytes(64 << 10)).value();
    EXPECT_EQ(files_on_disk(), 0U);
    put("large", some_bytes((64 << 10) + 1)).value();
    EXPECT_EQ(files_on_disk(), 1U);
}

TEST_F(Objects, objects_survive_a_restart) {
    put("small", "tiny").value();
    put("large", large_bytes()).value();
    reopen();
    EXPECT_EQ(get("small").value(), "tiny");
    EXPECT_EQ(get("large").value(), large_bytes());
    engine_->drain();
    EXPECT_EQ(files_on_disk(), 1U);
}

TEST_F(Objects, an_object_is_visible_only_when_committed) {
    auto writer = engine_->put("photos", "cat.jpg", {}).value();
    ASSERT_TRUE(writer->write(large_bytes()));
    EXPECT_EQ(code_of(engine_->head("photos", "cat.jpg")), BlobErrc::no_such_key);
    ASSERT_TRUE(wait<model::ObjectInfo>([&](auto done) { writer->commit(std::move(done)); }));
    EXPECT_TRUE(engine_->head("photos", "cat.jpg"));
}

TEST_F(Objects, a_writer_that_is_dropped_leaves_nothing_behind) {
    for (const std::size_t size : {10UL, 200'000UL}) {
        auto writer = engine_->put("photos", "cat.jpg", {}).value();
        ASSERT_TRUE(writer->write(some_bytes(size)));
    }
    EXPECT_EQ(code_of(engine_->head("photos", "cat.jpg")), BlobErrc::no_such_key);
    EXPECT_EQ(files_on_disk(), 0U);
    EXPECT_EQ(pending_on_disk(), 0U);
}

TEST_F(Objects, a_writer_commits_once) {
    auto writer = engine_->put("photos", "cat.jpg", {}).value();
    ASSERT_TRUE(write(*writer, "meow"));
    EXPECT_EQ(code_of(write(*writer, "again")), BlobErrc::invalid_argument);
    EXPECT_EQ(get("cat.jpg").value(), "meow");
}

TEST_F(Objects, what_is_not_there_is_named) {
    const auto key = engine_->get("photos", "dog.jpg");
    EXPECT_EQ(code_of(key), BlobErrc::no_such_key);
    EXPECT_THAT(key.error().message, HasSubstr("dog.jpg"));
    EXPECT_EQ(code_of(engine_->get("videos", "dog.jpg")), BlobErrc::no_such_bucket);
    EXPECT_EQ(code_of(engine_->head("videos", "dog.jpg")), BlobErrc::no_such_bucket);
    EXPECT_EQ(code_of(engine_->put("videos", "dog.jpg", {})), BlobErrc::no_such_bucket);
    EXPECT_EQ(code_of(engine_->list("videos", {})), BlobErrc::no_such_bucket);
    EXPECT_EQ(code_of(remove("dog.jpg", "videos")), BlobErrc::no_such_bucket);
}

TEST_F(Objects, an_invalid_key_is_refused_everywhere) {
    const std::string bad(1025, 'k');
    EXPECT_EQ(code_of(engine_->put("photos", bad, {})), BlobErrc::invalid_key);
    EXPECT_EQ(code_of(engine_->get("photos", "")), BlobErrc::invalid_key);
    EXPECT_EQ(code_of(engine_->head("photos", bad)), BlobErrc::invalid_key);
    EXPECT_EQ(code_of(remove("")), BlobErrc::invalid_key);
    EXPECT_EQ(code_of(copy({"photos", "a", "photos", bad, {}, {}, ""})), BlobErrc::invalid_key);
}

TEST_F(Objects, the_path_of_a_file_does_not_come_from_the_key) {
    for (const char* key : {"../../../escape", "/etc/passwd", "a/../../b"}) {
        put(key, large_bytes()).value();
        EXPECT_EQ(get(key).value(), large_bytes());
    }
    EXPECT_FALSE(std::filesystem::exists(folder_.path() / "escape"));
    EXPECT_EQ(files_on_disk(), 3U);
}

TEST_F(Objects, a_key_may_hold_any_byte_that_utf8_allows) {
    const std::string key("nul\0and\nnewline'\"%_🚀", 24);
    put(key, "bytes").value();
    put(std::string("nul"), "other").value();
    EXPECT_EQ(get(key).value(), "bytes");
    EXPECT_EQ(engine_->list("photos", {.prefix = "nul"})->objects.size(), 2U);
}

TEST_F(Objects, content_with_another_md5_is_refused_and_nothing_is_stored) {
    model::PutOptions options;
    options.content_md5 = base::digest(base::DigestKind::md5, "meow");
    EXPECT_TRUE(put("cat.jpg", "meow", options));
    EXPECT_EQ(code_of(put("cat.jpg", "woof", options)), BlobErrc::bad_digest);
    EXPECT_EQ(code_of(put("large", large_bytes(), options)), BlobErrc::bad_digest);
    EXPECT_EQ(get("cat.jpg").value(), "meow");
    EXPECT_EQ(files_on_disk(), 0U);
}

TEST_F(Objects, a_single_put_is_limited) {
    auto writer = engine_->put("photos", "huge", {}).value();
    const std::string piece(6 << 20, 'x');
    ASSERT_TRUE(writer->write(piece));
    EXPECT_EQ(code_of(writer->write(piece)), BlobErrc::entity_too_large);
    EXPECT_EQ(files_on_disk(), 0U);
    EXPECT_EQ(code_of(wait<model::ObjectInfo>([&](auto done) { writer->commit(std::move(done)); })),
              BlobErrc::entity_too_large);
}

TEST_F(Objects, a_conditional_write_is_decided_when_it_commits) {
    model::PutOptions create_only;
    create_only.if_none_match = "*";
    auto first = engine_->put("photos", "lock", create_only).value();
    auto second = engine_->put("photos", "lock", create_only).value();
    EXPECT_TRUE(write(*second, large_bytes('b')));
    EXPECT_EQ(code_of(write(*first, large_bytes('a'))), BlobErrc::precondition_failed);
    EXPECT_EQ(get("lock").value(), large_bytes('b'));
    engine_->drain();
    EXPECT_EQ(files_on_disk(), 1U);
    EXPECT_EQ(pending_on_disk(), 0U);

    model::PutOptions replace_only;
    replace_only.if_match = base::md5_hex(large_bytes('b'));
    EXPECT_TRUE(put("lock", "new", replace_only));
    EXPECT_EQ(code_of(put("lock", "newer", replace_only)), BlobErrc::precondition_failed);
    EXPECT_EQ(code_of(put("other", "x", replace_only)), BlobErrc::no_such_key);
}

TEST_F(Objects, a_conditional_read_carries_what_its_answer_needs) {
    put("cat.jpg", "meow").value();
    model::ReadConditions unchanged;
    unchanged.if_none_match = base::md5_hex("meow");
    for (const auto& error : {engine_->get("photos", "cat.jpg", unchanged).error(),
                              engine_->head("photos", "cat.jpg", unchanged).error()}) {
        EXPECT_EQ(error.code, BlobErrc::not_modified);
        const auto detail = std::dynamic_pointer_cast<const model::ObjectDetail>(error.detail);
        ASSERT_TRUE(detail);
        EXPECT_EQ(detail->object.etag, base::md5_hex("meow"));
    }
    const auto range = engine_->get("photos", "cat.jpg", {}, model::ByteRange{99, {}});
    EXPECT_EQ(code_of(range), BlobErrc::invalid_range);
    const auto detail = std::dynamic_pointer_cast<const model::ObjectDetail>(range.error().detail);
    ASSERT_TRUE(detail);
    EXPECT_EQ(detail->object.size, 4U);
}

TEST_F(Objects, a_range_reads_its_bytes_alone) {
    const std::string large = large_bytes();
    put("large", large).value();
    put("small", "0123456789").value();
    EXPECT_EQ(get("small", model::ByteRange{2, 4}).value(), "234");
    EXPECT_EQ(get("small", model::ByteRange{{}, 3}).value(), "789");
    EXPECT_EQ(get("large", model::ByteRange{70'000, 70'009}).value(), large.substr(70'000, 10));
    EXPECT_EQ(get("large", model::ByteRange{99'990, {}}).value(), large.substr(99'990));
    auto reader = engine_->get("photos", "large", {}, model::ByteRange{5, 14}).value();
    EXPECT_EQ(reader->offset(), 5U);
    EXPECT_EQ(reader->length(), 10U);
    EXPECT_EQ(reader->info().size, 100'000U);
}

TEST_F(Objects, deleting_is_idempotent) {
    put("cat.jpg", large_bytes()).value();
    EXPECT_TRUE(remove("cat.jpg"));
    EXPECT_TRUE(remove("cat.jpg"));
    EXPECT_EQ(code_of(engine_->head("photos", "cat.jpg")), BlobErrc::no_such_key);
    engine_->drain();
    EXPECT_EQ(files_on_disk(), 0U);
}

TEST_F(Objects, an_open_reader_keeps_its_bytes_while_the_object_is_replaced_and_removed) {
    for (const bool overwrite : {true, false}) {
        put("cat.jpg", large_bytes('a')).value();
        auto reader = engine_->get("photos", "cat.jpg").value();
        std::string start(10, '\0');
        reader->read(std::span(start.data(), start.size())).value();
        if (overwrite) {
            put("cat.jpg", large_bytes('b')).value();
        } else {
            remove("cat.jpg").value();
        }
        engine_->drain();
        EXPECT_EQ(start + read_all(*reader).value(), large_bytes('a'));
        reader.reset();
        engine_->drain();
        EXPECT_EQ(files_on_disk(), overwrite ? 1U : 0U);
    }
}

TEST_F(Objects, a_reader_may_outlive_the_engine) {
    put("cat.jpg", large_bytes()).value();
    auto reader = engine_->get("photos", "cat.jpg").value();
    remove("cat.jpg").value();
    engine_->drain();
    close();
    EXPECT_EQ(read_all(*reader).value(), large_bytes());
    reader.reset();
    open();
    engine_->drain();
    EXPECT_EQ(files_on_disk(), 0U);
}

TEST_F(Objects, a_bucket_lists_its_own_keys_alone) {
    make_bucket("videos");
    for (const char* key : {"b/2", "a", "b/1", "c"})
        put(key, "x").value();
    put("z", "x", {}, "videos").value();
    const auto page = engine_->list("photos", {.delimiter = "/"}).value();
    std::vector<std::string> keys;
    for (const auto& object : page.objects)
        keys.push_back(object.key);
    EXPECT_THAT(keys, ElementsAre("a", "c"));
    EXPECT_THAT(page.common_prefixes, ElementsAre("b/"));
    EXPECT_EQ(page.objects.at(0).etag, base::md5_hex("x"));
    EXPECT_EQ(page.objects.at(0).size, 1U);
}

TEST_F(Objects, a_listing_goes_on_where_it_ended_while_keys_come_and_go) {
    for (int i = 0; i < 10; ++i)
        put("k" + std::to_string(i), "x").value();
    const auto first = engine_->list("photos", {.max_keys = 5}).value();
    EXPECT_TRUE(first.truncated);
    remove("k4").value();
    put("k0a", "x").value();
    put("k5a", "x").value();
    const auto rest =
        engine_->list("photos", {.continuation_token = first.next_token, .max_keys = 100}).value();
    EXPECT_EQ(rest.objects.size(), 6U);
    EXPECT_EQ(rest.objects.front().key, "k5");
    EXPECT_FALSE(rest.truncated);
}

}  // namespace
}  // namespace faasd::blob::testing
