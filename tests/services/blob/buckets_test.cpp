// Buckets are made, counted and removed.
#include "services/blob/blob_fixture.hpp"

namespace faasd::blob::testing {
namespace {

class Buckets : public BlobTest {};

TEST_F(Buckets, a_bucket_is_created_once_and_ensured_often) {
    make_bucket();
    EXPECT_TRUE(engine_->bucket_exists("photos"));
    EXPECT_FALSE(engine_->bucket_exists("videos"));
    const auto again = wait<void>([&](auto done) { engine_->create_bucket("photos", std::move(done)); });
    EXPECT_EQ(code_of(again), BlobErrc::bucket_exists);
    EXPECT_TRUE(wait<void>([&](auto done) { engine_->ensure_bucket("photos", std::move(done)); }));
    EXPECT_TRUE(wait<void>([&](auto done) { engine_->ensure_bucket("videos", std::move(done)); }));
    EXPECT_TRUE(engine_->bucket_exists("videos"));
}

TEST_F(Buckets, a_name_against_the_rules_is_refused) {
    const auto created = wait<void>([&](auto done) { engine_->create_bucket("My Photos", std::move(done)); });
    EXPECT_EQ(code_of(created), BlobErrc::invalid_bucket_name);
    const auto ensured = wait<void>([&](auto done) { engine_->ensure_bucket("", std::move(done)); });
    EXPECT_EQ(code_of(ensured), BlobErrc::invalid_bucket_name);
}

TEST_F(Buckets, only_an_empty_bucket_is_removed) {
    make_bucket();
    put("cat.jpg", "meow").value();
    const auto remove_it = [&] {
        return wait<void>([&](auto done) { engine_->remove_bucket("photos", std::move(done)); });
    };
    EXPECT_EQ(code_of(remove_it()), BlobErrc::bucket_not_empty);
    remove("cat.jpg").value();
    EXPECT_TRUE(remove_it());
    EXPECT_FALSE(engine_->bucket_exists("photos"));
    EXPECT_EQ(code_of(remove_it()), BlobErrc::no_such_bucket);
}

TEST_F(Buckets, removing_a_bucket_aborts_its_uploads) {
    make_bucket();
    const std::string id = start_upload("film.mp4");
    put_part("film.mp4", id, 1, "part").value();
    ASSERT_TRUE(wait<void>([&](auto done) { engine_->remove_bucket("photos", std::move(done)); }));
    engine_->drain();
    EXPECT_EQ(files_on_disk(), 0U);
    make_bucket();
    EXPECT_TRUE(engine_->uploads("photos").value().empty());
}

TEST_F(Buckets, objects_and_bytes_are_counted_through_every_change) {
    make_bucket();
    const auto counts = [&] {
        const auto bucket = engine_->buckets().at(0);
        return std::pair(bucket.objects, bucket.bytes);
    };
    EXPECT_EQ(counts(), std::pair(0UL, 0UL));
    put("a", "12345").value();
    put("b", large_bytes()).value();
    EXPECT_EQ(counts(), std::pair(2UL, 100'005UL));
    put("a", "1").value();
    EXPECT_EQ(counts(), std::pair(2UL, 100'001UL));
    copy({"photos", "b", "photos", "c", {}, {}, ""}).value();
    EXPECT_EQ(counts(), std::pair(3UL, 200'001UL));
    remove("b").value();
    remove("never there").value();
    EXPECT_EQ(counts(), std::pair(2UL, 100'001UL));
    reopen();
    EXPECT_EQ(counts(), std::pair(2UL, 100'001UL));
}

}  // namespace
}  // namespace faasd::blob::testing
