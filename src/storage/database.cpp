#include "storage/database.hpp"

#include <mutex>

namespace faasd::storage {
namespace {

// Of the file's layout as a whole; engines add tables without changing it.
constexpr std::int64_t layout_version = 1;
constexpr std::int64_t application_id = 0x66616173;  // "faas"

constexpr std::string_view state_table =
    "CREATE TABLE IF NOT EXISTS state(space TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL,"
    " PRIMARY KEY(space, key)) WITHOUT ROWID";

// The directory's lock keeps other processes out, so what readers and the writer agree on is kept in this process's memory:
// the default would make two system calls for it a transaction, a tenth of the time of a small read.
constexpr const char* one_process = "unix-excl";

// Memory statistics cost a global lock at each allocation, and nobody reads them.
void configure_sqlite_once() {
    static std::once_flag once;
    std::call_once(once, [] { sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); });
}

std::int64_t pragma(Connection& connection, std::string_view sql) {
    auto statement = connection.prepare(sql);
    return statement.step() ? statement.integer(0) : 0;
}

void set_cache(Connection& connection, std::size_t bytes) {
    connection.execute("PRAGMA cache_size=-" + std::to_string(bytes / 1024));
}

}  // namespace

std::filesystem::path database_file(const StoreOptions& options) {
    return options.directory / "state.sqlite";
}

std::unique_ptr<Connection> connect(const StoreOptions& options, Role role) {
    configure_sqlite_once();
    sqlite3* handle = nullptr;
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                      (role == Role::writer ? SQLITE_OPEN_CREATE : 0);
    const int result = sqlite3_open_v2(database_file(options).c_str(), &handle, flags,
                                       options.vfs.empty() ? one_process : options.vfs.c_str());
    auto connection = std::make_unique<Connection>(handle);  // a failed open leaves a handle to close as well
    if (result != SQLITE_OK) {
        throw StoreError(result, handle ? sqlite3_errmsg(handle) : sqlite3_errstr(result));
    }
    sqlite3_busy_timeout(handle, 5000);
    connection->execute("PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY");
    switch (role) {
        case Role::writer:
            set_cache(*connection, options.writer_cache_bytes);
            break;
        case Role::reader:
            set_cache(*connection, options.reader_cache_bytes);
            connection->execute("PRAGMA query_only=1");
            break;
        case Role::checkpointer:
            set_cache(*connection, 64 * 1024);
            break;
    }
    if (role != Role::reader) {
        connection->execute(options.durability == Durability::full ? "PRAGMA synchronous=FULL"
                                                                   : "PRAGMA synchronous=NORMAL");
        connection->execute("PRAGMA wal_autocheckpoint=0");
    }
    return connection;
}

base::Result<std::unique_ptr<Connection>> open_database(const StoreOptions& options) {
    const std::string file = database_file(options).string();
    try {
        auto connection = connect(options, Role::writer);
        const std::int64_t version = pragma(*connection, "PRAGMA user_version");
        const std::int64_t owner = pragma(*connection, "PRAGMA application_id");
        if (version > layout_version && owner == application_id) {
            return base::Error(std::make_error_code(std::errc::not_supported),
                               file + " was written by a newer faasd (layout " + std::to_string(version) +
                                   ", this one knows " + std::to_string(layout_version) +
                                   "): use that version, or choose another folder with --data-dir");
        }
        const bool is_empty = pragma(*connection, "SELECT count(*) FROM sqlite_schema") == 0;
        if (owner != application_id && !(owner == 0 && version == 0 && is_empty)) {
            return base::Error(
                std::make_error_code(std::errc::not_supported),
                file + " is a database of another program: choose another folder with --data-dir");
        }
        connection->execute("PRAGMA journal_mode=WAL");
        // A log that one huge transaction has blown up is cut back when it is next reset.
        connection->execute("PRAGMA journal_size_limit=" + std::to_string(8 * options.checkpoint_bytes));
        if (owner != application_id) {
            connection->execute("BEGIN IMMEDIATE");
            connection->execute(state_table);
            connection->execute("PRAGMA application_id=" + std::to_string(application_id));
            connection->execute("PRAGMA user_version=" + std::to_string(layout_version));
            connection->execute("COMMIT");
        }
        return connection;
    } catch (const StoreError& error) {
        const int code = error.sqlite_code() & 0xff;
        const std::error_code reason(code, sqlite_category());
        switch (code) {
            case SQLITE_NOTADB:
                return base::Error(reason,
                                   file +
                                       " is not a database: move it away, or choose another folder with "
                                       "--data-dir");
            case SQLITE_READONLY:
            case SQLITE_CANTOPEN:
            case SQLITE_PERM:
                return base::Error(reason,
                                   file + " cannot be written (" + error.what() +
                                       "): give this user the right to, or choose another folder with "
                                       "--data-dir");
            case SQLITE_BUSY:
                return base::Error(reason, file + " is open in another program, which faasd may not share it with: close "
                                                  "it there, or choose another folder with --data-dir");
            case SQLITE_CORRUPT:
                return base::Error(reason, file + " is damaged (" + error.what() +
                                               "): restore it, or move it away to start empty");
            default:
                return base::Error(reason, file + " cannot be opened: " + error.what());
        }
    }
}

}  // namespace faasd::storage
