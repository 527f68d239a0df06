#include "services/blob/upload_rows.hpp"

#include <unordered_set>

namespace faasd::blob {

using storage::Connection;

namespace {

// "SHA256 <base64>"
std::string encode_part_checksum(const std::optional<model::Checksum>& checksum) {
    return checksum ? std::string(base::to_string(checksum->kind)) + ' ' + checksum->value : std::string{};
}

std::optional<model::Checksum> decode_part_checksum(std::string_view text) {
    const std::size_t end = text.find(' ');
    const auto kind = base::parse_checksum_kind(text.substr(0, end));
    if (!kind || end == std::string_view::npos) return std::nullopt;
    return model::Checksum{*kind, std::string(text.substr(end + 1))};
}

}  // namespace

void add_upload(Connection& connection, const UploadRow& upload) {
    const std::string metadata = encode_fields(upload.object.metadata);
    const std::string headers = encode_fields(upload.object.headers);
    const std::string details = encode_details(upload.object);
    connection
        .prepare(
            "INSERT INTO blob_uploads(id, bucket, key, started_at, content_type, metadata, headers, trace, "
            "details)"
            " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(1, upload.id)
        .bind(2, upload.bucket)
        .bind_blob(3, upload.object.key)
        .bind(4, base::to_micros(upload.started_at))
        .bind(5, upload.object.content_type)
        .bind_blob(6, metadata)
        .bind_blob(7, headers)
        .bind(8, upload.object.trace)
        .bind_blob(9, details)
        .run();
}

base::Result<UploadRow> require_upload(Connection& connection, std::string_view bucket, std::string_view key,
                                       std::string_view id) {
    const auto bucket_id = require_bucket(connection, bucket);
    if (!bucket_id) return bucket_id.error();
    auto find = connection.prepare(
        "SELECT started_at, content_type, metadata, headers, trace, details FROM blob_uploads"
        " WHERE id = ? AND bucket = ? AND key = ?");
    find.bind(1, id).bind(2, *bucket_id).bind_blob(3, key);
    if (!find.step()) {
        return base::Error{model::BlobErrc::no_such_upload,
                           "there is no upload '" + std::string(id.substr(0, 80)) + "' of '" +
                               std::string(key) + "' in the bucket '" + std::string(bucket) +
                               "': it may have been completed or aborted"};
    }
    UploadRow upload;
    upload.id = id;
    upload.bucket = *bucket_id;
    upload.started_at = base::from_micros(find.integer(0));
    upload.object.key = key;
    upload.object.content_type = find.text(1);
    upload.object.metadata = decode_fields(find.blob(2));
    upload.object.headers = decode_fields(find.blob(3));
    upload.object.trace = find.text(4);
    decode_details(find.blob(5), upload.object);
    return upload;
}

std::vector<model::UploadInfo> uploads_of(Connection& connection, BucketId bucket) {
    auto find = connection.prepare(
        "SELECT id, key, started_at, details FROM blob_uploads WHERE bucket = ? ORDER BY key, started_at, "
        "id");
    find.bind(1, bucket);
    std::vector<model::UploadInfo> uploads;
    while (find.step()) {
        model::ObjectInfo object;
        decode_details(find.blob(3), object);
        uploads.push_back({std::string(find.text(0)), std::string(find.blob(1)),
                           base::from_micros(find.integer(2)), std::move(object.checksum),
                           std::move(object.properties)});
    }
    return uploads;
}

std::vector<StoredPart> parts_of(Connection& connection, std::string_view upload) {
    auto find = connection.prepare(
        "SELECT number, etag, size, modified_at, file, checksum FROM blob_parts WHERE upload = ? ORDER BY "
        "number");
    find.bind(1, upload);
    std::vector<StoredPart> parts;
    while (find.step()) {
        StoredPart& part = parts.emplace_back();
        part.info.number = static_cast<std::uint32_t>(find.integer(0));
        part.info.etag = find.text(1);
        part.info.size = static_cast<std::uint64_t>(find.integer(2));
        part.info.modified_at = base::from_micros(find.integer(3));
        part.file = find.integer(4);
        part.info.checksum = decode_part_checksum(find.text(5));
    }
    return parts;
}

void put_part(Connection& connection, std::string_view upload, const StoredPart& part,
              std::vector<Garbage>& garbage) {
    FileId replaced = 0;
    {
        auto find = connection.prepare("SELECT file FROM blob_parts WHERE upload = ? AND number = ?");
        find.bind(1, upload).bind(2, part.info.number);
        if (find.step()) replaced = find.integer(0);
    }
    if (replaced != 0) drop_part_file(connection, replaced, garbage);
    add_part_file(connection, {part.file, part.info.size});
    const std::string checksum = encode_part_checksum(part.info.checksum);
    connection
        .prepare(
            "INSERT OR REPLACE INTO blob_parts(upload, number, etag, size, modified_at, file, checksum)"
            " VALUES(?, ?, ?, ?, ?, ?, ?)")
        .bind(1, upload)
        .bind(2, part.info.number)
        .bind(3, part.info.etag)
        .bind(4, static_cast<std::int64_t>(part.info.size))
        .bind(5, base::to_micros(part.info.modified_at))
        .bind(6, part.file)
        .bind(7, checksum)
        .run();
}

void delete_upload(Connection& connection, std::string_view upload, std::span<const Segment> kept,
                   std::vector<Garbage>& garbage) {
    std::unordered_set<FileId> keeping;
    for (const Segment& segment : kept)
        keeping.insert(segment.file);
    for (const StoredPart& part : parts_of(connection, upload)) {
        if (!keeping.contains(part.file)) drop_part_file(connection, part.file, garbage);
    }
    connection.prepare("DELETE FROM blob_parts WHERE upload = ?").bind(1, upload).run();
    connection.prepare("DELETE FROM blob_uploads WHERE id = ?").bind(1, upload).run();
}

}  // namespace faasd::blob
