// What passes through on its way is copied.
#include <utility>

#include "gateway/proxy/shadow.hpp"

namespace faasd::gateway {
namespace {

class CopiedStream final : public model::HttpBodyStream {
  public:
    CopiedStream(std::unique_ptr<model::HttpBodyStream> from, std::shared_ptr<Shadow::Copy> copy)
        : from_(std::move(from)), copy_(std::move(copy)) {}
    void read(base::Completion<std::string_view> done) override {
        from_->read([copy = copy_, done = std::move(done)](base::Result<std::string_view> piece) mutable {
            if (piece && !piece->empty()) copy->add_request(*piece);
            if (piece && piece->empty()) copy->request_ended();
            copy.reset();
            done(std::move(piece));
        });
    }
    [[nodiscard]] std::string trailers() const override { return from_->trailers(); }

  private:
    std::unique_ptr<model::HttpBodyStream> from_;
    std::shared_ptr<Shadow::Copy> copy_;
};

class CopiedSource final : public model::HttpBodySource {
  public:
    CopiedSource(std::unique_ptr<model::HttpBodySource> from, std::shared_ptr<Shadow::Copy> copy)
        : from_(std::move(from)), copy_(std::move(copy)), length_(from_->length()) {}

    [[nodiscard]] std::optional<std::uint64_t> length() const override { return length_; }
    void read(base::Completion<std::string> done) override {
        from_->read([this, copy = copy_, done = std::move(done)](base::Result<std::string> piece) mutable {
            if (piece) {
                copy->add_answer(*piece);
                passed_ += piece->size();
                // Where the length is known, nobody may ask for the end.
                if (piece->empty() || (length_ && passed_ >= *length_)) copy->answer_ended();
            }
            copy.reset();
            done(std::move(piece));
        });
    }
    [[nodiscard]] std::string trailers() override { return from_->trailers(); }
    void on_client_closed() override { from_->on_client_closed(); }

  private:
    std::unique_ptr<model::HttpBodySource> from_;
    std::shared_ptr<Shadow::Copy> copy_;
    std::optional<std::uint64_t> length_;
    std::uint64_t passed_ = 0;
};

}  // namespace

std::unique_ptr<model::HttpBodyStream> copied(std::unique_ptr<model::HttpBodyStream> stream,
                                              std::shared_ptr<Shadow::Copy> copy) {
    if (!stream) return nullptr;
    return std::make_unique<CopiedStream>(std::move(stream), std::move(copy));
}

void copy_answer(model::HttpResponse& response, bool to_head, std::shared_ptr<Shadow::Copy> copy) {
    copy->set_status(response.status);
    if (to_head) return copy->answer_ended();
    if (auto* const text = std::get_if<std::string>(&response.body)) {
        copy->add_answer(*text);
        copy->answer_ended();
        return;
    }
    auto& source = std::get<std::unique_ptr<model::HttpBodySource>>(response.body);
    if (source) {
        source = std::make_unique<CopiedSource>(std::move(source), std::move(copy));
    } else {
        copy->answer_ended();
    }
}

}  // namespace faasd::gateway
