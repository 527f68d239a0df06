// A SQLite VFS over the default one that fails on demand: the n-th write, fsync or truncation.
#pragma once

#include <atomic>
#include <string>

namespace faasd::storage::test {

enum class Fault {
    disk_full,    // the write does nothing and reports a full disk
    short_write,  // the write writes half of its bytes and reports an I/O error
    failed_fsync,
    failed_truncate,
    io_error,  // any of these calls reports an I/O error
};

// Registered while it lives; the name is for StoreOptions::vfs. One at a time. Thread-safe.
class FaultyVfs {
  public:
    FaultyVfs();
    ~FaultyVfs();
    FaultyVfs(const FaultyVfs&) = delete;
    FaultyVfs& operator=(const FaultyVfs&) = delete;

    [[nodiscard]] static std::string name() { return "faulty"; }
    // From now on the `nth` call (from 1) that the fault concerns fails, and `count - 1` after it.
    void fail(Fault fault, int nth, int count = 1);
    void heal();
    [[nodiscard]] bool has_failed() const;
};

}  // namespace faasd::storage::test
