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

class Locks : public BlobTest {
  protected:
    Locks() {
        wait<void>([&](auto done) {
            engine_->create_bucket(model::NewBucket{"photos", "", "", true}, std::move(done));
        }).value();
    }
    base::Result<model::Removed> remove_version(const std::string& version, bool bypass = false) {
        model::RemoveRequest request{"photos", "a", version};
        request.bypass_governance = bypass;
        return wait<model::Removed>([&](auto done) { engine_->remove(request, std::move(done)); });
    }
    model::ObjectInfo put_retained(bool compliance) {
        model::PutOptions options;
        options.retention = model::Retention{compliance, clock_.now() + std::chrono::hours{1}};
        return put("a", "1", options).value();
    }
};

TEST_F(Locks, a_retained_version_stays_until_its_time_has_come) {
    const auto stored = put_retained(true);
    EXPECT_EQ(code_of(remove_version(stored.version_id)), BlobErrc::locked);
    EXPECT_EQ(code_of(remove_version(stored.version_id, true)), BlobErrc::locked);
    clock_.advance(std::chrono::hours{2});
    EXPECT_TRUE(remove_version(stored.version_id));
}

TEST_F(Locks, governance_can_be_bypassed) {
    const auto stored = put_retained(false);
    EXPECT_EQ(code_of(remove_version(stored.version_id)), BlobErrc::locked);
    EXPECT_TRUE(remove_version(stored.version_id, true));
}

TEST_F(Locks, a_legal_hold_has_to_be_lifted) {
    model::PutOptions options;
    options.legal_hold = true;
    const auto stored = put("a", "1", options).value();
    EXPECT_EQ(code_of(remove_version(stored.version_id, true)), BlobErrc::locked);
    model::ObjectUpdate update;
    update.legal_hold = false;
    wait<model::ObjectInfo>([&](auto done) {
        engine_->update("photos", "a", stored.version_id, update, std::move(done));
    }).value();
    EXPECT_TRUE(remove_version(stored.version_id));
}

TEST_F(Locks, new_objects_get_the_buckets_default) {
    model::ObjectLock lock;
    lock.enabled = true;
    lock.days = 2;
    wait<void>([&](auto done) { engine_->set_object_lock("photos", lock, std::move(done)); }).value();
    EXPECT_EQ(put("a", "1").value().retention->until, clock_.now() + std::chrono::hours{48});
}

TEST_F(Locks, versioning_of_a_locked_bucket_stays) {
    EXPECT_EQ(code_of(wait<void>([&](auto done) {
                  engine_->set_versioning("photos", Versioning::suspended, std::move(done));
              })),
              BlobErrc::invalid_bucket_state);
}

class Lifecycle : public BlobTest {
  protected:
    Lifecycle() { make_bucket(); }
    void rule(model::LifecycleRule rule) {
        wait<void>([&](auto done) { engine_->set_lifecycle("photos", {rule}, std::move(done)); }).value();
        settle();
    }
    // A sweep is a chain of jobs: one that follows it is done after it.
    void settle() {
        for (int i = 0; i < 5; ++i)
            wait<void>([&](auto done) {
                store_->write([](auto&) -> base::Result<> { return {}; }, std::move(done));
            }).value();
    }
    void pass(base::Duration time) {
        timers_.advance(time);
        settle();
    }
};

TEST_F(Lifecycle, objects_expire_at_the_midnight_after_their_days) {
    model::LifecycleRule expire;
    expire.prefix = "tmp/";
    expire.expire_days = 1;
    rule(expire);
    put("tmp/a", "1").value();
    put("kept", "1").value();
    pass(std::chrono::hours{23});
    EXPECT_TRUE(get("tmp/a"));
    pass(std::chrono::hours{25});
    EXPECT_EQ(code_of(get("tmp/a")), BlobErrc::no_such_key);
    EXPECT_TRUE(get("kept"));
}

