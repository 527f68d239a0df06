#include "model/object_body.hpp"

#include <charconv>
#include <string>

namespace faasd::model {
namespace {

constexpr std::size_t kPiece = 256 * 1024;

class ObjectBody final : public HttpBodySource {
  public:
    ObjectBody(std::shared_ptr<BlockingExecutor> executor, std::unique_ptr<ObjectReader> reader)
        : executor_(std::move(executor)), reader_(std::move(reader)), length_(reader_->length()) {}

    [[nodiscard]] std::optional<std::uint64_t> length() const override { return length_; }

    void read(base::Completion<std::string> done) override {
        // The client may leave, and this object with it, while the piece is being read.
        executor_->post([reader = reader_, done = std::move(done)]() mutable {
            std::string piece(kPiece, '\0');
            const auto got = reader->read(piece);
            if (got.has_error()) return done(got.error());
            piece.resize(*got);
            done(std::move(piece));
        });
    }

  private:
    std::shared_ptr<BlockingExecutor> executor_;
    std::shared_ptr<ObjectReader> reader_;
    std::uint64_t length_;
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
