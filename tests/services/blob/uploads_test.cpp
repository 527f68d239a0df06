#include <gmock/gmock.h>

#include "services/blob/blob_fixture.hpp"

namespace faasd::blob::testing {
namespace {

using ::testing::ElementsAre;

// Parts but the last have 1000 bytes at least in these tests.
class MultipartUpload : public BlobTest {
  protected:
    MultipartUpload() { make_bucket(); }
    static model::PartInfo named(std::uint32_t number, std::string_view bytes) {
        return {number, base::md5_hex(bytes), 0, {}};
    }
    const std::string first_ = some_bytes(70'000, 'a');
    const std::string second_ = some_bytes(1'000, 'b');
    const std::string last_ = some_bytes(10, 'c');
};

TEST_F(MultipartUpload, parts_in_any_order_become_one_object) {
    model::PutOptions options;
    options.content_type = "video/mp4";
    options.metadata = {{"user", "42"}};
    const std::string id = start_upload("film.mp4", options);
    put_part("film.mp4", id, 3, last_).value();
    put_part("film.mp4", id, 1, first_).value();
    put_part("film.mp4", id, 2, second_).value();
    EXPECT_EQ(code_of(engine_->head("photos", "film.mp4")), BlobErrc::no_such_key);

    const auto info = complete("film.mp4", id, {named(1, first_), named(2, second_), named(3, last_)});
    ASSERT_TRUE(info) << info.error().message;
    EXPECT_EQ(info->etag,
              multipart_etag({base::md5_hex(first_), base::md5_hex(second_), base::md5_hex(last_)}));
    EXPECT_EQ(info->size, 71'010U);
    EXPECT_EQ(info->content_type, "video/mp4");
    const std::string whole = first_ + second_ + last_;
    EXPECT_EQ(get("film.mp4").value(), whole);
    EXPECT_EQ(engine_->head("photos", "film.mp4")->metadata, options.metadata);
    EXPECT_EQ(engine_->buckets().at(0).bytes, 71'010U);
    EXPECT_TRUE(engine_->uploads("photos").value().empty());
    reopen();
    engine_->drain();
    EXPECT_EQ(get("film.mp4").value(), whole);
    EXPECT_EQ(files_on_disk(), 3U);
}

TEST_F(MultipartUpload, ranges_reach_across_the_parts) {
    const std::string id = start_upload("film.mp4");
    put_part("film.mp4", id, 1, first_).value();
    put_part("film.mp4", id, 2, second_).value();
    put_part("film.mp4", id, 9, last_).value();
    complete("film.mp4", id, {named(1, first_), named(2, second_), named(9, last_)}).value();
    const std::string whole = first_ + second_ + last_;
    EXPECT_EQ(get("film.mp4", model::ByteRange{69'990, 71'004}).value(), whole.substr(69'990, 1'015));
    EXPECT_EQ(get("film.mp4", model::ByteRange{70'000, 70'000}).value(), whole.substr(70'000, 1));
    EXPECT_EQ(get("film.mp4", model::ByteRange{69'999, 70'000}).value(), whole.substr(69'999, 2));
    EXPECT_EQ(get("film.mp4", model::ByteRange{{}, 11}).value(), whole.substr(whole.size() - 11));
    EXPECT_EQ(get("film.mp4", model::ByteRange{71'009, {}}).value(), whole.substr(71'009));
}

TEST_F(MultipartUpload, a_part_of_the_same_number_replaces_the_earlier_one) {
    const std::string id = start_upload("film.mp4");
    put_part("film.mp4", id, 1, first_).value();
    put_part("film.mp4", id, 1, second_).value();
    const auto parts = engine_->parts("photos", "film.mp4", id).value();
    ASSERT_EQ(parts.size(), 1U);
    EXPECT_EQ(parts[0].etag, base::md5_hex(second_));
    EXPECT_EQ(parts[0].size, 1'000U);
    EXPECT_EQ(code_of(complete("film.mp4", id, {named(1, first_)})), BlobErrc::invalid_part);
    complete("film.mp4", id, {named(1, second_)}).value();
    EXPECT_EQ(get("film.mp4").value(), second_);
    engine_->drain();
    EXPECT_EQ(files_on_disk(), 1U);
}

TEST_F(MultipartUpload, parts_that_the_completion_does_not_name_are_dropped) {
    const std::string id = start_upload("film.mp4");
    put_part("film.mp4", id, 1, first_).value();
    put_part("film.mp4", id, 2, second_).value();
    put_part("film.mp4", id, 3, last_).value();
    complete("film.mp4", id, {named(1, first_), named(3, last_)}).value();
    EXPECT_EQ(get("film.mp4").value(), first_ + last_);
    engine_->drain();
    EXPECT_EQ(files_on_disk(), 2U);
}

TEST_F(MultipartUpload, a_completion_that_is_refused_leaves_the_upload_as_it_was) {
    const std::string id = start_upload("film.mp4");
    put_part("film.mp4", id, 1, last_).value();
    put_part("film.mp4", id, 2, first_).value();
    EXPECT_EQ(code_of(complete("film.mp4", id, {})), BlobErrc::invalid_argument);
    EXPECT_EQ(code_of(complete("film.mp4", id, {named(2, first_), named(1, last_)})),
              BlobErrc::invalid_part_order);
    EXPECT_EQ(code_of(complete("film.mp4", id, {named(1, last_), named(2, first_)})),
              BlobErrc::entity_too_small);
    EXPECT_EQ(code_of(complete("film.mp4", id, {named(7, last_)})), BlobErrc::invalid_part);
    EXPECT_EQ(engine_->parts("photos", "film.mp4", id)->size(), 2U);
    EXPECT_TRUE(complete("film.mp4", id, {named(2, first_)}));
}

TEST_F(MultipartUpload, a_completed_or_aborted_upload_does_not_exist_any_more) {
    const std::string completed = start_upload("film.mp4");
    put_part("film.mp4", completed, 1, last_).value();
    complete("film.mp4", completed, {named(1, last_)}).value();
    const std::string aborted = start_upload("film.mp4");
    put_part("film.mp4", aborted, 1, first_).value();
    ASSERT_TRUE(abort("film.mp4", aborted));
    for (const std::string& id : {completed, aborted, std::string("unknown")}) {
        EXPECT_EQ(code_of(complete("film.mp4", id, {named(1, last_)})), BlobErrc::no_such_upload);
        EXPECT_EQ(code_of(put_part("film.mp4", id, 2, last_)), BlobErrc::no_such_upload);
        EXPECT_EQ(code_of(abort("film.mp4", id)), BlobErrc::no_such_upload);
        EXPECT_EQ(code_of(engine_->parts("photos", "film.mp4", id)), BlobErrc::no_such_upload);
    }
    engine_->drain();
    EXPECT_EQ(files_on_disk(), 1U);
    EXPECT_EQ(get("film.mp4").value(), last_);
}

TEST_F(MultipartUpload, an_upload_belongs_to_its_key) {
    const std::string id = start_upload("film.mp4");
    EXPECT_EQ(code_of(put_part("other.mp4", id, 1, last_)), BlobErrc::no_such_upload);
    EXPECT_EQ(code_of(abort("other.mp4", id)), BlobErrc::no_such_upload);
}

TEST_F(MultipartUpload, a_part_that_commits_after_the_abort_leaves_nothing) {
    const std::string id = start_upload("film.mp4");
    auto writer = engine_->put_part("photos", "film.mp4", id, 1, {}).value();
    ASSERT_TRUE(writer->write(first_));
    abort("film.mp4", id).value();
    EXPECT_EQ(code_of(wait<model::ObjectInfo>([&](auto done) { writer->commit(std::move(done)); })),
              BlobErrc::no_such_upload);
    engine_->drain();
    EXPECT_EQ(files_on_disk(), 0U);
    EXPECT_EQ(pending_on_disk(), 0U);
}

TEST_F(MultipartUpload, part_numbers_go_from_1_to_10000) {
    const std::string id = start_upload("film.mp4");
    EXPECT_EQ(code_of(put_part("film.mp4", id, 0, last_)), BlobErrc::invalid_argument);
    EXPECT_EQ(code_of(put_part("film.mp4", id, 10'001, last_)), BlobErrc::invalid_argument);
    EXPECT_TRUE(put_part("film.mp4", id, 10'000, last_));
}

TEST_F(MultipartUpload, a_part_with_another_md5_is_refused) {
    const std::string id = start_upload("film.mp4");
    EXPECT_EQ(code_of(put_part("film.mp4", id, 1, last_, base::digest(base::DigestKind::md5, "other"))),
              BlobErrc::bad_digest);
    EXPECT_TRUE(put_part("film.mp4", id, 1, last_, base::digest(base::DigestKind::md5, last_)));
    EXPECT_EQ(engine_->parts("photos", "film.mp4", id)->size(), 1U);
}

TEST_F(MultipartUpload, uploads_and_parts_are_listed_in_order_and_survive_a_restart) {
    const std::string b = start_upload("b.mp4");
    const std::string a1 = start_upload("a.mp4");
    clock_.advance(std::chrono::seconds(1));
    const std::string a2 = start_upload("a.mp4");
    put_part("b.mp4", b, 10, second_).value();
    put_part("b.mp4", b, 2, first_).value();
    reopen();
    engine_->drain();
    std::vector<std::string> ids;
    for (const auto& upload : engine_->uploads("photos").value())
        ids.push_back(upload.upload_id);
    EXPECT_THAT(ids, ElementsAre(a1, a2, b));
    std::vector<std::uint32_t> numbers;
    for (const auto& part : engine_->parts("photos", "b.mp4", b).value())
        numbers.push_back(part.number);
    EXPECT_THAT(numbers, ElementsAre(2U, 10U));
    complete("b.mp4", b, {named(2, first_), named(10, second_)}).value();
    EXPECT_EQ(get("b.mp4").value(), first_ + second_);
}

TEST_F(MultipartUpload, an_object_of_parts_is_copied_replaced_and_removed_like_any_other) {
    const std::string id = start_upload("film.mp4");
    put_part("film.mp4", id, 1, first_).value();
    put_part("film.mp4", id, 2, last_).value();
    const auto info = complete("film.mp4", id, {named(1, first_), named(2, last_)}).value();
    const auto copied = copy({"photos", "film.mp4", "photos", "copy.mp4", {}, {}, ""}).value();
    EXPECT_EQ(copied.etag, info.etag);
    auto reader = engine_->get("photos", "film.mp4").value();
    put("film.mp4", "new").value();
    remove("copy.mp4").value();
    engine_->drain();
    EXPECT_EQ(files_on_disk(), 2U);
    EXPECT_EQ(read_all(*reader).value(), first_ + last_);
    reader.reset();
    engine_->drain();
    EXPECT_EQ(files_on_disk(), 0U);
}

TEST_F(MultipartUpload, an_empty_part_makes_an_empty_object) {
    const std::string id = start_upload("empty");
    put_part("empty", id, 1, "").value();
    complete("empty", id, {named(1, "")}).value();
    EXPECT_EQ(get("empty").value(), "");
}

}  // namespace
}  // namespace faasd::blob::testing
