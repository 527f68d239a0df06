// The rows of buckets.
#include <charconv>

#include "services/blob/object_rows.hpp"

namespace faasd::blob {
namespace {

using model::BlobErrc;
using model::Versioning;
using storage::Connection;
using storage::Statement;

#define BUCKET_COLUMNS "name, created_at, objects, bytes, account, region, versioning, object_lock"

model::BucketInfo read_bucket(const Statement& row) {
    model::BucketInfo bucket;
    bucket.name = row.text(0);
    bucket.created_at = base::from_micros(row.integer(1));
    bucket.objects = static_cast<std::uint64_t>(row.integer(2));
    bucket.bytes = static_cast<std::uint64_t>(row.integer(3));
    bucket.account = row.text(4);
    bucket.region = row.text(5);
    bucket.versioning = static_cast<Versioning>(row.integer(6));
    bucket.lock = decode_lock(row.text(7));
    return bucket;
}

base::Error no_such_bucket(std::string_view name) {
    return {BlobErrc::no_such_bucket, "there is no bucket '" + std::string(name.substr(0, 80)) + "'"};
}

}  // namespace

// "GOVERNANCE 30 0": mode, days and years of the default; "ENABLED 0 0" without one.
std::string encode_lock(const model::ObjectLock& lock) {
    if (!lock.enabled) return {};
    const bool has_default = lock.days != 0 || lock.years != 0;
    return std::string(!has_default      ? "ENABLED"
                       : lock.compliance ? "COMPLIANCE"
                                         : "GOVERNANCE") +
           ' ' + std::to_string(lock.days) + ' ' + std::to_string(lock.years);
}

model::ObjectLock decode_lock(std::string_view text) {
    model::ObjectLock lock;
    if (text.empty()) return lock;
    lock.enabled = true;
    lock.compliance = text.starts_with('C');
    text.remove_prefix(std::min(text.find(' ') + 1, text.size()));
    const auto [rest, failure] = std::from_chars(text.data(), text.data() + text.size(), lock.days);
    if (failure == std::errc{} && rest != text.data() + text.size())
        std::from_chars(rest + 1, text.data() + text.size(), lock.years);
    return lock;
}

std::optional<BucketId> find_bucket(Connection& connection, std::string_view name) {
    auto find = connection.prepare("SELECT id FROM blob_buckets WHERE name = ?");
    find.bind(1, name);
    if (!find.step()) return std::nullopt;
    return find.integer(0);
}

base::Result<BucketId> require_bucket(Connection& connection, std::string_view name) {
    if (const auto id = find_bucket(connection, name)) return *id;
    return no_such_bucket(name);
}

base::Result<BucketRow> require_bucket_row(Connection& connection, std::string_view name) {
    auto find =
        connection.prepare("SELECT id, versioning, object_lock, notifies FROM blob_buckets WHERE name = ?");
    find.bind(1, name);
    if (!find.step()) return no_such_bucket(name);
    return BucketRow{find.integer(0), static_cast<Versioning>(find.integer(1)), decode_lock(find.text(2)),
                     find.integer(3) != 0};
}

base::Result<model::BucketInfo> require_bucket_info(Connection& connection, std::string_view name) {
    auto find = connection.prepare("SELECT " BUCKET_COLUMNS " FROM blob_buckets WHERE name = ?");
    find.bind(1, name);
    if (!find.step()) return no_such_bucket(name);
    return read_bucket(find);
}

void add_bucket(Connection& connection, const model::NewBucket& bucket, base::TimePoint now) {
    model::ObjectLock lock;
    lock.enabled = bucket.object_lock;
    const std::string lock_text = encode_lock(lock);
    connection
        .prepare(
            "INSERT INTO blob_buckets(name, created_at, account, region, versioning, object_lock)"
            " VALUES(?, ?, ?, ?, ?, ?)")
        .bind(1, bucket.name)
        .bind(2, base::to_micros(now))
        .bind(3, bucket.account)
        .bind(4, bucket.region)
        .bind(5, static_cast<std::int64_t>(bucket.object_lock ? Versioning::enabled : Versioning::off))
        .bind(6, lock_text)
        .run();
}

void delete_bucket(Connection& connection, BucketId bucket) {
    connection.prepare("DELETE FROM blob_documents WHERE bucket = ?").bind(1, bucket).run();
    connection.prepare("DELETE FROM blob_buckets WHERE id = ?").bind(1, bucket).run();
}

bool has_objects(Connection& connection, BucketId bucket) {
    auto find = connection.prepare(
        "SELECT EXISTS(SELECT 1 FROM blob_objects WHERE bucket = ?1) OR"
        " EXISTS(SELECT 1 FROM blob_versions WHERE bucket = ?1)");
    find.bind(1, bucket);
    return find.step() && find.integer(0) != 0;
}

std::vector<model::BucketInfo> all_buckets(Connection& connection) {
    auto find = connection.prepare("SELECT " BUCKET_COLUMNS " FROM blob_buckets ORDER BY name");
    std::vector<model::BucketInfo> buckets;
    while (find.step())
        buckets.push_back(read_bucket(find));
    return buckets;
}

}  // namespace faasd::blob
