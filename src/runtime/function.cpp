#include "runtime/function.hpp"

#include <algorithm>
#include <utility>

#include "runtime/call.hpp"

namespace faasd::runtime {
namespace {

constexpr std::size_t kRecent = 256;

}  // namespace

std::string_view to_string(FunctionState state) {
    switch (state) {
        case FunctionState::loading:
            return "loading";
        case FunctionState::ready:
            return "ready";
        case FunctionState::failed:
            return "failed";
        case FunctionState::quarantined:
            return "quarantined";
    }
    return "unknown";
}

Function::Admitted Function::admit_locked() {
    if (removed_) return {Entry::removed, nullptr, {}, false};
    if (state_ == FunctionState::quarantined) return {Entry::unavailable, nullptr, error_, false};
    if (!binding_) {
        if (state_ == FunctionState::loading) return {Entry::wait, nullptr, {}, false};
        return {Entry::unavailable, nullptr, error_, false};
    }
    if (running_ >= definition_->concurrency) return {Entry::throttled, nullptr, {}, false};
    ++running_;
    return {Entry::run, binding_, {}, false};
}

Function::Admitted Function::enter(const std::shared_ptr<Call>& call, bool may_wait, std::size_t max_line) {
    std::lock_guard lock(mutex_);
    Admitted admitted = admit_locked();
    if (admitted.entry == Entry::throttled) {
        if (may_wait)
            admitted.entry = Entry::wait;
        else
            ++throttled_;
    }
    if (admitted.entry == Entry::wait) {
        if (line_.size() >= max_line) {
            ++throttled_;
            admitted.entry = Entry::line_full;
        } else {
            line_.push_back(call);
            if (!binding_) admitted.first_to_wait = !std::exchange(waited_for_, true);
        }
    }
    return admitted;
}

Function::Next Function::next() {
    std::lock_guard lock(mutex_);
    if (line_.empty()) return {};
    Admitted admitted = admit_locked();
    if (admitted.entry == Entry::throttled || admitted.entry == Entry::wait) return {};
    Next next{std::move(line_.front()), std::move(admitted)};
    line_.pop_front();
    return next;
}

bool Function::leave_line(const Call& call) {
    std::lock_guard lock(mutex_);
    const auto at =
        std::find_if(line_.begin(), line_.end(), [&](const auto& other) { return other.get() == &call; });
    if (at == line_.end()) return false;
    line_.erase(at);
    return true;
}

void Function::leave(std::chrono::nanoseconds duration, bool error, bool timeout) {
    const auto us = static_cast<std::uint32_t>(std::min<std::int64_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(duration).count(), UINT32_MAX));
    std::lock_guard lock(mutex_);
    --running_;
    ++calls_;
    errors_ += error ? 1 : 0;
    timeouts_ += timeout ? 1 : 0;
    if (recent_us_.size() < kRecent) {
        recent_us_.push_back(us);
    } else {
        recent_us_[recent_next_] = us;
        recent_next_ = (recent_next_ + 1) % kRecent;
    }
}

void Function::set_definition(std::shared_ptr<const model::FunctionDefinition> definition) {
    std::lock_guard lock(mutex_);
    definition_ = std::move(definition);
    removed_ = false;
}

void Function::bind(std::shared_ptr<const Binding> binding) {
    std::shared_ptr<const Binding> old;  // may close a module: not under the lock
    std::lock_guard lock(mutex_);
    definition_ = binding->definition;
    old = std::exchange(binding_, std::move(binding));
    state_ = FunctionState::ready;
    error_.clear();
}

void Function::set_error(FunctionState state, std::string error) {
    std::lock_guard lock(mutex_);
    error_ = std::move(error);
    state_ = state == FunctionState::failed && binding_ ? FunctionState::ready : state;
}

void Function::remove() {
    std::lock_guard lock(mutex_);
    removed_ = true;
}

FunctionStatus Function::status() const {
    FunctionStatus status;
    std::vector<std::uint32_t> recent;
    {
        std::lock_guard lock(mutex_);
        status.name = name_;
        status.state = state_;
        status.error = error_;
        if (binding_) {
            status.version = binding_->version;
            if (binding_->function->event_type) status.event_type = binding_->function->event_type;
        }
        status.running = running_;
        status.waiting = line_.size();
        status.calls = calls_;
        status.errors = errors_;
        status.timeouts = timeouts_;
        status.throttled = throttled_;
        recent = recent_us_;
    }
    status.written_off =
        static_cast<std::uint64_t>(std::max<std::int64_t>(written_off_.load(std::memory_order_relaxed), 0));
    status.in_place = pace_.quick();
    if (!recent.empty()) {
        std::sort(recent.begin(), recent.end());
        status.p50 = std::chrono::microseconds{recent[recent.size() / 2]};
        status.p99 = std::chrono::microseconds{recent[recent.size() * 99 / 100]};
        status.slowest = std::chrono::microseconds{recent.back()};
    }
    return status;
}

std::shared_ptr<const Binding> Function::binding() const {
    std::lock_guard lock(mutex_);
    return binding_;
}

std::shared_ptr<const model::FunctionDefinition> Function::definition() const {
    std::lock_guard lock(mutex_);
    return definition_;
}

bool Function::loading() const {
    std::lock_guard lock(mutex_);
    return state_ == FunctionState::loading && !binding_;
}

}  // namespace faasd::runtime