TEST_F(Lifecycle, so_many_days_that_no_clock_holds_them_are_never) {
    model::LifecycleRule expire;
    expire.expire_days = 2'147'483'647;
    put("a", "1").value();
    rule(expire);
    pass(std::chrono::hours{48});
    EXPECT_TRUE(get("a"));
}

TEST_F(Lifecycle, a_daemon_that_was_away_catches_up) {
    model::LifecycleRule expire;
    expire.expire_days = 1;
    rule(expire);
    put("a", "1").value();
    close();
    clock_.advance(std::chrono::hours{72});
    open();
    settle();
    EXPECT_EQ(code_of(get("a")), BlobErrc::no_such_key);
}

TEST_F(Lifecycle, a_restart_does_not_sweep_a_second_time_on_a_day) {
    model::LifecycleRule expire;
    expire.expire_date = std::chrono::floor<std::chrono::days>(clock_.now());
    rule(expire);
    put("a", "1").value();  // due at once, after the day's sweep
    close();
    open();
    settle();
    EXPECT_TRUE(get("a"));
    pass(std::chrono::hours{24});
    EXPECT_EQ(code_of(get("a")), BlobErrc::no_such_key);
}

TEST_F(Lifecycle, a_key_that_fails_is_stepped_over) {
    model::LifecycleRule expire;
    expire.expire_days = 1;
    rule(expire);
    for (const char* key : {"a", "b", "c"})
        put(key, "1").value();
    engine_->on_change([](auto&, const model::BlobChange& change) -> base::Result<> {
        if (change.object.key == "b") return base::Error(std::make_error_code(std::errc::io_error));
        return {};
    });
    pass(std::chrono::hours{48});
    EXPECT_EQ(code_of(get("a")), BlobErrc::no_such_key);
    EXPECT_TRUE(get("b"));
    EXPECT_EQ(code_of(get("c")), BlobErrc::no_such_key);
}

TEST_F(Lifecycle, all_old_versions_expire_however_many_there_are) {
    wait<void>([&](auto done) {
        engine_->set_versioning("photos", Versioning::enabled, std::move(done));
    }).value();
    model::LifecycleRule expire;
    expire.noncurrent_days = 1;
    expire.keep_noncurrent = 1100;
    rule(expire);
    for (int i = 0; i < 1205; ++i)
        put("a", "1").value();
    pass(std::chrono::hours{48});
    model::VersionListRequest request;
    request.max_keys = 1000;
    auto page = engine_->list_versions("photos", request).value();
    std::size_t count = page.versions.size();
    request.key_marker = page.next_key_marker;
    request.version_marker = page.next_version_marker;
    count += engine_->list_versions("photos", request).value().versions.size();
    EXPECT_EQ(count, 1101u);
}

TEST_F(Lifecycle, old_versions_expire_and_lone_markers_with_them) {
    wait<void>([&](auto done) {
        engine_->set_versioning("photos", Versioning::enabled, std::move(done));
    }).value();
    model::LifecycleRule expire;
    expire.noncurrent_days = 1;
    expire.expire_lone_markers = true;
    rule(expire);
    put("a", "1").value();
    put("b", "1").value();
    put("b", "2").value();
    wait<void>([&](auto done) { engine_->remove("photos", "a", "", std::move(done)); }).value();
    for (int day = 0; day < 4; ++day)
        pass(std::chrono::hours{24});
    const auto left = engine_->list_versions("photos", {}).value().versions;
    ASSERT_EQ(left.size(), 1u);
    EXPECT_EQ(left[0].key, "b");
}

TEST_F(Lifecycle, uploads_that_nobody_completes_are_aborted) {
    model::LifecycleRule expire;
    expire.abort_upload_days = 3;
    rule(expire);
    const std::string id = start_upload("a");
    pass(std::chrono::hours{24 * 5});
    EXPECT_EQ(code_of(engine_->upload("photos", "a", id)), BlobErrc::no_such_upload);
}

}  // namespace
}  // namespace faasd::blob::testing
