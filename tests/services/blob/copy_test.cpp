#include "services/blob/blob_fixture.hpp"

namespace faasd::blob::testing {
namespace {

class CopyObject : public BlobTest {
  protected:
    CopyObject() {
        make_bucket();
        make_bucket("archive");
        model::PutOptions options;
        options.content_type = "image/jpeg";
        options.metadata = {{"user", "42"}};
        put("cat.jpg", large_bytes(), options).value();
    }
};

TEST_F(CopyObject, a_copy_has_the_bytes_and_the_metadata_of_its_source) {
    clock_.advance(std::chrono::hours(1));
    const auto copied = copy({"photos", "cat.jpg", "archive", "old/cat.jpg", {}, {}, "trace-2"});
    ASSERT_TRUE(copied) << copied.error().message;
    EXPECT_EQ(get("old/cat.jpg", {}, "archive").value(), large_bytes());
    const auto info = engine_->head("archive", "old/cat.jpg").value();
    EXPECT_EQ(info.content_type, "image/jpeg");
    EXPECT_EQ(info.metadata, (model::Metadata{{"user", "42"}}));
    EXPECT_EQ(info.etag, base::md5_hex(large_bytes()));
    EXPECT_EQ(info.modified_at, clock_.now());
    EXPECT_EQ(info.trace, "trace-2");
}

TEST_F(CopyObject, the_directive_replace_takes_the_new_metadata) {
    model::PutOptions replace;
    replace.content_type = "image/png";
    replace.metadata = {{"Owner", "7"}};
    copy({"photos", "cat.jpg", "photos", "cat.jpg", {}, replace, ""}).value();
    const auto info = engine_->head("photos", "cat.jpg").value();
    EXPECT_EQ(info.content_type, "image/png");
    EXPECT_EQ(info.metadata, (model::Metadata{{"owner", "7"}}));
    EXPECT_EQ(get("cat.jpg").value(), large_bytes());
    engine_->drain();
    EXPECT_EQ(files_on_disk(), 1U);
}

TEST_F(CopyObject, an_object_is_not_copied_to_itself_unchanged) {
    EXPECT_EQ(code_of(copy({"photos", "cat.jpg", "photos", "cat.jpg", {}, {}, ""})),
              BlobErrc::invalid_argument);
}

TEST_F(CopyObject, copies_share_one_file_and_none_suffers_from_what_becomes_of_another) {
    copy({"photos", "cat.jpg", "photos", "second", {}, {}, ""}).value();
    copy({"photos", "second", "archive", "third", {}, {}, ""}).value();
    EXPECT_EQ(files_on_disk(), 1U);
    put("cat.jpg", "overwritten").value();
    remove("second").value();
    engine_->drain();
    EXPECT_EQ(get("third", {}, "archive").value(), large_bytes());
    remove("third", "archive").value();
    engine_->drain();
    EXPECT_EQ(files_on_disk(), 0U);
}

TEST_F(CopyObject, copies_of_small_objects_are_independent_as_well) {
    put("note", "text").value();
    copy({"photos", "note", "photos", "note2", {}, {}, ""}).value();
    put("note", "changed").value();
    EXPECT_EQ(get("note2").value(), "text");
    remove("note2").value();
    EXPECT_EQ(get("note").value(), "changed");
}

TEST_F(CopyObject, the_source_and_its_conditions_must_hold) {
    EXPECT_EQ(code_of(copy({"photos", "dog.jpg", "photos", "x", {}, {}, ""})), BlobErrc::no_such_key);
    EXPECT_EQ(code_of(copy({"nowhere", "cat.jpg", "photos", "x", {}, {}, ""})), BlobErrc::no_such_bucket);
    EXPECT_EQ(code_of(copy({"photos", "cat.jpg", "nowhere", "x", {}, {}, ""})), BlobErrc::no_such_bucket);
    EXPECT_EQ(code_of(copy({"photos", "cat.jpg", "photos", "x", {.if_match = "other"}, {}, ""})),
              BlobErrc::precondition_failed);
    const std::string etag = base::md5_hex(large_bytes());
    EXPECT_EQ(code_of(copy({"photos", "cat.jpg", "photos", "x", {.if_none_match = etag}, {}, ""})),
              BlobErrc::precondition_failed);
    EXPECT_TRUE(copy({"photos", "cat.jpg", "photos", "x", {.if_match = etag}, {}, ""}));
}

TEST_F(CopyObject, the_destination_may_have_conditions_too) {
    model::PutOptions create_only;
    create_only.if_none_match = "*";
    EXPECT_TRUE(copy({"photos", "cat.jpg", "photos", "x", {}, create_only, ""}));
    EXPECT_EQ(code_of(copy({"photos", "cat.jpg", "photos", "x", {}, create_only, ""})),
              BlobErrc::precondition_failed);
}

}  // namespace
}  // namespace faasd::blob::testing
