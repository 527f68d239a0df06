#include "sources/async/async_queue.hpp"

#include <algorithm>
#include <mutex>

#include "base/random.hpp"
#include "base/wait.hpp"
#include "sources/errors.hpp"

namespace faasd::sources {
namespace {

using namespace std::chrono_literals;

model::QueueAttributes attributes() {
    model::QueueAttributes attributes;
    attributes.retention = std::chrono::hours{24 * 14};  // an event's own age ends it earlier
    return attributes;
}

}  // namespace

base::Result<> AsyncQueue::configure(const std::vector<model::FunctionDefinition>& functions) {
    Deliveries next;
    std::vector<std::string> names;
    {
        std::shared_lock lock(mutex_);
        for (const model::FunctionDefinition& function : functions) {
            AsyncTarget target = AsyncTarget::of(function);
            const auto old = deliveries_.find(function.name);
            const bool same = old != deliveries_.end() && old->second->target() == target;
            if (old == deliveries_.end()) names.push_back(async_queue_name(function.name));
            next[function.name] =
                same ? old->second : std::make_shared<AsyncDelivery>(dependencies_, std::move(target));
        }
    }
    // All in one commit, and one wait for it.
    if (!names.empty()) {
        auto ensured = base::wait_for<void>([&](base::Completion<> done) {
            struct Left {
                std::mutex mutex;
                std::size_t count;
                base::Result<> result;
                base::Completion<> done;
            };
            auto left = std::make_shared<Left>();
            left->count = names.size();
            left->done = std::move(done);
            for (const std::string& name : names) {
                dependencies_.queues.ensure(name, attributes(), [left](const base::Result<>& result) {
                    std::unique_lock lock(left->mutex);
                    if (!result) left->result = result;
                    const bool last = --left->count == 0;
                    lock.unlock();
                    if (last) left->done(left->result);
                });
            }
        });
        if (!ensured) return ensured;
    }

    std::vector<std::shared_ptr<AsyncDelivery>> starting, stopping;
    {
        std::unique_lock lock(mutex_);
        for (const auto& [name, delivery] : deliveries_) {
            const auto kept = next.find(name);
            if (kept == next.end() || kept->second != delivery) stopping.push_back(delivery);
        }
        for (const auto& [name, delivery] : next) {
            const auto old = deliveries_.find(name);
            if (old == deliveries_.end() || old->second != delivery) starting.push_back(delivery);
        }
        deliveries_ = std::move(next);
        if (!running_) return {};
        std::erase_if(retired_, [](const auto& delivery) { return delivery->wait(0ns); });
        retired_.insert(retired_.end(), stopping.begin(), stopping.end());
    }
    for (const auto& delivery : stopping)
        delivery->stop();
    for (const auto& delivery : starting)
        delivery->start();
    return {};
}

void AsyncQueue::start() {
    std::unique_lock lock(mutex_);
    running_ = true;
    const Deliveries deliveries = deliveries_;
    lock.unlock();
    for (const auto& [name, delivery] : deliveries)
        delivery->start();
}

void AsyncQueue::stop() {
    std::unique_lock lock(mutex_);
    if (!std::exchange(running_, false)) return;
    const Deliveries deliveries = deliveries_;
    lock.unlock();
    for (const auto& [name, delivery] : deliveries)
        delivery->stop();
}

bool AsyncQueue::wait(std::chrono::nanoseconds until) {
    std::shared_lock lock(mutex_);
    bool ended = true;
    for (const auto& [name, delivery] : deliveries_)
        ended = delivery->wait(until) && ended;
    for (const auto& delivery : retired_)
        ended = delivery->wait(until) && ended;
    return ended;
}

base::Result<> AsyncQueue::check(const model::AsyncInvocation& invocation) {
    std::shared_lock lock(mutex_);
    if (deliveries_.contains(invocation.function)) return {};
    return base::Error(SourceErrc::no_such_function, "there is no function '" + invocation.function + "'");
}

AsyncMessage AsyncQueue::message_of(model::AsyncInvocation invocation) const {
    AsyncMessage message;
    message.request_id = base::random_uuid();
    message.cause = std::move(invocation.cause);
    if (message.cause.trace.empty()) message.cause.trace = base::random_hex(32);
    message.progress.submitted_at = dependencies_.clock.now();
    message.payload = invocation.payload.empty() ? "{}" : std::move(invocation.payload);
    return message;
}

void AsyncQueue::submit(model::AsyncInvocation invocation, base::Completion<std::string> done) {
    if (auto known = check(invocation); !known) return done(known.error());
    const std::string queue = async_queue_name(invocation.function);
    const AsyncMessage message = message_of(std::move(invocation));
    dependencies_.queues.send(queue, {message.to_request()},
                              [id = message.request_id, done = std::move(done)](auto result) mutable {
                                  if (!result) return done(result.error());
                                  if (!result->at(0)) return done(result->at(0).error());
                                  done(std::move(id));
                              });
}

void AsyncQueue::submit_all(std::vector<model::AsyncInvocation> invocations,
                            base::Completion<std::vector<std::string>> done) {
    struct Batch {
        std::vector<std::pair<std::string, model::SendRequest>> messages;
        std::vector<std::string> ids;
    };
    auto batch = std::make_shared<Batch>();
    for (model::AsyncInvocation& invocation : invocations) {
        if (auto known = check(invocation); !known) return done(known.error());
        std::string queue = async_queue_name(invocation.function);
        AsyncMessage message = message_of(std::move(invocation));
        batch->messages.emplace_back(std::move(queue), message.to_request());
        batch->ids.push_back(std::move(message.request_id));
    }
    dependencies_.transactions.write(
        [&queues = dependencies_.queues, batch](model::Transaction& transaction) -> base::Result<> {
            for (auto& [queue, message] : batch->messages)
                if (auto sent = queues.send_in(transaction, queue, std::move(message)); !sent) return sent.error();
            return {};
        },
        [batch, done = std::move(done)](base::Result<> committed) mutable {
            if (!committed) return done(committed.error());
            done(std::move(batch->ids));
        });
}

base::Result<std::string> AsyncQueue::submit_in(model::Transaction& transaction,
                                                model::AsyncInvocation invocation) {
    if (auto known = check(invocation); !known) return known.error();
    const std::string queue = async_queue_name(invocation.function);
    const AsyncMessage message = message_of(std::move(invocation));
    const auto sent = dependencies_.queues.send_in(transaction, queue, message.to_request());
    if (!sent) return sent.error();
    return message.request_id;
}

}  // namespace faasd::sources
