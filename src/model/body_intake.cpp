#include "model/body_intake.hpp"

#include <mutex>
#include <optional>
#include <utility>

namespace faasd::model {
namespace {

// What waits and what is worked on have this size each.
constexpr std::size_t kAhead = 256 * 1024;
// What a stream brings at once, mostly.
constexpr std::size_t kStreamPiece = 64 * 1024;

class Intake : public std::enable_shared_from_this<Intake> {
  public:
    Intake(HttpBodyStream& stream, std::shared_ptr<BlockingExecutor> executor, BodySteps steps)
        : stream_(stream), executor_(std::move(executor)), steps_(std::move(steps)) {}

    void read_next() {
        stream_.read([self = shared_from_this()](base::Result<std::string_view> piece) { self->receive(piece); });
    }

  private:
    void receive(const base::Result<std::string_view>& piece) {
        bool begin = false, go_on = false;
        {
            const std::lock_guard lock(mutex_);
            if (stopped_) return;
            if (!piece) {
                ending_.emplace(piece.error());
            } else if (piece->empty()) {
                ending_.emplace(stream_.trailers());
            } else {
                // Once and for all, rather than by doubling beyond what is ever held.
                if (ahead_.size() + piece->size() > ahead_.capacity() && piece->size() <= kStreamPiece)
                    ahead_.reserve(ahead_.empty() ? kStreamPiece : kAhead + kStreamPiece);
                ahead_ += *piece;
            }
            begin = !std::exchange(working_, true);
            reading_ = go_on = !ending_ && ahead_.size() < kAhead;
        }
        if (begin) executor_->post([self = shared_from_this()] { self->work(); });
        if (go_on) read_next();
    }

    void work() {
        for (;;) {
            bool go_on = false;
            {
                const std::lock_guard lock(mutex_);
                piece_.clear();
                piece_.swap(ahead_);
                if (piece_.empty()) {
                    if (ending_) break;
                    working_ = false;
                    return;
                }
                go_on = !reading_ && !ending_;
                reading_ = reading_ || go_on;
            }
            if (go_on) read_next();
            if (!take()) return;
        }
        steps_.end(std::move(*ending_));
    }

    // False where nothing is wanted any more. What a step throws ends the body as well, and whoever waits for the answer is
    // let go with the steps.
    bool take() {
        try {
            if (steps_.take(piece_)) return true;
            stop();
            return false;
        } catch (...) {
            stop();
            steps_ = {};
            throw;
        }
    }
    void stop() {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
    }

    HttpBodyStream& stream_;
    const std::shared_ptr<BlockingExecutor> executor_;
    BodySteps steps_;     // of the job
    std::string piece_;   // of the job; it and ahead_ change places and keep their room
    std::mutex mutex_;
    // Guarded by mutex_:
    std::string ahead_;
    std::optional<base::Result<std::string>> ending_;
    bool working_ = false;  // a job runs or will
    bool reading_ = true;   // a read is under way
    bool stopped_ = false;
};

}  // namespace

void take_in(HttpBodyStream& stream, std::shared_ptr<BlockingExecutor> executor, BodySteps steps) {
    std::make_shared<Intake>(stream, std::move(executor), std::move(steps))->read_next();
}

}  // namespace faasd::model
