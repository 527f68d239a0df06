#include "runtime/body_stream.hpp"

#include <utility>

namespace faasd::runtime {

class BodyStream::Reader final : public model::HttpBodySource {
  public:
    explicit Reader(std::shared_ptr<BodyStream> stream) : stream_(std::move(stream)) {}
    ~Reader() override {
        std::lock_guard lock(stream_->mutex_);
        stream_->abandoned_ = true;
        stream_->buffer_.clear();
        stream_->room_.notify_all();
    }
    [[nodiscard]] std::optional<std::uint64_t> length() const override { return std::nullopt; }
    void read(base::Completion<std::string> done) override { stream_->read(std::move(done)); }

  private:
    std::shared_ptr<BodyStream> stream_;
};

std::unique_ptr<model::HttpBodySource> BodyStream::reader(std::shared_ptr<BodyStream> stream) {
    return std::make_unique<Reader>(std::move(stream));
}

bool BodyStream::write(std::string_view bytes) {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [&] { return buffer_.size() < kMaxBuffered || abandoned_ || error_ || finished_; });
    if (abandoned_ || error_ || finished_) return false;
    if (bytes.empty()) return true;
    if (waiting_) {
        auto done = std::exchange(waiting_, nullptr);
        lock.unlock();
        run_(context_,
             [done = std::move(done), piece = std::string(bytes)]() mutable { done(std::move(piece)); });
        return true;
    }
    buffer_ += bytes;
    return true;
}

void BodyStream::end(std::optional<base::Error> error) {
    std::unique_lock lock(mutex_);
    if (finished_ || error_) return;
    finished_ = !error;
    error_ = std::move(error);
    room_.notify_all();
    if (!waiting_) return;
    auto done = std::exchange(waiting_, nullptr);
    base::Result<std::string> result =
        error_ ? base::Result<std::string>(*error_) : base::Result<std::string>("");
    lock.unlock();
    run_(context_,
         [done = std::move(done), result = std::move(result)]() mutable { done(std::move(result)); });
}

void BodyStream::finish() {
    end(std::nullopt);
}
void BodyStream::fail(base::Error error) {
    end(std::move(error));
}

void BodyStream::read(base::Completion<std::string> done) {
    std::unique_lock lock(mutex_);
    if (!buffer_.empty()) {
        std::string piece = std::exchange(buffer_, {});
        room_.notify_all();
        lock.unlock();
        done(std::move(piece));
    } else if (error_) {
        const base::Error error = *error_;
        lock.unlock();
        done(error);
    } else if (finished_) {
        lock.unlock();
        done(std::string());
    } else {
        waiting_ = std::move(done);
    }
}

}  // namespace faasd::runtime
