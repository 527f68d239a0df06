#include "services/blob/object_rows.hpp"

#include "services/blob/listing.hpp"

namespace faasd::blob {
namespace {

using model::BlobErrc;
using storage::Connection;
using storage::Statement;

class ObjectCursor final : public KeyCursor {
  public:
    ObjectCursor(Connection& connection, BucketId bucket)
        : rows_(connection.prepare("SELECT " FAASD_OBJECT_COLUMNS
                                   " FROM blob_objects o WHERE o.bucket = ? AND o.key >= ? ORDER BY o.key")) {
        rows_.bind(1, bucket);
    }
    bool seek(std::string_view lower) override {
        rows_.reset();
        lower_ = lower;
        rows_.bind_blob(2, lower_);
        return next();
    }
    bool next() override { return rows_.step(); }
    [[nodiscard]] std::string_view key() const override { return rows_.blob(0); }
    [[nodiscard]] model::ObjectInfo object() const { return read_object(rows_).info; }

  private:
    Statement rows_;
    std::string lower_;  // bound, so it lives here
};

}  // namespace

ObjectRow read_object(const Statement& row) {
    ObjectRow object;
    object.info.key = row.blob(0);
    object.info.version_id = row.text(1);
    object.content = row.integer(2);
    object.info.size = static_cast<std::uint64_t>(row.integer(3));
    object.info.etag = row.text(4);
    object.info.content_type = row.text(5);
    object.info.metadata = decode_fields(row.blob(6));
    object.info.headers = decode_fields(row.blob(7));
    object.info.modified_at = base::from_micros(row.integer(8));
    object.info.trace = row.text(9);
    decode_details(row.blob(10), object.info);
    return object;
}

std::string encode_fields(const model::Metadata& fields) {
    std::string bytes;
    for (const auto& [name, value] : fields) {
        bytes += name;
        bytes += '\0';
        bytes += value;
        bytes += '\0';
    }
    return bytes;
}

model::Metadata decode_fields(std::string_view bytes) {
    const auto take = [&bytes] {
        const std::size_t end = bytes.find('\0');
        const std::string_view field = bytes.substr(0, end);
        bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
        return std::string(field);
    };
    model::Metadata fields;
    while (!bytes.empty()) {
        std::string name = take();
        fields.emplace(std::move(name), take());
    }
    return fields;
}

std::int64_t count_change(Connection& connection, BucketId bucket, std::int64_t more_objects,
                          std::int64_t more_bytes) {
    auto count = connection.prepare(
        "UPDATE blob_buckets SET objects = objects + ?, bytes = bytes + ?, sequence = sequence + 1 WHERE id "
        "= ?"
        " RETURNING sequence");
    count.bind(1, more_objects).bind(2, more_bytes).bind(3, bucket);
    const std::int64_t sequence = count.step() ? count.integer(0) : 0;
    count.run();
    return sequence;
}

std::optional<ObjectRow> find_object(Connection& connection, BucketId bucket, std::string_view key) {
    auto find = connection.prepare("SELECT " FAASD_OBJECT_COLUMNS
                                   " FROM blob_objects o WHERE o.bucket = ? AND o.key = ?");
    find.bind(1, bucket).bind_blob(2, key);
    if (!find.step()) return std::nullopt;
    return read_object(find);
}

void put_object(Connection& connection, BucketId bucket, const ObjectRow& object) {
    const std::string metadata = encode_fields(object.info.metadata);
    const std::string headers = encode_fields(object.info.headers);
    const std::string details = encode_details(object.info);
    connection
        .prepare(
            "INSERT OR REPLACE INTO blob_objects(bucket, key, version_id, content, size, etag, content_type, "
            "metadata,"
            " headers, modified_at, trace, details) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(1, bucket)
        .bind_blob(2, object.info.key)
        .bind(3, object.info.version_id)
        .bind(4, object.content)
        .bind(5, static_cast<std::int64_t>(object.info.size))
        .bind(6, object.info.etag)
        .bind(7, object.info.content_type)
        .bind_blob(8, metadata)
        .bind_blob(9, headers)
        .bind(10, base::to_micros(object.info.modified_at))
        .bind(11, object.info.trace)
        .bind_blob(12, details)
        .run();
}

void delete_object(Connection& connection, BucketId bucket, std::string_view key) {
    connection.prepare("DELETE FROM blob_objects WHERE bucket = ? AND key = ?")
        .bind(1, bucket)
        .bind_blob(2, key)
        .run();
}

base::Result<model::ListPage> list_objects(Connection& connection, BucketId bucket,
                                           const model::ListRequest& request) {
    ObjectCursor cursor(connection, bucket);
    model::ListPage page;
    auto listed = list_keys(cursor, request, page, [&] { page.objects.push_back(cursor.object()); });
    if (!listed) return listed.error();
    return page;
}

}  // namespace faasd::blob
