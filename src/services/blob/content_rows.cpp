#include "services/blob/content_rows.hpp"

namespace faasd::blob {

namespace {

void add_garbage(storage::Connection& connection, const Garbage& garbage) {
    connection.prepare("INSERT INTO blob_garbage(file, content) VALUES(?, ?)")
        .bind(1, garbage.file)
        .bind(2, garbage.content)
        .run();
}

}  // namespace

ContentId add_inline_content(storage::Connection& connection, std::string_view bytes) {
    connection.prepare("INSERT INTO blob_contents(refs, data) VALUES(1, ?)").bind_blob(1, bytes).run();
    return connection.last_insert_rowid();
}

ContentId add_file_content(storage::Connection& connection, std::span<const Segment> segments) {
    connection.prepare("INSERT INTO blob_contents(refs, data) VALUES(1, NULL)").run();
    const ContentId content = connection.last_insert_rowid();
    auto add = connection.prepare(
        "INSERT INTO blob_files(id, size, content, position, checksum) VALUES(?, ?, ?, ?, ?)"
        " ON CONFLICT(id) DO UPDATE SET content = excluded.content, position = excluded.position,"
        " checksum = excluded.checksum");
    for (std::size_t position = 0; position < segments.size(); ++position) {
        add.bind(1, segments[position].file)
            .bind(2, static_cast<std::int64_t>(segments[position].size))
            .bind(3, content)
            .bind(4, static_cast<std::int64_t>(position))
            .bind(5, segments[position].checksum)
            .run();
        add.reset();
    }
    return content;
}

void retain_content(storage::Connection& connection, ContentId content) {
    connection.prepare("UPDATE blob_contents SET refs = refs + 1 WHERE id = ?").bind(1, content).run();
}

void release_content(storage::Connection& connection, ContentId content, std::vector<Garbage>& garbage) {
    std::int64_t refs = 0;
    bool is_inline = false;
    {
        auto find = connection.prepare("SELECT refs, data IS NOT NULL FROM blob_contents WHERE id = ?");
        find.bind(1, content);
        if (!find.step()) return;
        refs = find.integer(0);
        is_inline = find.integer(1) != 0;
    }
    if (refs > 1) {
        connection.prepare("UPDATE blob_contents SET refs = refs - 1 WHERE id = ?").bind(1, content).run();
        return;
    }
    connection.prepare("DELETE FROM blob_contents WHERE id = ?").bind(1, content).run();
    if (is_inline) return;
    for (const Segment& segment : segments_of(connection, content)) {
        garbage.push_back({segment.file, content});
        add_garbage(connection, garbage.back());
    }
    connection.prepare("DELETE FROM blob_files WHERE content = ? AND content <> 0").bind(1, content).run();
}

std::vector<Segment> segments_of(storage::Connection& connection, ContentId content) {
    auto find = connection.prepare(
        "SELECT id, size, checksum FROM blob_files WHERE content = ? AND content <> 0 ORDER BY position");
    find.bind(1, content);
    std::vector<Segment> segments;
    while (find.step())
        segments.push_back(
            {find.integer(0), static_cast<std::uint64_t>(find.integer(1)), std::string(find.text(2))});
    return segments;
}

void add_part_file(storage::Connection& connection, const Segment& file) {
    connection.prepare("INSERT INTO blob_files(id, size) VALUES(?, ?)")
        .bind(1, file.file)
        .bind(2, static_cast<std::int64_t>(file.size))
        .run();
}

void drop_part_file(storage::Connection& connection, FileId file, std::vector<Garbage>& garbage) {
    connection.prepare("DELETE FROM blob_files WHERE id = ?").bind(1, file).run();
    garbage.push_back({file, kNoContent});
    add_garbage(connection, garbage.back());
}

bool is_file_referenced(storage::Connection& connection, FileId file) {
    auto find = connection.prepare("SELECT 1 FROM blob_files WHERE id = ?");
    find.bind(1, file);
    return find.step();
}

std::vector<Garbage> garbage_after(storage::Connection& connection, FileId after, std::size_t limit) {
    auto find =
        connection.prepare("SELECT file, content FROM blob_garbage WHERE file > ? ORDER BY file LIMIT ?");
    find.bind(1, after).bind(2, static_cast<std::int64_t>(limit));
    std::vector<Garbage> garbage;
    while (find.step())
        garbage.push_back({find.integer(0), find.integer(1)});
    return garbage;
}

void forget_garbage(storage::Connection& connection, FileId file) {
    connection.prepare("DELETE FROM blob_garbage WHERE file = ?").bind(1, file).run();
}

}  // namespace faasd::blob
