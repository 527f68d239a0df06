#include "storage/statement.hpp"

namespace faasd::storage {
namespace {

struct SqliteCategory final : std::error_category {
    [[nodiscard]] const char* name() const noexcept override { return "store"; }
    [[nodiscard]] std::string message(int value) const override { return sqlite3_errstr(value); }
};

[[noreturn]] void fail(sqlite3* database) {
    throw StoreError(sqlite3_extended_errcode(database), sqlite3_errmsg(database));
}

void check(int result, sqlite3_stmt* statement) {
    if (result != SQLITE_OK) fail(sqlite3_db_handle(statement));
}

// sqlite3_bind_text and _blob take a null pointer for NULL, which an empty view may hold.
const char* data_of(std::string_view text) {
    return text.data() ? text.data() : "";
}

}  // namespace

const std::error_category& sqlite_category() {
    static const SqliteCategory category;
    return category;
}

StoreError::StoreError(int sqlite_code, const std::string& message)
    : std::runtime_error(message), code_(sqlite_code) {}

base::Error StoreError::to_error() const {
    const int primary = code_ & 0xff;
    std::string text = "nothing of this write was kept: ";
    if (primary == SQLITE_FULL) {
        text =
            "the disk that holds the data folder is full, nothing of this write was kept: free some space (";
        text += what();
        text += ')';
    } else if (primary == SQLITE_IOERR) {
        text += "the data folder cannot be read or written (";
        text += sqlite3_errstr(primary);
        text += ", code " + std::to_string(code_) + "): check the disk";
    } else {
        text += what();
    }
    return {std::error_code(primary, sqlite_category()), std::move(text)};
}

Statement::~Statement() {
    if (!statement_) return;
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
}

Statement& Statement::bind(int index, std::int64_t value) {
    check(sqlite3_bind_int64(statement_, index, value), statement_);
    return *this;
}

Statement& Statement::bind(int index, std::string_view text) {
    check(sqlite3_bind_text64(statement_, index, data_of(text), text.size(), SQLITE_STATIC, SQLITE_UTF8),
          statement_);
    return *this;
}

Statement& Statement::bind_blob(int index, std::string_view bytes) {
    check(sqlite3_bind_blob64(statement_, index, data_of(bytes), bytes.size(), SQLITE_STATIC), statement_);
    return *this;
}

Statement& Statement::bind_null(int index) {
    check(sqlite3_bind_null(statement_, index), statement_);
    return *this;
}

bool Statement::step() {
    switch (sqlite3_step(statement_)) {
        case SQLITE_ROW:
            return true;
        case SQLITE_DONE:
            return false;
        default:
            fail(sqlite3_db_handle(statement_));
    }
}

void Statement::reset() {
    sqlite3_reset(statement_);
}

std::int64_t Statement::integer(int column) const {
    return sqlite3_column_int64(statement_, column);
}

std::string_view Statement::text(int column) const {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    if (!text) return {};
    return {text, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

std::string_view Statement::blob(int column) const {
    const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
    if (!bytes) return {};
    return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

bool Statement::is_null(int column) const {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

Connection::~Connection() {
    for (const auto& [text, statement] : statements_)
        sqlite3_finalize(statement);
    sqlite3_close(database_);
}

Statement Connection::prepare(std::string_view sql) {
    auto found = statements_.find(sql);
    if (found == statements_.end()) {
        sqlite3_stmt* prepared = nullptr;
        if (sqlite3_prepare_v3(database_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                               &prepared, nullptr) != SQLITE_OK) {
            fail(database_);
        }
        found = statements_.emplace(sql, prepared).first;
    }
    sqlite3_stmt* statement = found->second;
    if (sqlite3_stmt_busy(statement)) {
        throw StoreError(SQLITE_MISUSE, "a statement is used while it is in use: " + std::string(sql));
    }
    if (in_job_ && touched_ == Touched::nothing && !sqlite3_stmt_readonly(statement)) about_to_write();
    return Statement(statement);
}

void Connection::execute(std::string_view sql) {
    if (in_job_ && touched_ == Touched::nothing) about_to_write();
    if (sqlite3_exec(database_, std::string(sql).c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
        fail(database_);
}

std::int64_t Connection::last_insert_rowid() const {
    return sqlite3_last_insert_rowid(database_);
}

int Connection::changes() const {
    return sqlite3_changes(database_);
}

void Connection::begin_job(bool with_savepoint) {
    in_job_ = true;
    with_savepoint_ = with_savepoint;
    shares_fate_ = false;
    touched_ = Touched::nothing;
}

void Connection::write_without_savepoint() {
    if (touched_ == Touched::nothing) shares_fate_ = true;
}

Connection::Touched Connection::end_job() {
    in_job_ = false;
    return touched_;
}

void Connection::about_to_write() {
    touched_ = shares_fate_ ? Touched::group : Touched::transaction;
    if (shares_fate_ || !with_savepoint_) return;
    prepare("SAVEPOINT job").run();
    touched_ = Touched::savepoint;
}

}  // namespace faasd::storage
