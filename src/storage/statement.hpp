// SQLite behind RAII: a connection that keeps its prepared statements, and a statement in use.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include <sqlite3.h>

#include "base/result.hpp"

namespace faasd::storage {

// SQLite's primary result codes as std::error_code (SQLITE_FULL, SQLITE_IOERR, SQLITE_READONLY, ...).
[[nodiscard]] const std::error_category& sqlite_category();

// Thrown by Statement and Connection for what SQL itself reports: a full disk, an I/O error, a bug. The store turns
// it into the completion's error; nothing of the job is kept.
class StoreError : public std::runtime_error {
  public:
    StoreError(int sqlite_code, const std::string& message);
    [[nodiscard]] int sqlite_code() const { return code_; }
    [[nodiscard]] base::Error to_error() const;

  private:
    int code_;
};

// A cached prepared statement in use. Bind from 1, step, read columns from 0; the destructor resets it for the next
// user. Text and blobs that are bound must live until the statement's reset; columns until the next step.
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

    // The statement of this text, prepared at its first use. `sql` must be a literal (it is the cache's key by
    // address first, by text second), and not be in use already.
    [[nodiscard]] Statement prepare(std::string_view sql);
    void execute(std::string_view sql);  // several statements, no rows
    [[nodiscard]] std::int64_t last_insert_rowid() const;
    [[nodiscard]] int changes() const;
    [[nodiscard]] sqlite3* handle() { return database_; }

  private:
    sqlite3* database_;
    std::unordered_map<std::string_view, sqlite3_stmt*> statements_;
    std::unordered_map<std::string, std::unique_ptr<std::string>> texts_;
};

}  // namespace faasd::storage
