#include "services/queue/receivers.hpp"

namespace faasd::queue {

std::uint64_t Receivers::add(ReceiverPtr receiver) {
    const auto id = receiver->id = ++last_id_;
    lines_[receiver->queue].arriving.push_back(receiver);
    all_.emplace(id, std::move(receiver));
    return id;
}

ReceiverPtr Receivers::end_wait(std::uint64_t id, bool cancelled) {
    const auto found = all_.find(id);
    if (found == all_.end()) return nullptr;
    ReceiverPtr receiver = found->second;
    receiver->is_over = true;
    receiver->is_cancelled = receiver->is_cancelled || cancelled;
    if (std::exchange(receiver->is_waiting, false)) {
        Line& line = lines_[receiver->queue];
        line.waiting.erase(receiver->place);
        line.arriving.push_back(receiver);
    }
    return receiver;
}

std::vector<std::string> Receivers::end_all() {
    std::vector<std::uint64_t> ids;
    for (const auto& [id, receiver] : all_)
        ids.push_back(id);
    for (const auto id : ids)
        end_wait(id, true);
    std::vector<std::string> queues;
    for (const auto& [name, line] : lines_)
        queues.push_back(name);
    return queues;
}

bool Receivers::wants_service(const std::string& queue) {
    const auto found = lines_.find(queue);
    if (found == lines_.end()) return false;
    Line& line = found->second;
    if (line.arriving.empty() && line.waiting.empty()) return false;
    return !std::exchange(line.service_is_due, true);
}

std::vector<ReceiverPtr> Receivers::take_arriving(const std::string& queue) {
    Line& line = lines_[queue];
    line.service_is_due = false;
    return std::exchange(line.arriving, {});
}

ReceiverPtr Receivers::take_first_waiting(const std::string& queue) {
    Line& line = lines_[queue];
    if (line.waiting.empty()) return nullptr;
    ReceiverPtr receiver = std::move(line.waiting.front());
    line.waiting.pop_front();
    receiver->is_waiting = false;
    return receiver;
}

void Receivers::put_back_first(ReceiverPtr receiver) {
    Line& line = lines_[receiver->queue];
    receiver->is_waiting = true;
    receiver->place = line.waiting.insert(line.waiting.begin(), receiver);
}

void Receivers::wait(ReceiverPtr receiver) {
    Line& line = lines_[receiver->queue];
    receiver->is_waiting = true;
    receiver->place = line.waiting.insert(line.waiting.end(), receiver);
}

bool Receivers::has_waiting(const std::string& queue) const {
    const auto found = lines_.find(queue);
    return found != lines_.end() && !found->second.waiting.empty();
}

void Receivers::remove(const Receiver& receiver) {
    all_.erase(receiver.id);
}

void Receivers::tidy(const std::string& queue) {
    const auto found = lines_.find(queue);
    if (found == lines_.end()) return;
    const Line& line = found->second;
    if (line.arriving.empty() && line.waiting.empty() && !line.service_is_due && line.wake.id == 0)
        lines_.erase(found);
}

}  // namespace faasd::queue
