#include "storage/store.hpp"

#include <mutex>

#include "base/wait.hpp"
#include "storage/checkpointer.hpp"
#include "storage/database.hpp"
#include "storage/directory_lock.hpp"
#include "storage/writer.hpp"

namespace faasd::storage {
namespace {

// More than these are closed when they come back: each holds a page cache.
constexpr std::size_t most_idle_readers = 8;

}  // namespace

struct Store::State {
    State(StoreOptions o, DirectoryLock l, std::unique_ptr<Connection> writing)
        : options(std::move(o)),
          lock(std::move(l)),
          checkpointer(options),
          writer(std::move(writing), checkpointer, options.checkpoint_bytes) {}

    const StoreOptions options;
    // Destroyed from the last: completions may still read, and the connection that closes last empties the
    // log.
    DirectoryLock lock;
    Checkpointer checkpointer;
    std::mutex mutex;
    std::vector<std::unique_ptr<Connection>> idle_readers;  // guarded by mutex
    Writer writer;
};

base::Result<std::unique_ptr<Store>> Store::open(StoreOptions options) {
    auto lock = DirectoryLock::acquire(options.directory);
    if (!lock) return lock.error();
    return open(std::move(options), std::move(*lock));
}

base::Result<std::unique_ptr<Store>> Store::open(StoreOptions options, DirectoryLock lock) {
    auto connection = open_database(options);
    if (!connection) return connection.error();
    try {
        auto state = std::make_unique<State>(std::move(options), std::move(lock), std::move(*connection));
        return std::unique_ptr<Store>(new Store(std::move(state)));
    } catch (const StoreError& error) {
        return error.to_error();
    }
}

Store::Store(std::unique_ptr<State> state) : state_(std::move(state)) {}

Store::~Store() = default;

void Store::migrate(std::string_view schema) {
    base::wait_for<void>([&](base::Completion<> done) {
        write(
            [sql = std::string(schema)](model::Transaction& transaction) -> base::Result<> {
                connection_of(transaction).execute(sql);
                return {};
            },
            std::move(done));
    }).value();
}

void Store::write(Job job, base::Completion<> done) {
    state_->writer.write(std::move(job), std::move(done));
}

Store::Reader Store::read() {
    {
        std::lock_guard lock(state_->mutex);
        if (!state_->idle_readers.empty()) {
            auto connection = std::move(state_->idle_readers.back());
            state_->idle_readers.pop_back();
            return {*state_, std::move(connection)};
        }
    }
    return {*state_, connect(state_->options, Role::reader)};
}

Store::Reader::~Reader() {
    if (!connection_) return;
    if (!sqlite3_get_autocommit(connection_->handle())) {
        sqlite3_exec(connection_->handle(), "ROLLBACK", nullptr, nullptr, nullptr);
    }
    std::lock_guard lock(state_->mutex);
    if (state_->idle_readers.size() < most_idle_readers)
        state_->idle_readers.push_back(std::move(connection_));
}

const std::filesystem::path& Store::directory() const {
    return state_->options.directory;
}

std::optional<std::string> Store::get(std::string_view space, std::string_view key) {
    auto reader = read();
    auto statement = reader->prepare("SELECT value FROM state WHERE space = ? AND key = ?");
    statement.bind(1, space).bind(2, key);
    if (!statement.step()) return std::nullopt;
    return std::string(statement.blob(0));
}

std::vector<std::pair<std::string, std::string>> Store::list(std::string_view space) {
    auto reader = read();
    auto statement = reader->prepare("SELECT key, value FROM state WHERE space = ? ORDER BY key");
    statement.bind(1, space);
    std::vector<std::pair<std::string, std::string>> entries;
    while (statement.step())
        entries.emplace_back(statement.text(0), statement.blob(1));
    return entries;
}

void Store::put_in(model::Transaction& transaction, std::string_view space, std::string_view key,
                   std::string_view value) {
    connection_of(transaction)
        .prepare("INSERT OR REPLACE INTO state(space, key, value) VALUES(?, ?, ?)")
        .bind(1, space)
        .bind(2, key)
        .bind_blob(3, value)
        .run();
}

void Store::remove_in(model::Transaction& transaction, std::string_view space, std::string_view key) {
    connection_of(transaction)
        .prepare("DELETE FROM state WHERE space = ? AND key = ?")
        .bind(1, space)
        .bind(2, key)
        .run();
}

}  // namespace faasd::storage
