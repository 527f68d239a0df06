// Message ids: strictly increasing over the life of the store, also across restarts and undone transactions.
#pragma once

#include <cstdint>
#include <memory>

#include "model/transaction.hpp"

namespace faasd::queue {

// Only for jobs. Ids are reserved in the store a block at a time, so one costs nothing.
class MessageIds {
  public:
    [[nodiscard]] std::int64_t next(model::Transaction& transaction);

  private:
    struct Reserved {
        std::int64_t limit = 0;  // ids below are reserved by a committed transaction
    };
    std::int64_t next_ = 0;  // 0: not read yet
    std::shared_ptr<Reserved> reserved_ = std::make_shared<Reserved>();
};

}  // namespace faasd::queue
