// The durable store: one SQLite file in WAL mode, one writer thread with group commit, readers beside it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "model/transaction.hpp"
#include "storage/directory_lock.hpp"
#include "storage/statement.hpp"

namespace faasd::storage {

enum class Durability {
    process,  // survives the death of the process (synchronous NORMAL)
    full,     // survives a loss of power as well (synchronous FULL, one fsync a group)
};

struct StoreOptions {
    std::filesystem::path directory{};  // created if missing; locked against a second daemon
    Durability durability = Durability::process;
    std::size_t writer_cache_bytes = 8 << 20;
    std::size_t reader_cache_bytes = 2 << 20;
    // The write-ahead log is copied back into the database when it has grown past this. It bounds the time
    // that a start after a kill needs, since the log is read then.
    std::size_t checkpoint_bytes = 4 << 20;
    std::string vfs{};  // the SQLite VFS to use; empty: the one for a single process. For fault injection.
};

// The transaction that engines see: cast with transaction_of().
class WriteTransaction final : public model::Transaction {
  public:
    explicit WriteTransaction(Connection& connection) : connection_(connection) {}
    [[nodiscard]] Connection& connection() { return connection_; }
    void after_commit(base::UniqueFunction<void()> callback) override {
        callbacks_.push_back(std::move(callback));
    }
    // The job's word that it returns no error after it has written: then it needs no savepoint, which costs
    // as much as what it writes (SQLite copies each page that changes under one). To be given before the
    // first write. Where the store fails it all the same, or a bug, every job of its group is refused.
    void will_succeed() { connection_.write_without_savepoint(); }
    // Adds `by` to a number that is kept in a row: `sql` takes the sum as ?1 and the row's key as ?2. What
    // the jobs of a group add is written once, at its end, and not seen before. `sql` must be a literal.
    void add_at_end(std::string_view sql, std::int64_t key, std::int64_t by) {
        sums_.push_back({sql, key, by});
    }

  private:
    friend class Writer;
    struct Sum {
        std::string_view sql;
        std::int64_t key = 0, by = 0;
    };
    Connection& connection_;
    std::vector<base::UniqueFunction<void()>> callbacks_;
    std::vector<Sum> sums_;
};
[[nodiscard]] inline WriteTransaction& write_transaction(model::Transaction& transaction) {
    return static_cast<WriteTransaction&>(transaction);
}
[[nodiscard]] inline Connection& connection_of(model::Transaction& transaction) {
    return static_cast<WriteTransaction&>(transaction).connection();
}

// Thread-safe. Engines keep nothing in memory that they cannot derive again: a group of jobs can be rolled
// back as a whole when the disk is full.
class Store final : public model::Transactions, public model::StateStore {
    struct State;

  public:
    // Fails with a message for a person: folder not writable, held by another daemon (with its process id),
    // of a newer version, not a database.
    [[nodiscard]] static base::Result<std::unique_ptr<Store>> open(StoreOptions options);
    // Where the caller has locked the directory already, before it did other things there.
    [[nodiscard]] static base::Result<std::unique_ptr<Store>> open(StoreOptions options, DirectoryLock lock);
    // Commits what was handed in, then closes.
    ~Store() override;

    // Runs SQL that creates an engine's tables (CREATE ... IF NOT EXISTS). Blocking; at start-up only. Throws
    // std::system_error.
    void migrate(std::string_view schema);

    void write(Job job, base::Completion<> done) override;

    // A read connection for the life of the lease, on one snapshot from the first read after `begin()` on.
    // Leases are pooled: taking one costs a lock. Blocking reads belong off the I/O thread unless they are
    // point reads. Give it back soon: a snapshot that is held keeps the log from being reset.
    class Reader {
      public:
        Reader(Reader&&) noexcept = default;
        Reader& operator=(Reader&&) = delete;
        ~Reader();
        void begin() { connection_->execute("BEGIN"); }
        [[nodiscard]] Connection& connection() { return *connection_; }
        Connection* operator->() { return connection_.get(); }

      private:
        friend class Store;
        Reader(State& state, std::unique_ptr<Connection> connection)
            : state_(&state), connection_(std::move(connection)) {}
        State* state_;
        std::unique_ptr<Connection> connection_;
    };
    [[nodiscard]] Reader read();

    [[nodiscard]] const std::filesystem::path& directory() const;

    std::optional<std::string> get(std::string_view space, std::string_view key) override;
    std::vector<std::pair<std::string, std::string>> list(std::string_view space) override;
    void put_in(model::Transaction&, std::string_view space, std::string_view key,
                std::string_view value) override;
    void remove_in(model::Transaction&, std::string_view space, std::string_view key) override;

  private:
    explicit Store(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace faasd::storage
