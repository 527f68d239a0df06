// SQLite behind RAII: a connection that keeps its prepared statements, and a statement in use.
#pragma once

#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <unordered_map>
#include <utility>

#include <sqlite3.h>

#include "base/result.hpp"

namespace faasd::storage {

// SQLite's primary result codes as std::error_code (SQLITE_FULL, SQLITE_IOERR, SQLITE_READONLY, ...).
[[nodiscard]] const std::error_category& sqlite_category();

// Thrown by Statement and Connection for what SQL itself reports: a full disk, an I/O error, a bug. The store
// turns it into the completion's error; nothing of the job is kept.
class StoreError : public std::runtime_error {
  public:
    StoreError(int sqlite_code, const std::string& message);
    [[nodiscard]] int sqlite_code() const { return code_; }
    [[nodiscard]] base::Error to_error() const;

  private:
    int code_;
};

// A cached prepared statement in use. Bind from 1, step, read columns from 0; the destructor resets it for
// the next user. Text and blobs that are bound must live until the statement's reset; columns until the next
// step.
class Statement {
  public:
    explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
    Statement(Statement&& other) noexcept : statement_(std::exchange(other.statement_, nullptr)) {}
    Statement& operator=(Statement&&) = delete;
    ~Statement();

    Statement& bind(int index, std::int64_t value);
    Statement& bind(int index, std::string_view text);
    Statement& bind_blob(int index, std::string_view bytes);
    Statement& bind_null(int index);
    // True while there is a row. Throws StoreError.
    bool step();
    // For statements without rows.
    void run() {
        while (step()) {
        }
    }
    void reset();  // to bind and step again

    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] std::string_view text(int column) const;
    [[nodiscard]] std::string_view blob(int column) const;
    [[nodiscard]] bool is_null(int column) const;

  private:
    sqlite3_stmt* statement_;
};

// One connection; used by one thread at a time.
class Connection {
  public:
    explicit Connection(sqlite3* database) : database_(database) {}
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection();

    // The statement of this text, prepared at its first use and kept. It must not be in use already: one user
    // of a text at a time.
    [[nodiscard]] Statement prepare(std::string_view sql);
    void execute(std::string_view sql);  // several statements, no rows
    [[nodiscard]] std::int64_t last_insert_rowid() const;
    [[nodiscard]] int changes() const;  // rows of the last statement that ran
    [[nodiscard]] sqlite3* handle() { return database_; }

    // For the writer: from now until end_job(), the first statement that can write opens a savepoint (or,
    // without `with_savepoint`, is merely noted), so that jobs that only read, or have the transaction to
    // themselves, pay nothing for being undoable.
    void begin_job(bool with_savepoint);
    // The rest of the job writes without a savepoint, and cannot be undone but with the whole transaction.
    void write_without_savepoint();
    enum class Touched { nothing, transaction, savepoint, group };
    Touched end_job();

  private:
    void about_to_write();

    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    sqlite3* database_;
    std::unordered_map<std::string, sqlite3_stmt*, TextHash, std::equal_to<>> statements_;
    bool in_job_ = false;
    bool with_savepoint_ = false;
    bool shares_fate_ = false;
    Touched touched_ = Touched::nothing;
};

}  // namespace faasd::storage
