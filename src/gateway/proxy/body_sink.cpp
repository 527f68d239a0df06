#include "gateway/proxy/body_sink.hpp"

#include <atomic>
#include <utility>

namespace faasd::gateway {
namespace {

// Keeps itself while it reads, on whatever threads the reads complete. Those that complete within the call are taken in a
// loop: the stack stays flat.
template <class From>
class Collector : public std::enable_shared_from_this<Collector<From>> {
  public:
    Collector(std::unique_ptr<From> from, std::size_t limit, base::Completion<CollectedBody> done)
        : from_(std::move(from)), limit_(limit), done_(std::move(done)) {}

    void run() {
        do {
            step_.store(Step::in_call);
            from_->read([self = this->shared_from_this()](auto piece) { self->take(std::move(piece)); });
        } while (step_.exchange(Step::returned) == Step::taken);
    }

  private:
    template <class Piece>
    void take(Piece piece) {
        if (!piece) return finish(piece.error());
        if (piece->empty()) return finish(std::move(body_));
        const std::size_t room = limit_ - body_.bytes.size();
        body_.bytes.append(*piece, 0, room);
        if (piece->size() > room) {
            body_.whole = false;
            return finish(std::move(body_));
        }
        if (step_.exchange(Step::taken) == Step::returned) run();
    }
    void finish(base::Result<CollectedBody> result) {
        auto done = std::move(done_);
        done(std::move(result));
    }

    std::unique_ptr<From> from_;
    std::size_t limit_;
    base::Completion<CollectedBody> done_;
    CollectedBody body_;
    enum class Step { in_call, returned, taken };
    std::atomic<Step> step_{Step::in_call};
};

class BodyInMemory final : public model::HttpBodyStream {
  public:
    explicit BodyInMemory(std::string_view body) : body_(body) {}
    void read(base::Completion<std::string_view> done) override { done(std::exchange(body_, {})); }

  private:
    std::string_view body_;
};

}  // namespace

std::unique_ptr<model::HttpBodyStream> stream_of(std::string_view body) { return std::make_unique<BodyInMemory>(body); }

void collect_body(std::variant<std::string, std::unique_ptr<model::HttpBodySource>> body, std::size_t limit,
                  base::Completion<CollectedBody> done) {
    if (auto* const text = std::get_if<std::string>(&body)) {
        const bool whole = text->size() <= limit;
        if (!whole) text->resize(limit);
        return done(CollectedBody{std::move(*text), whole});
    }
    auto& source = std::get<std::unique_ptr<model::HttpBodySource>>(body);
    if (!source) return done(CollectedBody{});
    std::make_shared<Collector<model::HttpBodySource>>(std::move(source), limit, std::move(done))->run();
}

void collect_body(std::unique_ptr<model::HttpBodyStream> stream, std::size_t limit,
                  base::Completion<CollectedBody> done) {
    if (!stream) return done(CollectedBody{});
    std::make_shared<Collector<model::HttpBodyStream>>(std::move(stream), limit, std::move(done))->run();
}

}  // namespace faasd::gateway
