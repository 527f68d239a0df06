// What a changed definition asks of the items that are there already: to enter a new index, to expire by another
// attribute.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "services/table/catalog.hpp"
#include "services/table/schema.hpp"
#include "storage/store.hpp"

namespace faasd::table {

// Thread-safe. Owned by a shared_ptr: a job that is under way keeps it alive. A table's items are gone through once,
// in order, a few of them a job, so that the writes of others go between. What is written meanwhile obeys the new
// definition by itself. Nothing is kept of a pass but what is still to be done (TableSchema): after a failure or a
// kill the next pass starts anew.
class Rebuilds : public std::enable_shared_from_this<Rebuilds> {
  public:
    // `ended` is called on the writer thread after each pass that came to its end.
    Rebuilds(storage::Store& store, const base::Clock& clock, Catalog& catalog, std::function<void()> ended);

    // Goes on with what an earlier run left unfinished, of whatever table.
    void resume();
    // Does all that is unfinished of the table by now. `done`, if there is one, is called on the writer thread;
    // several passes over one table do no harm.
    void start(std::int64_t table, base::Completion<> done);
    // No job is started afterwards; passes that are under way end with operation_canceled.
    void stop();

  private:
    struct Pass;
    void next(const std::shared_ptr<Pass>& pass);
    base::Result<> run(storage::Connection& connection, Pass& pass);

    storage::Store& store_;
    const base::Clock& clock_;
    Catalog& catalog_;
    const std::function<void()> ended_;

    std::mutex mutex_;
    bool stopped_ = false;  // guarded by mutex_
};

}  // namespace faasd::table
