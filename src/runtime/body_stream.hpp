// The body of a streamed answer: a function writes it on its thread, the gateway reads it on its own.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "model/http.hpp"

namespace faasd::runtime {

// Thread-safe. Holds at most kMaxBuffered bytes (plus one write): further writes wait until the reader has
// taken them.
class BodyStream {
  public:
    static constexpr std::size_t kMaxBuffered = 256 * 1024;
    // Runs what completes a read; the writer's thread may be one that must not touch the I/O loop.
    using Run = void (*)(const std::shared_ptr<void>& context, base::UniqueFunction<void()> job);

    BodyStream(Run run, std::shared_ptr<void> context) : run_(run), context_(std::move(context)) {}

    // Blocks while the reader is behind. False where there is no reader any more, or the stream has failed.
    bool write(std::string_view bytes);
    void finish();
    void fail(base::Error error);

    // The reader's end; destroying it tells the writer that nobody listens.
    [[nodiscard]] static std::unique_ptr<model::HttpBodySource> reader(std::shared_ptr<BodyStream> stream);

  private:
    class Reader;
    void read(base::Completion<std::string> done);
    void end(std::optional<base::Error> error);

    const Run run_;
    const std::shared_ptr<void> context_;
    std::mutex mutex_;
    std::condition_variable room_;
    // Guarded by mutex_:
    std::string buffer_;
    base::Completion<std::string> waiting_;
    std::optional<base::Error> error_;
    bool finished_ = false, abandoned_ = false;
};

}  // namespace faasd::runtime
