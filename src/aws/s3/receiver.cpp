#include "aws/s3/receiver.hpp"

#include "model/body_intake.hpp"

namespace faasd::aws::s3 {
namespace {

class Receiver : public std::enable_shared_from_this<Receiver> {
  public:
    using Done = base::UniqueFunction<void(const ExchangePtr&, const model::ObjectInfo&)>;

    Receiver(ExchangePtr exchange, std::unique_ptr<Integrity> integrity,
             std::unique_ptr<model::ObjectWriter> writer, Done done)
        : exchange_(std::move(exchange)),
          integrity_(std::move(integrity)),
          writer_(std::move(writer)),
          done_(std::move(done)) {}

    void start() {
        if (!exchange_->visit.stream) {
            if (write(exchange_->visit.request.body)) finish({});
            return;
        }
        model::take_in(*exchange_->visit.stream, exchange_->with.executor,
                       {[self = shared_from_this()](std::string_view bytes) { return self->write(bytes); },
                        [self = shared_from_this()](const base::Result<std::string>& trailers) {
                            if (trailers) return self->finish(*trailers);
                            self->fail({"IncompleteBody", 400, "The request body terminated unexpectedly"});
                        }});
    }

  private:
    bool write(std::string_view bytes) {
        const auto written =
            integrity_->take(bytes, [this](std::string_view content) { return writer_->write(content); });
        if (!written) {
            fail(to_error(written.error(), exchange_->subject()));
            return false;
        }
        if (integrity_->is_broken()) {
            finish({});
            return false;
        }
        return true;
    }
    void finish(const std::string& trailers) {
        if (const auto mistake = integrity_->mistake(trailers)) return fail(*mistake);
        if (integrity_->checksum()) writer_->set_checksum(*integrity_->checksum());
        writer_->commit([self = shared_from_this()](base::Result<model::ObjectInfo> stored) {
            if (!stored) return self->exchange_->refuse(stored.error());
            self->done_(self->exchange_, *stored);
        });
    }
    void fail(const Error& error) {
        writer_.reset();
        exchange_->refuse(error);
    }

    const ExchangePtr exchange_;
    const std::unique_ptr<Integrity> integrity_;
    std::unique_ptr<model::ObjectWriter> writer_;
    Done done_;
};

}  // namespace

void receive(ExchangePtr exchange, std::unique_ptr<Integrity> integrity,
             std::unique_ptr<model::ObjectWriter> writer,
             base::UniqueFunction<void(const ExchangePtr&, const model::ObjectInfo&)> done) {
    std::make_shared<Receiver>(std::move(exchange), std::move(integrity), std::move(writer), std::move(done))
        ->start();
}

}  // namespace faasd::aws::s3
