// What the tests of the sources run in: the real engines over a store in a temporary folder, a clock that is
// moved by hand, and a function that answers as the test says.
#pragma once

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/clock.hpp"
#include "base/timers.hpp"
#include "base/wait.hpp"
#include "services/blob/blob_engine.hpp"
#include "services/queue/engine.hpp"
#include "services/table/table_engine.hpp"
#include "sources/source.hpp"
#include "storage/store.hpp"

namespace faasd::sources::test {

using namespace std::chrono_literals;

// Waits for what another thread is about to do.
template <class Condition>
[[nodiscard]] bool eventually(Condition condition) {
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline) return false;
        std::this_thread::sleep_for(1ms);
    }
    return true;
}

// Records every call. Each is answered by `answer`, or kept open while `hold` is set.
class ScriptedInvoker final : public model::Invoker {
  public:
    struct Call {
        model::Invocation invocation;
        base::UniqueFunction<void(model::Outcome)> done;
        [[nodiscard]] nlohmann::json event() const {
            return nlohmann::json::parse(std::get<model::Payload>(invocation.event).json);
        }
    };

    void invoke(model::Invocation invocation, base::UniqueFunction<void(model::Outcome)> done) override {
        auto call = std::make_shared<Call>(Call{std::move(invocation), std::move(done)});
        model::Outcome outcome;
        {
            std::lock_guard lock(mutex_);
            calls_.push_back(call);
            if (hold_) return;
            outcome = answer_(call->invocation);
        }
        call->done(std::move(outcome));
    }
    [[nodiscard]] bool has_function(std::string_view) const override { return true; }

    void answer(std::function<model::Outcome(const model::Invocation&)> answer) {
        std::lock_guard lock(mutex_);
        answer_ = std::move(answer);
    }
    void hold(bool hold) {
        std::lock_guard lock(mutex_);
        hold_ = hold;
    }
    [[nodiscard]] std::size_t count() const {
        std::lock_guard lock(mutex_);
        return calls_.size();
    }
    [[nodiscard]] std::shared_ptr<Call> call(std::size_t i) const {
        std::lock_guard lock(mutex_);
        return calls_.at(i);
    }

    static model::Outcome success(std::string json = "null") {
        model::Outcome outcome;
        outcome.response = model::Payload{std::move(json)};
        return outcome;
    }
    static model::Outcome failure(model::OutcomeStatus status = model::OutcomeStatus::function_error) {
        model::Outcome outcome;
        outcome.status = status;
        outcome.error = {"Oops", "it broke"};
        return outcome;
    }

  private:
    mutable std::mutex mutex_;
    std::function<model::Outcome(const model::Invocation&)> answer_ = [](const auto&) { return success(); };
    bool hold_ = false;
    std::vector<std::shared_ptr<Call>> calls_;
};

class OneThread final : public model::BlockingExecutor {
  public:
    OneThread() : thread_([this] { run(); }) {}
    ~OneThread() override {
        {
            std::lock_guard lock(mutex_);
            stopping_ = true;
        }
        changed_.notify_all();
        thread_.join();
    }
    void post(base::UniqueFunction<void()> job) override {
        {
            std::lock_guard lock(mutex_);
            jobs_.push_back(std::move(job));
        }
        changed_.notify_all();
    }

  private:
    void run() {
        std::unique_lock lock(mutex_);
        while (true) {
            changed_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
            if (stopping_) return;
            auto job = std::move(jobs_.front());
            jobs_.pop_front();
            lock.unlock();
            job();
            job.reset();
            lock.lock();
        }
    }
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<base::UniqueFunction<void()>> jobs_;
    bool stopping_ = false;
    std::thread thread_;
};

class World : public testing::Test {
  protected:
    World() {
        char name[] = "/tmp/faasd-sources-XXXXXX";
        folder_ = ::mkdtemp(name);
        open();
    }
    ~World() override {
        close();
        std::filesystem::remove_all(folder_);
    }

    void open() {
        store_ = storage::Store::open({folder_ / "data"}).value();
        queues_ = std::make_unique<queue::QueueEngine>(*store_, clock_, timers_);
        blobs_ = std::make_unique<blob::BlobEngine>(*store_, clock_, timers_);
        tables_ = std::make_unique<table::TableEngine>(*store_, clock_, timers_);
        blocking_ = std::make_unique<OneThread>();
    }
    void close() {
        blocking_.reset();
        tables_.reset();
        blobs_.reset();
        queues_.reset();
        store_.reset();
    }
    // The daemon ends and starts again, on the same data.
    void reopen() {
        close();
        open();
    }

    [[nodiscard]] Dependencies dependencies() {
        RetryDelays exact;
        exact.jitter = 0;
        return {*queues_, *blobs_, *tables_, invoker_, *store_, *store_, *blocking_, clock_, timers_, {}, exact};
    }

    // Everything that was handed to the store is committed, and what follows from it was handed in.
    void settle() {
        for (int i = 0; i < 5; ++i) {
            (void)base::wait_for<void>([&](base::Completion<> done) {
                store_->write([](model::Transaction&) -> base::Result<> { return {}; }, std::move(done));
            });
            (void)base::wait_for<void>([&](base::Completion<> done) {
                auto shared = std::make_shared<base::Completion<>>(std::move(done));
                blocking_->post([shared] { (*shared)(base::Result<>{}); });
            });
        }
    }
    void advance(base::Duration by) {
        settle();
        timers_.advance(by);
        settle();
    }

    void make_queue(const std::string& name, model::QueueAttributes attributes = {}) {
        attributes.fifo = name.ends_with(".fifo");
        base::wait_for<void>([&](base::Completion<> done) {
            queues_->ensure(name, attributes, std::move(done));
        }).value();
    }
    model::SendResult send(const std::string& queue, model::SendRequest request) {
        auto results = base::wait_for<model::Queues::SendResults>(
            [&](auto done) { queues_->send(queue, {std::move(request)}, std::move(done)); });
        return results.value().at(0).value();
    }
    model::SendResult send(const std::string& queue, const std::string& body, const std::string& group = {}) {
        model::SendRequest request;
        request.body = body;
        request.group_id = group;
        if (!group.empty()) request.deduplication_id = body;
        return send(queue, std::move(request));
    }
    std::vector<model::Message> peek(const std::string& queue) { return queues_->peek(queue, 1000).value(); }
    std::uint64_t left_in(const std::string& queue) {
        const auto info = queues_->info(queue).value();
        return info.visible + info.in_flight + info.delayed;
    }

    std::filesystem::path folder_;
    base::ManualClock clock_;
    base::ManualTimers timers_{clock_};
    ScriptedInvoker invoker_;
    std::unique_ptr<storage::Store> store_;
    std::unique_ptr<queue::QueueEngine> queues_;
    std::unique_ptr<blob::BlobEngine> blobs_;
    std::unique_ptr<table::TableEngine> tables_;
    std::unique_ptr<OneThread> blocking_;
};

}  // namespace faasd::sources::test
