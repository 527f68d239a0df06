// A transfer's answer on its way from the upstream.
#include <utility>

#include <spdlog/spdlog.h>

#include "gateway/proxy/transfer_state.hpp"

namespace faasd::gateway {
namespace {

constexpr std::size_t kMaxHead = 64 * 1024;
constexpr std::size_t kMaxFields = 256;
constexpr std::size_t kMaxTrailer = 32 * 1024;
constexpr int kMaxInterims = 32;

// The body of an answer, read from the upstream when it is read itself.
class UpstreamBody final : public model::HttpBodySource {
  public:
    UpstreamBody(std::shared_ptr<Transfer> transfer, std::optional<std::uint64_t> length)
        : transfer_(std::move(transfer)), length_(length) {}
    ~UpstreamBody() override { transfer_->cancel(); }
    UpstreamBody(const UpstreamBody&) = delete;
    UpstreamBody& operator=(const UpstreamBody&) = delete;

    [[nodiscard]] std::optional<std::uint64_t> length() const override { return length_; }
    void read(base::Completion<std::string> done) override { transfer_->read_body(std::move(done)); }
    [[nodiscard]] std::string trailers() override { return transfer_->trailers(); }
    void on_client_closed() override { transfer_->cancel(); }

  private:
    std::shared_ptr<Transfer> transfer_;
    std::optional<std::uint64_t> length_;
};

// What an answer to HEAD says of a body that it does not have.
class AbsentBody final : public model::HttpBodySource {
  public:
    explicit AbsentBody(std::optional<std::uint64_t> length) : length_(length) {}
    [[nodiscard]] std::optional<std::uint64_t> length() const override { return length_; }
    void read(base::Completion<std::string> done) override { done(std::string()); }

