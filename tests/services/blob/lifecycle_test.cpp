// The rules of a bucket remove what is old enough.
#include "services/blob/blob_fixture.hpp"

namespace faasd::blob::testing {
namespace {

using model::Versioning;

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
