#include "storage/faulty_vfs.hpp"

#include <cstring>
#include <mutex>
#include <stdexcept>

#include <sqlite3.h>

namespace faasd::storage::test {
namespace {

enum class Call { write, sync, truncate };

struct Plan {
    std::mutex mutex;
    bool is_armed = false;  // these guarded by mutex
    Fault fault{};
    int until_first = 0;
    int left = 0;
    bool has_failed = false;

    bool concerns(Call call) const {
        switch (fault) {
            case Fault::disk_full:
            case Fault::short_write:
                return call == Call::write;
            case Fault::failed_fsync:
                return call == Call::sync;
            case Fault::failed_truncate:
                return call == Call::truncate;
            case Fault::io_error:
                return true;
        }
        return false;
    }
    // Whether this call is to fail, and how.
    bool hits(Call call, Fault& how) {
        std::lock_guard lock(mutex);
        if (!is_armed || !concerns(call)) return false;
        if (until_first > 1) {
            --until_first;
            return false;
        }
        if (left == 0) return false;
        --left;
        has_failed = true;
        how = fault;
        return true;
    }
};
Plan plan;

// The real file lies behind this one in the memory that SQLite gives.
struct File {
    sqlite3_file base;
    sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};
sqlite3_file* real(sqlite3_file* file) {
    return reinterpret_cast<File*>(file)->real();
}

int close_file(sqlite3_file* file) {
    return real(file)->pMethods->xClose(real(file));
}
int read_file(sqlite3_file* file, void* to, int size, sqlite3_int64 at) {
    return real(file)->pMethods->xRead(real(file), to, size, at);
}
int write_file(sqlite3_file* file, const void* from, int size, sqlite3_int64 at) {
    Fault how{};
    if (plan.hits(Call::write, how)) {
        if (how == Fault::disk_full) return SQLITE_FULL;
        if (how == Fault::short_write) real(file)->pMethods->xWrite(real(file), from, size / 2, at);
        return SQLITE_IOERR_WRITE;
    }
    return real(file)->pMethods->xWrite(real(file), from, size, at);
}
int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
    Fault how{};
    if (plan.hits(Call::truncate, how)) return SQLITE_IOERR_TRUNCATE;
    return real(file)->pMethods->xTruncate(real(file), size);
}
int sync_file(sqlite3_file* file, int flags) {
    Fault how{};
    if (plan.hits(Call::sync, how)) return SQLITE_IOERR_FSYNC;
    return real(file)->pMethods->xSync(real(file), flags);
}
int file_size(sqlite3_file* file, sqlite3_int64* size) {
    return real(file)->pMethods->xFileSize(real(file), size);
}
int lock_file(sqlite3_file* file, int level) {
    return real(file)->pMethods->xLock(real(file), level);
}
int unlock_file(sqlite3_file* file, int level) {
    return real(file)->pMethods->xUnlock(real(file), level);
}
int is_reserved(sqlite3_file* file, int* result) {
    return real(file)->pMethods->xCheckReservedLock(real(file), result);
}
int control(sqlite3_file* file, int operation, void* argument) {
    return real(file)->pMethods->xFileControl(real(file), operation, argument);
}
int sector_size(sqlite3_file* file) {
    return real(file)->pMethods->xSectorSize(real(file));
}
int characteristics(sqlite3_file* file) {
    return real(file)->pMethods->xDeviceCharacteristics(real(file));
}
int map_shared(sqlite3_file* file, int page, int size, int extend, void volatile** to) {
    return real(file)->pMethods->xShmMap(real(file), page, size, extend, to);
}
int lock_shared(sqlite3_file* file, int offset, int count, int flags) {
    return real(file)->pMethods->xShmLock(real(file), offset, count, flags);
}
void barrier(sqlite3_file* file) {
    real(file)->pMethods->xShmBarrier(real(file));
}
int unmap_shared(sqlite3_file* file, int remove) {
    return real(file)->pMethods->xShmUnmap(real(file), remove);
}

// Version 2: without memory-mapped files.
const sqlite3_io_methods methods = {2,         close_file,   read_file,       write_file,  truncate_file,
                                    sync_file, file_size,    lock_file,       unlock_file, is_reserved,
                                    control,   sector_size,  characteristics, map_shared,  lock_shared,
                                    barrier,   unmap_shared, nullptr,         nullptr};

sqlite3_vfs* default_vfs() {
    static sqlite3_vfs* const vfs = sqlite3_vfs_find("unix-excl");
    return vfs;
}

int open_file(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
    file->pMethods = nullptr;
    const int result = default_vfs()->xOpen(default_vfs(), name, real(file), flags, out_flags);
    if (result == SQLITE_OK) file->pMethods = &methods;
    return result;
}

sqlite3_vfs make_vfs() {
    sqlite3_vfs vfs = *default_vfs();
    vfs.szOsFile = static_cast<int>(sizeof(File)) + default_vfs()->szOsFile;
    vfs.zName = "faulty";
    vfs.pNext = nullptr;
    vfs.xOpen = open_file;
    return vfs;
}

sqlite3_vfs& faulty() {
    static sqlite3_vfs vfs = make_vfs();
    return vfs;
}

}  // namespace

FaultyVfs::FaultyVfs() {
    heal();
    if (sqlite3_vfs_register(&faulty(), 0) != SQLITE_OK)
        throw std::runtime_error("the VFS cannot be registered");
}

FaultyVfs::~FaultyVfs() {
    sqlite3_vfs_unregister(&faulty());
}

void FaultyVfs::fail(Fault fault, int nth, int count) {
    std::lock_guard lock(plan.mutex);
    plan.is_armed = true;
    plan.fault = fault;
    plan.until_first = nth;
    plan.left = count;
    plan.has_failed = false;
}

void FaultyVfs::heal() {
    std::lock_guard lock(plan.mutex);
    plan.is_armed = false;
    plan.has_failed = false;
}

bool FaultyVfs::has_failed() const {
    std::lock_guard lock(plan.mutex);
    return plan.has_failed;
}

}  // namespace faasd::storage::test
