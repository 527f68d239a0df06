// Who reads what: the files of a content that is gone from its bucket stay until its last reader is done.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>
#include <vector>

#include "services/blob/file_store.hpp"

namespace faasd::blob {

using ContentId = std::int64_t;
constexpr ContentId kNoContent = 0;  // of a file that no object ever showed

// A file that nothing refers to any more, and the content that it belonged to.
struct Garbage {
    FileId file = 0;
    ContentId content = kNoContent;
};

// Thread-safe. Owned by a shared_ptr, since a pin may outlive the engine.
class Pins : public std::enable_shared_from_this<Pins> {
  public:
    // Movable; unpins when destroyed.
    class Pin {
      public:
        Pin() = default;
        Pin(std::shared_ptr<Pins> pins, ContentId content) : pins_(std::move(pins)), content_(content) {}
        Pin(Pin&&) noexcept = default;
        Pin& operator=(Pin&&) = delete;
        ~Pin() {
            if (pins_) pins_->unpin(content_);
        }

      private:
        std::shared_ptr<Pins> pins_;
        ContentId content_ = kNoContent;
    };

    // Looking a content up and pinning it is one step to everyone else: hold this shared around both.
    [[nodiscard]] std::shared_mutex& lookups() { return lookups_; }
    [[nodiscard]] Pin pin(ContentId content);

    // After the commit that made it garbage: true if nobody reads it, so that it may go. Otherwise it is kept
    // here and handed to the listener after the last reader.
    [[nodiscard]] bool free_or_park(const Garbage& garbage);
    // What is to be removed later; runs on a reader's thread. An empty function ends it.
    void on_free(std::function<void(std::vector<Garbage>)> listener);

  private:
    void unpin(ContentId content);

    std::shared_mutex lookups_;
    std::mutex mutex_;
    std::unordered_map<ContentId, std::size_t> readers_;  // these three guarded by mutex_
    std::unordered_map<ContentId, std::vector<Garbage>> parked_;
    std::function<void(std::vector<Garbage>)> listener_;
};

}  // namespace faasd::blob
