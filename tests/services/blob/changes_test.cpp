#include <gmock/gmock.h>

#include "services/blob/blob_fixture.hpp"

namespace faasd::blob::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Changes : public BlobTest {
  protected:
    Changes() {
        watch();
        make_bucket();
    }
    void watch() {
        engine_->on_change(
            [this](model::Transaction& transaction, const model::BlobChange& change) -> base::Result<> {
                store_->put_in(transaction, "seen", change.sequencer, change.name + " " + change.object.key);
                if (refuse_)
                    return base::Error{std::make_error_code(std::errc::no_buffer_space), "the queue is full"};
                changes_.push_back(change);
                return {};
            });
    }
    [[nodiscard]] std::vector<std::string> names() const {
        std::vector<std::string> names;
        for (const auto& change : changes_)
            names.push_back(change.name + " " + change.object.key);
        return names;
    }

    std::vector<model::BlobChange> changes_;
    bool refuse_ = false;
};

TEST_F(Changes, every_way_to_change_an_object_has_its_event) {
    put("a", "1").value();
    put("a", "22").value();
    copy({"photos", "a", "photos", "b", {}, {}, "copying"}).value();
    const std::string id = start_upload("c");
    put_part("c", id, 1, "part").value();
    complete("c", id, {{1, base::md5_hex("part"), 0, {}}}).value();
    remove("a").value();
    EXPECT_THAT(names(), ElementsAre("ObjectCreated:Put a", "ObjectCreated:Put a", "ObjectCreated:Copy b",
                                     "ObjectCreated:CompleteMultipartUpload c", "ObjectRemoved:Delete a"));
    EXPECT_EQ(changes_[1].object.size, 2U);
    EXPECT_EQ(changes_[1].object.etag, base::md5_hex("22"));
    EXPECT_EQ(changes_[1].bucket, "photos");
    EXPECT_EQ(changes_[1].at, clock_.now());
    EXPECT_EQ(changes_[1].kind, model::BlobEventKind::created);
    EXPECT_EQ(changes_[2].object.trace, "copying");
    EXPECT_EQ(changes_[4].kind, model::BlobEventKind::removed);
    EXPECT_EQ(changes_[4].object.trace, "trace");
}

TEST_F(Changes, what_a_form_brings_has_an_event_of_its_own) {
    model::PutOptions options;
    options.by_form = true;
    put("a", "1", options).value();
    EXPECT_THAT(names(), ElementsAre("ObjectCreated:Post a"));
}

TEST_F(Changes, what_changes_nothing_has_no_event) {
    remove("never there").value();
    model::PutOptions options;
    options.if_match = "x";
    EXPECT_FALSE(put("a", "1", options));
    const std::string id = start_upload("c");
    put_part("c", id, 1, "part").value();
    abort("c", id).value();
    EXPECT_THAT(names(), IsEmpty());
}

TEST_F(Changes, what_the_sink_writes_commits_with_the_object) {
    put("a", "1").value();
    const auto seen = store_->list("seen");
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen[0].second, "ObjectCreated:Put a");
}

TEST_F(Changes, an_error_of_the_sink_refuses_the_write_and_nothing_of_it_stays) {
    put("a", large_bytes('1')).value();
    refuse_ = true;
    EXPECT_EQ(code_of(put("a", large_bytes('2'))), std::make_error_code(std::errc::no_buffer_space));
    EXPECT_FALSE(put("b", "new"));
    EXPECT_FALSE(remove("a"));
    EXPECT_FALSE(copy({"photos", "a", "photos", "b", {}, {}, ""}));
    const std::string id = start_upload("c");
    put_part("c", id, 1, "part").value();
    EXPECT_FALSE(complete("c", id, {{1, base::md5_hex("part"), 0, {}}}));
    EXPECT_EQ(engine_->parts("photos", "c", id)->size(), 1U);
    engine_->drain();
    EXPECT_EQ(get("a").value(), large_bytes('1'));
    EXPECT_EQ(engine_->list("photos", {})->objects.size(), 1U);
    EXPECT_EQ(engine_->buckets().at(0).objects, 1U);
    EXPECT_EQ(store_->list("seen").size(), 1U);
    EXPECT_EQ(files_on_disk(), 2U);
    EXPECT_EQ(pending_on_disk(), 0U);
}

TEST_F(Changes, sequencers_order_the_events_of_a_key_across_restarts_and_new_buckets) {
    for (int i = 0; i < 20; ++i)
        put("a", std::to_string(i)).value();
    remove("a").value();
    reopen();
    watch();
    put("a", "after the restart").value();
    remove("a").value();
    ASSERT_TRUE(wait<void>([&](auto done) { engine_->remove_bucket("photos", std::move(done)); }));
    make_bucket();
    put("a", "in a new bucket").value();
    ASSERT_EQ(changes_.size(), 24U);
    for (std::size_t i = 1; i < changes_.size(); ++i) {
        EXPECT_LT(changes_[i - 1].sequencer, changes_[i].sequencer);
        EXPECT_EQ(changes_[i - 1].sequencer.size(), changes_[i].sequencer.size());
    }
}

}  // namespace
}  // namespace faasd::blob::testing
