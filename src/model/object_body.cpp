#include "model/object_body.hpp"

#include <algorithm>
#include <charconv>
#include <mutex>
#include <string>

namespace faasd::model {
namespace {

constexpr std::size_t kPiece = 256 * 1024;

// Reads a piece ahead, so that the disk and the client are busy at once.
class ObjectBody final : public HttpBodySource {
  public:
    ObjectBody(std::shared_ptr<BlockingExecutor> executor, std::unique_ptr<ObjectReader> reader)
        : length_(reader->length()), pieces_(std::make_shared<Pieces>(std::move(executor), std::move(reader))) {}

    [[nodiscard]] std::optional<std::uint64_t> length() const override { return length_; }
    void read(base::Completion<std::string> done) override { pieces_->take(std::move(done)); }

  private:
    // The client may leave, and the body with it, while a piece is being read.
    class Pieces : public std::enable_shared_from_this<Pieces> {
      public:
        Pieces(std::shared_ptr<BlockingExecutor> executor, std::unique_ptr<ObjectReader> reader)
            : executor_(std::move(executor)), reader_(std::move(reader)), left_(reader_->length()) {}

        void take(base::Completion<std::string> done) {
            std::optional<base::Result<std::string>> ready;
            bool begin = false;
            {
                const std::lock_guard lock(mutex_);
                ready.swap(ready_);
                if (!ready) waiting_ = std::move(done);
                begin = !reading_ && !(ready && is_last(*ready));
                reading_ = reading_ || begin;
            }
            if (begin) executor_->post(Job{shared_from_this()});
            if (ready) done(std::move(*ready));
        }

      private:
        // Dropped without having run, it lets go of who waits: that may be what holds the pieces.
        struct Job {
            std::shared_ptr<Pieces> pieces;
            explicit Job(std::shared_ptr<Pieces> p) : pieces(std::move(p)) {}
            Job(Job&&) noexcept = default;
            Job& operator=(Job&&) noexcept = default;
            ~Job() {
                if (pieces) pieces->forget();
            }
            void operator()() { std::exchange(pieces, nullptr)->read(); }
        };
        static bool is_last(const base::Result<std::string>& piece) { return !piece || piece->empty(); }
        void forget() {
            base::Completion<std::string> waiting;
            const std::lock_guard lock(mutex_);
            waiting = std::move(waiting_);
        }

        // Until a piece waits for its taker.
        void read() {
            for (;;) {
                base::Result<std::string> piece = next();
                const bool last = is_last(piece);
                base::Completion<std::string> waiting;
                {
                    const std::lock_guard lock(mutex_);
                    waiting = std::move(waiting_);
                    if (!waiting) ready_.emplace(std::move(piece));
                    reading_ = waiting && !last;
                }
                if (waiting) waiting(std::move(piece));
                if (!waiting || last) return;
            }
        }
        base::Result<std::string> next() {
            std::string piece(std::min<std::uint64_t>(kPiece, left_), '\0');
            if (piece.empty()) return piece;
            const auto got = reader_->read(piece);
            if (!got) return got.error();
            piece.resize(*got);
            left_ -= *got;
            return piece;
        }

        const std::shared_ptr<BlockingExecutor> executor_;
        const std::unique_ptr<ObjectReader> reader_;  // of the job, like what is left
        std::uint64_t left_;
        std::mutex mutex_;
        // Guarded by mutex_:
        std::optional<base::Result<std::string>> ready_;
        base::Completion<std::string> waiting_;
        bool reading_ = false;  // a job runs or will
    };

    const std::uint64_t length_;
    const std::shared_ptr<Pieces> pieces_;
};

}  // namespace

std::unique_ptr<HttpBodySource> object_body(std::shared_ptr<BlockingExecutor> executor,
                                            std::unique_ptr<ObjectReader> reader) {
    return std::make_unique<ObjectBody>(std::move(executor), std::move(reader));
}

std::optional<ByteRange> parse_byte_range(std::string_view text) {
    if (!text.starts_with("bytes=")) return std::nullopt;
    text.remove_prefix(6);
    const std::size_t dash = text.find('-');
    if (dash == std::string_view::npos) return std::nullopt;
    const auto number = [](std::string_view digits, std::optional<std::uint64_t>& out) {
        if (digits.empty()) return true;
        std::uint64_t value = 0;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
        if (error != std::errc{} || end != digits.data() + digits.size()) return false;
        out = value;
        return true;
    };
    ByteRange range;
    if (!number(text.substr(0, dash), range.first) || !number(text.substr(dash + 1), range.last)) return std::nullopt;
    if (!range.first && !range.last) return std::nullopt;
    if (range.first && range.last && *range.first > *range.last) return std::nullopt;
    return range;
}

}  // namespace faasd::model
