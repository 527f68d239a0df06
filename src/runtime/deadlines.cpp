#include "runtime/deadlines.hpp"

#include <algorithm>
#include <vector>

#include "base/clock.hpp"
#include "base/thread_name.hpp"

namespace faasd::runtime {

Deadlines::Deadlines() : thread_([this] { run(); }) {}

Deadlines::~Deadlines() {
    {
        std::lock_guard lock(mutex_);
        stopping_ = true;
        earlier_.notify_one();
    }
    thread_.join();
}

void Deadlines::add(Deadlined& object, std::chrono::nanoseconds deadline) {
    std::lock_guard lock(mutex_);
    if (object.listed_) {
        deadline = std::min(deadline, object.deadline_);
        unlink(object);
    }
    object.deadline_ = deadline;
    object.previous_ = nullptr;
    object.next_ = first_;
    object.listed_ = true;
    if (first_) first_->previous_ = &object;
    first_ = &object;
    if (deadline >= next_look_) return;
    next_look_ = deadline;
    earlier_.notify_one();
}

void Deadlines::unlink(Deadlined& object) {
    (object.previous_ ? object.previous_->next_ : first_) = object.next_;
    if (object.next_) object.next_->previous_ = object.previous_;
    object.listed_ = false;
}

bool Deadlines::remove(Deadlined& object) {
    std::lock_guard lock(mutex_);
    if (!object.listed_) return false;
    unlink(object);
    return true;
}

void Deadlines::expire_all() {
    std::lock_guard lock(mutex_);
    for (Deadlined* object = first_; object; object = object->next_)
        object->deadline_ = {};
    next_look_ = {};
    earlier_.notify_one();
}

void Deadlines::run() {
    base::set_thread_name("deadlines");
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        if (next_look_ == std::chrono::nanoseconds::max()) {
            earlier_.wait(lock);
            continue;
        }
        const auto now = base::monotonic_now();
        if (now < next_look_) {
            earlier_.wait_for(lock, next_look_ - now);
            continue;
        }
        std::vector<std::shared_ptr<Deadlined>> due;
        next_look_ = std::chrono::nanoseconds::max();
        for (Deadlined* object = first_; object;) {
            Deadlined* next = object->next_;
            if (object->deadline_ <= now) {
                // An object on its way out is still listed, but nobody can own it any more.
                if (auto owned = object->weak_from_this().lock()) due.push_back(std::move(owned));
                unlink(*object);
            } else {
                next_look_ = std::min(next_look_, object->deadline_);
            }
            object = next;
        }
        lock.unlock();
        for (const auto& object : due)
            object->out_of_time();
        due.clear();
        lock.lock();
    }
}

}  // namespace faasd::runtime
