// An engine over a store in a temporary folder, with a clock that only the test moves.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/wait.hpp"
#include "services/queue/engine.hpp"
#include "storage/temporary_store.hpp"

namespace faasd::base {

// For messages of failed expectations.
template <class T>
void PrintTo(const boost::system::result<T, Error>& result, std::ostream* out) {
    *out << (result.has_error() ? "error: " + result.error().message : std::string("a value"));
}

}  // namespace faasd::base

namespace faasd::queue::test {

using namespace std::chrono_literals;
using model::Message;
using model::QueueAttributes;
using model::QueueErrc;
using model::ReceiveRequest;
using model::SendRequest;
using model::SendResult;
using Messages = std::vector<Message>;

// A call whose completion may still be to come.
template <class T>
class Pending {
  public:
    base::Completion<T> completion() {
        return [state = state_](base::Result<T> result) {
            std::lock_guard lock(state->mutex);
            state->result.emplace(std::move(result));
            state->ready.notify_all();
        };
    }
    [[nodiscard]] bool is_done() const {
        std::lock_guard lock(state_->mutex);
        return state_->result.has_value();
    }
    base::Result<T> get() {
        std::unique_lock lock(state_->mutex);
        state_->ready.wait(lock, [&] { return state_->result.has_value(); });
        return std::move(*state_->result);
    }

  private:
    struct State {
        std::mutex mutex;
        std::condition_variable ready;
        std::optional<base::Result<T>> result;
    };
    std::shared_ptr<State> state_ = std::make_shared<State>();
};

class QueueTest : public testing::Test {
  protected:
    QueueTest() { start(); }

    void start() {
        store_ = storage::test::open_store(folder_.path());
        engine_ = std::make_unique<QueueEngine>(*store_, clock_, timers_);
    }
    void stop() {
        engine_.reset();
        store_.reset();
    }
    void restart() {
        stop();
        start();
    }
    void advance(base::Duration by) { timers_.advance(by); }
    // Returns after all that was handed to the store before, and what that set off at once.
    void settle() {
        for (int i = 0; i < 3; ++i) {
            (void)storage::test::write(*store_, [](model::Transaction&) -> base::Result<> { return {}; });
        }
    }

    base::Result<> create(std::string name, QueueAttributes attributes = {}) {
        return base::wait_for<void>([&](auto done) { engine_->create(name, attributes, std::move(done)); });
    }
    base::Result<> ensure(std::string name, QueueAttributes attributes = {}) {
        return base::wait_for<void>([&](auto done) { engine_->ensure(name, attributes, std::move(done)); });
    }
    base::Result<> set_attributes(std::string name, QueueAttributes attributes) {
        return base::wait_for<void>(
            [&](auto done) { engine_->set_attributes(name, attributes, std::move(done)); });
    }
    base::Result<> remove_queue(std::string name) {
        return base::wait_for<void>([&](auto done) { engine_->remove(name, std::move(done)); });
    }
    base::Result<> purge(std::string name) {
        return base::wait_for<void>([&](auto done) { engine_->purge(name, std::move(done)); });
    }
    base::Result<QueueEngine::SendResults> send_all(std::string queue, std::vector<SendRequest> entries) {
        return base::wait_for<QueueEngine::SendResults>(
            [&](auto done) { engine_->send(queue, std::move(entries), std::move(done)); });
    }
    base::Result<SendResult> send(std::string queue, SendRequest entry) {
        std::vector<SendRequest> entries;
        entries.push_back(std::move(entry));
        auto results = send_all(std::move(queue), std::move(entries));
        if (!results) return results.error();
        return std::move(results->front());
    }
    base::Result<SendResult> send(std::string queue, std::string body) {
        SendRequest entry;
        entry.body = std::move(body);
        return send(std::move(queue), std::move(entry));
    }
    base::Result<SendResult> send_fifo(std::string body, std::string group,
                                       std::string deduplication_id = {}) {
        SendRequest entry;
        entry.deduplication_id = deduplication_id.empty() ? body : std::move(deduplication_id);
        entry.body = std::move(body);
        entry.group_id = std::move(group);
        return send("q.fifo", std::move(entry));
    }
    static ReceiveRequest request(std::uint32_t max, std::optional<base::Duration> wait = {},
                                  std::optional<base::Duration> visibility = {}) {
        ReceiveRequest r;
        r.max_messages = max;
        r.wait = wait;
        r.visibility_timeout = visibility;
        return r;
    }
    base::Result<Messages> try_receive(std::string queue, ReceiveRequest r) {
        return base::wait_for<Messages>([&](auto done) { engine_->receive(queue, r, std::move(done)); });
    }
    Messages receive(std::string queue, std::uint32_t max = 10) {
        return try_receive(std::move(queue), request(max)).value();
    }
    std::vector<std::string> receive_bodies(std::string queue, std::uint32_t max = 10) {
        return bodies(receive(std::move(queue), max));
    }
    static std::vector<std::string> bodies(const Messages& messages) {
        std::vector<std::string> result;
        for (const auto& message : messages)
            result.push_back(message.body);
        return result;
    }
    Pending<Messages> start_receive(std::string queue, ReceiveRequest r) {
        Pending<Messages> pending;
        last_receive_ = engine_->receive(queue, r, pending.completion());
        settle();
        return pending;
    }
    base::Result<> remove(std::string queue, std::string handle) {
        auto results = base::wait_for<QueueEngine::Results>(
            [&](auto done) { engine_->remove_messages(queue, {handle}, std::move(done)); });
        if (!results) return results.error();
        return results->front();
    }
    base::Result<> change_visibility(std::string queue, std::string handle, base::Duration timeout) {
        auto results = base::wait_for<QueueEngine::Results>([&](auto done) {
            engine_->change_visibility(queue, {{handle, timeout}}, std::move(done));
        });
        if (!results) return results.error();
        return results->front();
    }
    model::QueueInfo info(std::string queue) { return engine_->info(queue).value(); }

    static QueueAttributes fifo() {
        QueueAttributes attributes;
        attributes.fifo = true;
        return attributes;
    }
    static QueueAttributes with_redrive(std::string to, std::uint32_t max_receive_count,
                                        QueueAttributes attributes = {}) {
        attributes.redrive = model::RedrivePolicy{std::move(to), max_receive_count};
        return attributes;
    }

    storage::test::TemporaryFolder folder_;
    base::ManualClock clock_;
    base::ManualTimers timers_{clock_};
    std::unique_ptr<storage::Store> store_;
    std::unique_ptr<QueueEngine> engine_;
    QueueEngine::ReceiveId last_receive_ = 0;
};

// The tests of standard queues, which are in several files.
class Queue : public QueueTest {};

// Matches a Result that is an error of this code.
MATCHER_P(FailsWith, code, "") {
    return arg.has_error() && arg.error().code == make_error_code(code);
}

}  // namespace faasd::queue::test