  private:
    std::optional<std::uint64_t> length_;
};

}  // namespace

void Transfer::read() {
    while (phase_ == Phase::exchanging && (!reader_ || waiting_)) {
        const auto buffer = upstream_->loop().receive_buffer();
        std::size_t size = 0;
        std::error_code why;
        switch (socket_->read(buffer, size, why)) {
            case UpstreamSocket::Io::done:
                progress_ = IoContextLoop::now();
                take_bytes({buffer.data(), size});
                break;
            case UpstreamSocket::Io::blocked: return;
            case UpstreamSocket::Io::ended: return take_upstream_end("closed the connection");
            case UpstreamSocket::Io::failed: return take_upstream_end("broke the connection: " + why.message());
        }
    }
}

void Transfer::take_bytes(std::string_view bytes) {
    in_.append(bytes);
    while (phase_ == Phase::exchanging && !reader_)
        if (!take_head()) return;
    if (phase_ == Phase::exchanging) take_body();
}

// Whether there was one.
bool Transfer::take_head() {
    const HeadEnd end = find_head_end(in_, kMaxHead);
    if (!end.problem.empty()) {
        fail(502, "cannot be understood: " + end.problem);
        return false;
    }
    if (end.size == 0) return false;
    const std::string bytes = in_.substr(0, end.size);
    in_.erase(0, end.size);
    UpstreamHead head;
    if (const auto problem = parse_upstream_head(bytes, request_.method == "HEAD", kMaxFields, head)) {
        fail(502, "cannot be understood: " + *problem);
    } else if (head.status == 101) {
        deliver_upgrade(head);
    } else if (head.status < 200) {
        take_interim(head);
    } else {
        deliver(head);
    }
    return true;
}

void Transfer::take_interim(const UpstreamHead& head) {
    if (++interims_ > kMaxInterims) return fail(502, "sent more than " + std::to_string(kMaxInterims) + " interim answers");
    if (head.status == 100) {
        // The client is told to continue when its body is read.
        if (std::exchange(continue_until_, 0) != 0) write();
    } else if (request_.inform) {
        request_.inform(head.status, fields_for_client(head.fields));
    }
}

void Transfer::deliver_upgrade(const UpstreamHead& head) {
    if (!request_.upgrade) return fail(502, "changed the protocol although nobody asked it to");
    TransferUpgrade upgrade;
    upgrade.head = "HTTP/1.1 101 Switching Protocols\r\n";
    for (const auto& [name, value] : fields_for_client(head.fields))
        upgrade.head.append(name).append(": ").append(value).append("\r\n");
    for (const model::HttpField& field : head.fields)
        if (field.name.size() == 7 && (field.name[0] == 'U' || field.name[0] == 'u') && field.name[1] == 'p')
            upgrade.head.append("Upgrade: ").append(field.value).append("\r\n");
    upgrade.head += "Connection: Upgrade\r\n\r\n";
    upgrade.socket = std::move(socket_);
    upgrade.early = std::move(in_);
    auto done = std::move(done_);
    end();
    if (done) done(std::move(upgrade));
}

void Transfer::deliver(const UpstreamHead& head) {
    const auto self = shared_from_this();
    reader_.emplace(head, kMaxTrailer);
    keep_alive_ = head.keep_alive;
    continue_until_ = 0;
    model::HttpResponse response;
    response.status = head.status;
    response.headers = fields_for_client(head.fields);

    // A short body has come along with its head.
    const auto taken = reader_->take(in_, ready_);
    if (!taken) return fail(502, "cannot be understood: " + taken.error().message);
    in_.erase(0, *taken);
    if (request_.method == "HEAD") {
        response.body = std::make_unique<AbsentBody>(head.length);
    } else if (reader_->complete() && reader_->trailers().empty()) {
        response.body = std::move(ready_);
        ready_.clear();
    } else {
        response.body = std::make_unique<UpstreamBody>(self, head.end == BodyEnd::length ? head.length : std::nullopt);
    }
    if (reader_->complete()) complete();
    auto done = std::move(done_);
    if (done) done(std::move(response));
}

void Transfer::read_body(base::Completion<std::string> done) {
    if (!ready_.empty()) return done(std::exchange(ready_, {}));
    if (body_error_) return done(*body_error_);
    if (reader_->complete()) return done(std::string());
    const auto self = shared_from_this();
    waiting_ = std::move(done);
    progress_ = IoContextLoop::now();
    read();
    update_deadline();
}

void Transfer::take_body() {
    std::string out;
    const auto taken = reader_->take(in_, out);
    if (!taken) return break_off("sent a body that cannot be understood");
    in_.erase(0, *taken);
    if (reader_->complete()) complete();
    if (out.empty() && !reader_->complete()) return;
    if (!waiting_) {
        ready_ += out;
        return;
    }
    auto waiting = std::move(waiting_);
    waiting(std::move(out));
}

void Transfer::take_upstream_end(const std::string& why) {
    if (!reader_) return attempt_failed(502, why + (in_.empty() ? " before it answered" : " within the head of its answer"));
    // Without a length, the end of the connection is the end of the body; not where it was broken.
    if (why == "closed the connection" && reader_->take_end()) {
        complete();
        auto waiting = std::move(waiting_);
        if (waiting) waiting(std::string());
        return;
    }
    break_off("closed the connection within its answer");
}

void Transfer::break_off(const char* why) {
    if (phase_ == Phase::ended) return;
    const auto self = shared_from_this();
    const auto& definition = upstream_->definition();
    upstream_->failures.fetch_add(1, std::memory_order_relaxed);
    body_error_.emplace(std::make_error_code(std::errc::connection_aborted),
                        "upstream " + definition.name + " (" + definition.authority() + ") " + why);
    auto waiting = std::move(waiting_);
    end();
    if (waiting) waiting(*body_error_);
}

// The connection may serve another request where both messages are at their end and nothing follows.
void Transfer::complete() {
    if (phase_ != Phase::exchanging) return;
    const bool reusable = keep_alive_ && in_.empty() && request_complete_ && written_ == out_.size() && !writing_broken_;
    if (!in_.empty())
        spdlog::warn("gateway: upstream {} sent {} bytes beyond its answer; the connection is closed",
                     upstream_->definition().name, in_.size());
    auto socket = std::move(socket_);
    end();
    if (reusable) upstream_->keep(std::move(socket));
}

}  // namespace faasd::gateway
