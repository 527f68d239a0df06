#include "gateway/exchange.hpp"

#include <utility>

#include "gateway/connection.hpp"
#include "gateway/response_head.hpp"
#include "gateway/takeover.hpp"

namespace faasd::gateway {
namespace {

base::Error client_gone() {
    return {std::make_error_code(std::errc::connection_aborted), "the client is gone, or has been answered"};
}

class Responder final : public ProxyResponder {
  public:
    explicit Responder(std::shared_ptr<Exchange> exchange) : exchange_(std::move(exchange)) {}
    ~Responder() override {
        if (exchange_) respond(refusal_response(500, "the request was dropped without an answer"));
    }
    Responder(const Responder&) = delete;
    Responder& operator=(const Responder&) = delete;

    void respond(model::HttpResponse response) override {
        const auto exchange = std::exchange(exchange_, nullptr);
        if (!exchange) return;
        exchange->response = std::move(response);
        exchange->raise(exchange->answered, [](Exchange& answered) {
            if (answered.connection) answered.connection->on_answer();
        });
    }
    void on_disconnect(base::UniqueFunction<void()> callback) override {
        if (exchange_) exchange_->set_on_disconnect(std::move(callback));
    }
    void inform(unsigned status, const std::vector<std::pair<std::string, std::string>>& fields) override {
        if (exchange_ && exchange_->connection) exchange_->connection->inform(status, fields);
    }
    void take_over(std::unique_ptr<Takeover> takeover) override {
        const auto exchange = std::exchange(exchange_, nullptr);
        if (exchange && exchange->connection) exchange->connection->take_over(std::move(takeover));
    }

  private:
    std::shared_ptr<Exchange> exchange_;
};

class BodyStream final : public model::HttpBodyStream {
  public:
    explicit BodyStream(std::shared_ptr<Exchange> exchange) : exchange_(std::move(exchange)) {}
    void read(base::Completion<std::string_view> done) override {
        exchange_->piece_wanted = std::move(done);
        exchange_->raise(exchange_->demand, [](Exchange& exchange) {
            if (exchange.connection) {
                exchange.connection->on_demand();
            } else {
                auto wanted = std::move(exchange.piece_wanted);
                wanted(client_gone());
            }
        });
    }

    [[nodiscard]] std::string trailers() const override {
        return exchange_->decoder ? exchange_->decoder->trailers() : std::string();
    }

  private:
    std::shared_ptr<Exchange> exchange_;
};

}  // namespace

void Exchange::raise(Signal& signal, void (*on_loop)(Exchange&)) {
    if (loop.on_loop()) return on_loop(*this);
    signal.exchange = shared_from_this();
    signal.on_loop = on_loop;
    signal.run = [](Posted& posted) {
        auto& self = static_cast<Signal&>(posted);
        const auto exchange = std::move(self.exchange);
        self.on_loop(*exchange);
    };
    loop.post(signal);
}

model::HttpRequest Exchange::request() {
    model::HttpRequest request;
    request.method = head.method;
    request.raw_path = head.raw_path;
    request.raw_query = head.raw_query;
    request.host = head.host;
    request.headers = {head.fields.data(), head.fields.size()};
    request.body = body;
    request.remote_address = remote_address;
    request.path = head.raw_path;
    request.owner = shared_from_this();
    return request;
}

void Exchange::read_source() {
    source_in_call = true;
    source_waiting = true;
    source->read([self = shared_from_this()](base::Result<std::string> read) {
        if (self->loop.on_loop() && self->source_in_call) {
            self->source_piece.emplace(std::move(read));
            self->source_waiting = false;
            return;
        }
        self->late_piece.emplace(std::move(read));
        self->raise(self->produced, [](Exchange& exchange) {
            exchange.source_waiting = false;
            exchange.source_piece = std::move(exchange.late_piece);
            if (exchange.connection) {
                exchange.connection->on_produced();
            } else {
                exchange.source.reset();
            }
        });
    });
    source_in_call = false;
}

void Exchange::drop_source() {
    if (!source_waiting) {
        source.reset();
    } else {
        source->on_client_closed();
    }
}

void Exchange::abandon() {
    connection = nullptr;
    drop_source();
    if (!std::exchange(demanded, false)) return;
    loop.post([self = shared_from_this()] {
        auto wanted = std::move(self->piece_wanted);
        wanted(client_gone());
    });
}

void Exchange::set_on_disconnect(base::UniqueFunction<void()> callback) {
    {
        const std::lock_guard lock(disconnect_mutex_);
        if (!disconnected_) {
            on_disconnect_ = std::move(callback);
            return;
        }
    }
    loop.post(std::move(callback));
}

base::UniqueFunction<void()> Exchange::take_on_disconnect(bool gone) {
    const std::lock_guard lock(disconnect_mutex_);
    disconnected_ = disconnected_ || gone;
    return std::move(on_disconnect_);
}

std::unique_ptr<model::HttpResponder> make_responder(std::shared_ptr<Exchange> exchange) {
    return std::make_unique<Responder>(std::move(exchange));
}

std::unique_ptr<model::HttpBodyStream> make_body_stream(std::shared_ptr<Exchange> exchange) {
    return std::make_unique<BodyStream>(std::move(exchange));
}

}  // namespace faasd::gateway
