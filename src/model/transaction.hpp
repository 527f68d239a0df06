// What engines and sources share of the store, without knowing it: one atomic unit of work, and a small
// key-value space for a module's own durable state.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace faasd::model {

// A write transaction in progress on the store's writer thread. Only valid inside the job it was handed to.
// What one job writes is atomic, and durable when the job's completion says so.
class Transaction {
  public:
    // Runs after the commit, on the writer thread, before the completions: for waking waiters. Must be quick.
    virtual void after_commit(base::UniqueFunction<void()> callback) = 0;

  protected:
    ~Transaction() = default;
};

// Thread-safe. Jobs run in the order in which they were handed in, many in one commit.
class Transactions {
  public:
    // A job returns success, or the error that undoes all it wrote (and nothing of its neighbours, unless the
    // store itself fails).
    using Job = base::UniqueFunction<base::Result<>(Transaction&)>;

    virtual ~Transactions() = default;
    // `done` gets the job's error, or the store's (disk full, read-only, I/O: nothing of the job is kept), or
    // success after the commit. It runs on the writer thread, must be quick and must not block.
    virtual void write(Job job, base::Completion<> done) = 0;
};

// Durable key-value state of a source (last run of a schedule, snapshot of a watched folder, ...).
class StateStore {
  public:
    virtual ~StateStore() = default;
    // Committed state only; blocking, thread-safe.
    [[nodiscard]] virtual std::optional<std::string> get(std::string_view space, std::string_view key) = 0;
    [[nodiscard]] virtual std::vector<std::pair<std::string, std::string>> list(std::string_view space) = 0;
    virtual void put_in(Transaction&, std::string_view space, std::string_view key, std::string_view value) = 0;
    virtual void remove_in(Transaction&, std::string_view space, std::string_view key) = 0;
};

}  // namespace faasd::model
