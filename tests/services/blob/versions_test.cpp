// A versioned bucket keeps what is overwritten and deleted.
#include "services/blob/blob_fixture.hpp"

namespace faasd::blob::testing {
namespace {

using model::Versioning;

class Versions : public BlobTest {
  protected:
    Versions() {
        make_bucket();
        set(Versioning::enabled);
    }
    void set(Versioning versioning) {
        wait<void>([&](auto done) {
            engine_->set_versioning("photos", versioning, std::move(done));
        }).value();
    }
    base::Result<model::Removed> remove_version(const std::string& key,
                                                std::optional<std::string> version = {}) {
        return wait<model::Removed>([&](auto done) {
            engine_->remove(model::RemoveRequest{"photos", key, std::move(version)}, std::move(done));
        });
    }
    base::Result<std::string> get_version(const std::string& key, const std::string& version) {
        auto reader = engine_->get("photos", key, {}, {}, model::Selection{version});
        if (!reader) return reader.error();
        return read_all(**reader);
    }
    std::vector<std::string> listed(const model::VersionListRequest& request = {}) {
        std::vector<std::string> all;
        for (const auto& version : engine_->list_versions("photos", request).value().versions)
            all.push_back(version.key +
                          (version.delete_marker ? " marker" : " " + std::to_string(version.size)) +
                          (version.latest ? " latest" : ""));
        return all;
    }
    using Strings = std::vector<std::string>;
};

TEST_F(Versions, an_overwritten_object_can_be_read_by_its_version) {
    const auto first = put("a", "one").value();
    const auto second = put("a", large_bytes()).value();
    EXPECT_NE(first.version_id, second.version_id);
    EXPECT_EQ(get_version("a", first.version_id).value(), "one");
    EXPECT_EQ(get("a").value(), large_bytes());
    EXPECT_EQ(listed(), (Strings{"a 100000 latest", "a 3"}));
}

TEST_F(Versions, a_deletion_hides_the_object_behind_a_marker_and_taking_the_marker_away_shows_it_again) {
    const auto stored = put("a", "one").value();
    const auto removed = remove_version("a").value();
    EXPECT_TRUE(removed.delete_marker);
    EXPECT_EQ(code_of(engine_->head("photos", "a")), BlobErrc::delete_marker);
    EXPECT_TRUE(engine_->list("photos", {}).value().objects.empty());
    EXPECT_EQ(get_version("a", stored.version_id).value(), "one");
    EXPECT_EQ(code_of(get_version("a", removed.version_id)), BlobErrc::delete_marker);
    EXPECT_EQ(listed(), (Strings{"a marker latest", "a 3"}));

    EXPECT_TRUE(remove_version("a", removed.version_id).value().delete_marker);
    EXPECT_EQ(get("a").value(), "one");
    EXPECT_EQ(listed(), (Strings{"a 3 latest"}));
}

TEST_F(Versions, the_newest_version_goes_for_good_and_the_one_before_shows) {
    put("a", "1").value();
    const auto newest = put("a", large_bytes()).value();
    remove_version("a", newest.version_id).value();
    engine_->drain();
    EXPECT_EQ(files_on_disk(), 0u);
    EXPECT_EQ(get("a").value(), "1");
    EXPECT_EQ(code_of(get_version("a", newest.version_id)), BlobErrc::no_such_version);
    EXPECT_EQ(engine_->bucket("photos").value().objects, 1u);
    EXPECT_EQ(engine_->bucket("photos").value().bytes, 1u);
}

TEST_F(Versions, suspended_there_is_one_version_without_an_id) {
    const auto before = put("a", "1").value();
    set(Versioning::suspended);
    EXPECT_EQ(put("a", "22").value().version_id, "null");
    EXPECT_EQ(put("a", "333").value().version_id, "null");
    EXPECT_EQ(listed(), (Strings{"a 3 latest", "a 1"}));
    EXPECT_EQ(get_version("a", "null").value(), "333");
    EXPECT_EQ(get_version("a", before.version_id).value(), "1");
    EXPECT_EQ(remove_version("a").value().version_id, "null");
    EXPECT_EQ(listed(), (Strings{"a marker latest", "a 1"}));
}

TEST_F(Versions, what_was_written_before_versioning_keeps_its_null_version) {
    make_bucket("plain");
    put("a", "old", {}, "plain").value();
    wait<void>([&](auto done) {
        engine_->set_versioning("plain", Versioning::enabled, std::move(done));
    }).value();
    put("a", "new", {}, "plain").value();
    auto reader = engine_->get("plain", "a", {}, {}, model::Selection{"null"});
    EXPECT_EQ(read_all(**reader).value(), "old");
}

TEST_F(Versions, a_bucket_with_nothing_but_versions_is_not_empty) {
    put("a", "1").value();
    const auto marker = remove_version("a").value();
    EXPECT_EQ(code_of(wait<void>([&](auto done) { engine_->remove_bucket("photos", std::move(done)); })),
              BlobErrc::bucket_not_empty);
}

TEST_F(Versions, are_listed_page_by_page) {
    for (const char* key : {"a", "b/1", "b/2", "c"})
        for (const char* bytes : {"1", "22"})
            put(key, bytes).value();
    Strings all;
    model::VersionListRequest request;
    request.max_keys = 3;
    for (int pages = 0; pages < 10; ++pages) {
        const auto page = engine_->list_versions("photos", request).value();
        for (const auto& version : page.versions)
            all.push_back(version.key + " " + std::to_string(version.size));
        if (!page.truncated) break;
        request.key_marker = page.next_key_marker;
        request.version_marker = page.next_version_marker;
    }
    EXPECT_EQ(all, (Strings{"a 2", "a 1", "b/1 2", "b/1 1", "b/2 2", "b/2 1", "c 2", "c 1"}));
    model::VersionListRequest folded;
    folded.delimiter = "/";
    const auto page = engine_->list_versions("photos", folded).value();
    EXPECT_EQ(page.versions.size(), 4u);
    EXPECT_EQ(page.common_prefixes, Strings{"b/"});
}

TEST_F(Versions, an_old_one_is_restored_by_copying_it_onto_its_key) {
    const auto first = put("a", "one").value();
    put("a", "two").value();
    model::Blobs::CopyRequest request{"photos", "a", "photos", "a", {}, {}, "", first.version_id};
    EXPECT_NE(copy(request).value().version_id, first.version_id);
    EXPECT_EQ(get("a").value(), "one");
    EXPECT_EQ(listed().size(), 3u);
}

TEST_F(Versions, survive_a_restart) {
    const auto first = put("a", "one").value();
    put("a", "two").value();
    reopen();
    EXPECT_EQ(get_version("a", first.version_id).value(), "one");
    EXPECT_EQ(engine_->bucket("photos").value().versioning, Versioning::enabled);
}

TEST_F(Versions, tags_and_properties_belong_to_one_version) {
    const auto first = put("a", "one").value();
    put("a", "two").value();
    model::ObjectUpdate update;
    update.tags = model::Metadata{{"colour", "red"}};
    update.properties = {{"acl", "public-read"}};
    wait<model::ObjectInfo>([&](auto done) {
        engine_->update("photos", "a", first.version_id, update, std::move(done));
    }).value();
    EXPECT_EQ(engine_->head("photos", "a", {}, model::Selection{first.version_id}).value().tags.at("colour"),
              "red");
    EXPECT_TRUE(engine_->head("photos", "a").value().tags.empty());
}

}  // namespace
}  // namespace faasd::blob::testing
