#include "gateway/io_context_loop.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <system_error>
#include <utility>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <spdlog/spdlog.h>

#include "base/clock.hpp"

namespace faasd::gateway {
namespace {

constexpr int kEventsAtOnce = 128;
// So often other work of the io_context (signals, timers) gets its chance while connections keep the loop busy.
constexpr std::uint32_t kTurnsBetweenPolls = 64;

struct PostedTask final : Posted {
    explicit PostedTask(base::UniqueFunction<void()> t) : task(std::move(t)) {
        run = [](Posted& self) {
            const std::unique_ptr<PostedTask> owned(static_cast<PostedTask*>(&self));
            owned->task();
        };
    }
    base::UniqueFunction<void()> task;
};

int checked(int descriptor, const char* what) {
    if (descriptor < 0) throw std::system_error(errno, std::generic_category(), what);
    return descriptor;
}

}  // namespace

// The default concurrency hint, so that two threads may be inside at once: the one that is about to leave, and
// the one that took over.
struct IoContextLoop::Asio {
    explicit Asio(int epoll) : poller(context, epoll), timer(context), work(context.get_executor()) {}
    ~Asio() { poller.release(); }
    boost::asio::io_context context;
    boost::asio::posix::stream_descriptor poller;
    boost::asio::steady_timer timer;
    // Without it a look that finds nothing to do stops the context for good.
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work;
    bool poll_armed = false;
};

IoContextLoop::IoContextLoop()
    : epoll_(checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")),
      wake_(checked(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd")),
      wheel_(now()),
      receive_buffer_(std::make_unique_for_overwrite<char[]>(kReceiveBuffer)),
      asio_(std::make_unique<Asio>(epoll_)) {
    epoll_event event{};
    event.events = EPOLLIN | EPOLLET;
    event.data.ptr = nullptr;
    checked(::epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_, &event), "epoll_ctl");
}

IoContextLoop::~IoContextLoop() {
    while (drain_posted()) {
    }
    asio_.reset();
    ::close(wake_);
    ::close(epoll_);
}

boost::asio::io_context& IoContextLoop::context() { return asio_->context; }

Millis IoContextLoop::now() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(base::monotonic_now()).count();
}

void IoContextLoop::run() {
    set_owner(model::this_thread_token());
    while (run_one()) {
    }
    set_owner(nullptr);
}

void IoContextLoop::stop() {
    stopped_.store(true, std::memory_order_release);
    asio_->context.stop();
}

bool IoContextLoop::run_one() {
    (void)handed_out_.load(std::memory_order_acquire);
    if (stopped_.load(std::memory_order_acquire)) {
        base::WakeBatch::end();
        return false;
    }
    const bool poll_others = ++turns_ % kTurnsBetweenPolls == 0;
    if (poll_others || !ready_first_) base::WakeBatch::end();
    if (poll_others && asio_->context.poll_one() > 0) return true;
    if (!ready_first_) poll_events();
    if (ready_first_) base::WakeBatch::begin(this);
    if (drain_posted() || run_ready()) return true;
    arm_poll();
    asio_->context.run_one();
    return !stopped_.load(std::memory_order_acquire);
}

bool IoContextLoop::run_ready() {
    Pollable* const first = ready_first_;
    if (!first) return false;
    ready_first_ = first->next_ready_;
    if (!ready_first_) ready_last_ = nullptr;
    first->next_ready_ = nullptr;
    first->queued_ = false;
    first->on_ready(std::exchange(first->events_, 0));
    return true;
}

void IoContextLoop::enqueue(Pollable& pollable, std::uint32_t events) {
    pollable.events_ |= events;
    if (pollable.queued_) return;
    pollable.queued_ = true;
    (ready_last_ ? ready_last_->next_ready_ : ready_first_) = &pollable;
    ready_last_ = &pollable;
}

void IoContextLoop::forget(Pollable& pollable) {
    if (!pollable.queued_) return;
    Pollable* before = nullptr;
    Pollable** link = &ready_first_;
    while (*link != &pollable) {
        before = *link;
        link = &before->next_ready_;
    }
    *link = pollable.next_ready_;
    if (ready_last_ == &pollable) ready_last_ = before;
    pollable.queued_ = false;
}

std::error_code IoContextLoop::watch(int descriptor, Pollable& pollable) {
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    event.data.ptr = &pollable;
    if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event) != 0) return {errno, std::generic_category()};
    return {};
}

void IoContextLoop::unwatch(int descriptor) { ::epoll_ctl(epoll_, EPOLL_CTL_DEL, descriptor, nullptr); }

void IoContextLoop::poll_events() {
    epoll_event events[kEventsAtOnce];
    const int count = ::epoll_wait(epoll_, events, kEventsAtOnce, 0);
    for (int i = 0; i < count; ++i)
        if (events[i].data.ptr) enqueue(*static_cast<Pollable*>(events[i].data.ptr), events[i].events);
}

void IoContextLoop::arm_poll() {
    if (std::exchange(asio_->poll_armed, true)) return;
    asio_->poller.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                             [this](const boost::system::error_code& error) {
                                 asio_->poll_armed = false;
                                 if (!error) poll_events();
                             });
}

void IoContextLoop::arm_timer() {
    const auto next = wheel_.next();
    if (!next) return;
    asio_->timer.expires_at(std::chrono::steady_clock::time_point(std::chrono::milliseconds(*next)));
    asio_->timer.async_wait([this](const boost::system::error_code& error) {
        if (error) return;
        wheel_.advance(now(), [this](TimerNode& node) { enqueue(static_cast<PollableTimer&>(node), kDeadline); });
        arm_timer();
    });
}

void IoContextLoop::post(Posted& node) {
    Posted* head = posted_.load(std::memory_order_relaxed);
    do {
        node.next = head;
    } while (!posted_.compare_exchange_weak(head, &node, std::memory_order_acq_rel, std::memory_order_relaxed));
    if (head) return;
    // A thread that lost the loop within a handler comes to no end of a turn.
    if (base::WakeBatch::begun_by() == this && !on_loop()) base::WakeBatch::end();
    wake_soon();
}

// Edge-triggered: each write is an event of its own, so nobody has to read the counter back.
void IoContextLoop::wake() {
    const std::uint64_t one = 1;
    while (::write(wake_, &one, sizeof one) < 0 && errno == EINTR) {
    }
}

void IoContextLoop::post(base::UniqueFunction<void()> task) { post(*new PostedTask(std::move(task))); }

bool IoContextLoop::drain_posted() {
    if (!inbox_) {
        if (!posted_.load(std::memory_order_relaxed)) return false;
        Posted* newest = posted_.exchange(nullptr, std::memory_order_acq_rel);
        while (newest) {  // the stack, turned round
            Posted* const node = newest;
            newest = node->next;
            node->next = inbox_;
            inbox_ = node;
        }
    }
    do {
        Posted* const node = inbox_;
        inbox_ = node->next;
        hand_out();
        try {
            node->run(*node);
        } catch (const std::exception& e) {
            spdlog::error("gateway: a task of the I/O loop failed: {}", e.what());
        }
    } while (on_loop() && inbox_);
    return true;
}

}  // namespace faasd::gateway
