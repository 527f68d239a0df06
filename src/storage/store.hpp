// The durable store: one SQLite file in WAL mode, one writer thread with group commit, readers beside it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include <sqlite3.h>

#include "base/result.hpp"
#include "model/transaction.hpp"
#include "storage/statement.hpp"

namespace faasd::storage {

enum class Durability {
    process,  // survives the death of the process (synchronous NORMAL)
    full,     // survives a loss of power as well (synchronous FULL, one fsync a group)
};

struct StoreOptions {
    std::filesystem::path directory;  // created if missing; locked against a second daemon
    Durability durability = Durability::process;
    std::size_t writer_cache_bytes = 8 << 20;
    std::size_t reader_cache_bytes = 2 << 20;
};

// The transaction that engines see: cast with transaction_of().
class WriteTransaction final : public model::Transaction {
  public:
    explicit WriteTransaction(Connection& connection) : connection_(connection) {}
    [[nodiscard]] Connection& connection() { return connection_; }
    void after_commit(base::UniqueFunction<void()> callback) override;

  private:
    friend class Store;
    Connection& connection_;
    std::vector<base::UniqueFunction<void()>> callbacks_;
};
[[nodiscard]] inline Connection& connection_of(model::Transaction& transaction) {
    return static_cast<WriteTransaction&>(transaction).connection();
}

// Thread-safe.
class Store final : public model::Transactions, public model::StateStore {
  public:
    // Fails with a message for a person: folder not writable, held by another daemon (with its process id), of a
    // newer version, not a database.
    [[nodiscard]] static base::Result<std::unique_ptr<Store>> open(StoreOptions options);
    // Commits what was handed in, then closes.
    ~Store() override;

    // Runs SQL that creates an engine's tables (CREATE ... IF NOT EXISTS). Blocking; at start-up only.
    void migrate(std::string_view schema);

    void write(Job job, base::Completion<> done) override;

    // A read connection for the life of the lease, on a snapshot of its own where `begin()` is called. Leases are
    // pooled: taking one costs a lock. Blocking reads belong off the I/O thread unless they are point reads.
    class Reader {
      public:
        Reader(Reader&&) noexcept;
        ~Reader();
        [[nodiscard]] Connection& connection() { return *connection_; }
        Connection* operator->() { return connection_.get(); }

      private:
        friend class Store;
        Reader(Store& store, std::unique_ptr<Connection> connection);
        Store* store_;
        std::unique_ptr<Connection> connection_;
    };
    [[nodiscard]] Reader read();

    [[nodiscard]] const std::filesystem::path& directory() const;

    std::optional<std::string> get(std::string_view space, std::string_view key) override;
    std::vector<std::pair<std::string, std::string>> list(std::string_view space) override;
    void put_in(model::Transaction&, std::string_view space, std::string_view key, std::string_view value) override;
    void remove_in(model::Transaction&, std::string_view space, std::string_view key) override;

  private:
    struct State;
    explicit Store(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace faasd::storage
