#include "gateway/proxy/shadow.hpp"

#include <utility>

#include <spdlog/spdlog.h>

#include "base/random.hpp"
#include "gateway/outcome_response.hpp"
#include "gateway/proxy/body_sink.hpp"
#include "gateway/proxy/forwarding.hpp"
#include "gateway/proxy/transfer.hpp"

namespace faasd::gateway {
namespace {

constexpr std::size_t kKept = 1024 * 1024;  // of each body
constexpr int kAtOnce = 32;

}  // namespace

struct Shadow::Run {
    explicit Run(std::shared_ptr<Shadow> owner) : shadow(std::move(owner)) {}
    ~Run() { shadow->running_.fetch_sub(1); }
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;

    std::shared_ptr<Shadow> shadow;
    model::HttpRequest request;
    std::string body;
    ShadowAnswer real;
};

Shadow::Shadow(std::string route, model::ShadowDefinition definition, std::shared_ptr<Upstream> upstream,
               IoContextLoop& loop, model::Invoker& invoker)
    : route_(std::move(route)), definition_(std::move(definition)), upstream_(std::move(upstream)), loop_(loop),
      invoker_(invoker) {}

std::shared_ptr<Shadow::Copy> Shadow::copy(const model::HttpRequest& request) {
    if (base::random_u64() % model::kWholeSplit >= definition_.share) return nullptr;
    if (upgrade_of(request)) return nullptr;
    return std::make_shared<Copy>(shared_from_this(), request);
}

void Shadow::Copy::add_request(std::string_view piece) {
    if (body_.size() + piece.size() > kKept) {
        body_whole_ = false;
    } else {
        body_ += piece;
    }
}

void Shadow::Copy::add_answer(std::string_view piece) {
    if (!answer_.whole) return;
    if (answer_.body.size() + piece.size() > kKept) {
        answer_.whole = false;
        answer_.body = {};
    } else {
        answer_.body += piece;
    }
}

// Whoever has carried the last part of it lets go of it.
Shadow::Copy::~Copy() {
    Shadow& shadow = *shadow_;
    const RequestBody body = body_of(request_);
    const bool request_whole = body_whole_ && (body.framing == Framing::chunked ? request_ended_ : body_.size() == body.length);
    const bool whole = answer_ended_ && request_whole;
    if (!whole || shadow.running_.fetch_add(1) >= kAtOnce) {
        if (whole) shadow.running_.fetch_sub(1);
        shadow.skipped_.fetch_add(1);
        return;
    }
    auto run = std::make_unique<Run>(shadow_);
    run->request = std::move(request_);
    run->body = std::move(body_);
    run->real = std::move(answer_);
    shadow.start(std::move(run));
}

// In a turn of its own: a function that it runs may stay in it.
void Shadow::start(std::unique_ptr<Run> run) {
    loop_.post([run = std::shared_ptr<Run>(std::move(run))] {
        if (run->shadow->upstream_) {
            run->shadow->ask_upstream(run);
        } else {
            run->shadow->ask_function(run);
        }
    });
}

void Shadow::ask_upstream(std::shared_ptr<Run> run) {
    if (!upstream_->healthy()) return fail(*run, "upstream " + upstream_->definition().name + " is unhealthy");
    TransferRequest request;
    request.method = run->request.method;
    request.head = upstream_request_head(run->request, upstream_->definition());
    request.body = body_of(run->request);
    if (request.body.framing != Framing::none) request.stream = stream_of(run->body);
    start_transfer(upstream_, std::move(request), [self = shared_from_this(), run](TransferAnswer answer) {
        if (const auto* failure = std::get_if<TransferFailure>(&answer)) return self->fail(*run, failure->reason);
        if (auto* const response = std::get_if<model::HttpResponse>(&answer)) self->take(run, std::move(*response));
    });
}

void Shadow::ask_function(std::shared_ptr<Run> run) {
    model::Invocation invocation;
    invocation.function = definition_.target;
    invocation.cause.kind = model::CauseKind::http;
    invocation.cause.source = route_ + " (shadow)";
    model::HttpRequest request = run->request;
    request.body = run->body;
    request.owner = run;
    invocation.event = std::move(request);
    invoker_.invoke(std::move(invocation), [self = shared_from_this(), run](model::Outcome outcome) {
        self->take(run, response_of(std::move(outcome)));
    });
}

void Shadow::take(const std::shared_ptr<Run>& run, model::HttpResponse response) {
    const unsigned status = response.status;
    collect_body(std::move(response.body), kKept,
                 [self = shared_from_this(), run, status](base::Result<CollectedBody> body) {
                     if (!body) return self->fail(*run, body.error().message);
                     self->judge(*run, {status, std::move(body->bytes), body->whole});
                 });
}

void Shadow::judge(const Run& run, const ShadowAnswer& shadow) {
    const auto found = differences(run.real, shadow, definition_.ignore);
    if (found.empty()) {
        same_.fetch_add(1);
        return;
    }
    std::string text = std::string(run.request.method) + ' ' + std::string(run.request.raw_path) + ": ";
    for (std::size_t i = 0; i < found.size(); ++i) text += (i == 0 ? "" : "; ") + found[i];
    spdlog::warn("shadow {} of {} differs: {}", definition_.target, route_, text);
    {
        const std::lock_guard lock(mutex_);
        last_difference_ = std::move(text);
    }
    different_.fetch_add(1);  // last: who sees it counted may ask what it was
}

void Shadow::fail(const Run& run, const std::string& why) {
    failed_.fetch_add(1);
    spdlog::warn("shadow {} of {} gave no answer to {} {}: {}", definition_.target, route_, run.request.method,
                 run.request.raw_path, why);
}

ShadowStatus Shadow::status() const {
    ShadowStatus status{route_, definition_.target, same_, different_, failed_, skipped_, {}};
    const std::lock_guard lock(mutex_);
    status.last_difference = last_difference_;
    return status;
}

}  // namespace faasd::gateway
