// Locked versions stay for as long as their lock says.
#include "services/blob/blob_fixture.hpp"

namespace faasd::blob::testing {
namespace {

using model::Versioning;

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

}  // namespace
}  // namespace faasd::blob::testing
