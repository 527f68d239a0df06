// The receives that are under way, a line a queue: who came first is served first.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/timers.hpp"
#include "model/queues.hpp"

namespace faasd::queue {

struct Receiver {
    std::uint64_t id = 0;
    std::string queue;
    model::ReceiveRequest request;
    base::Completion<std::vector<model::Message>> done;
    base::TimePoint arrived_at{};
    base::TimerId timer = 0;  // of its wait; 0: none
    bool is_over = false;     // its wait ended: one last look, then it goes
    bool is_cancelled = false;
    bool is_waiting = false;  // in `waiting` of its line
    std::list<std::shared_ptr<Receiver>>::iterator place{};
};
using ReceiverPtr = std::shared_ptr<Receiver>;

// Not thread-safe, and sans I/O. A receiver is `arriving` until a job looks for messages for it, then
// completed or `waiting`; when its wait ends it arrives once more.
class Receivers {
  public:
    // Gives it an id and adds it to those that arrive.
    std::uint64_t add(ReceiverPtr receiver);
    // Ends its wait: `cancelled` receivers get no more messages. The queue to serve, or null where it is
    // gone.
    ReceiverPtr end_wait(std::uint64_t id, bool cancelled);
    // Ends all waits, for stopping. The queues to serve.
    [[nodiscard]] std::vector<std::string> end_all();

    // True once, until taken: a job is to be made for the queue.
    [[nodiscard]] bool wants_service(const std::string& queue);
    [[nodiscard]] std::vector<ReceiverPtr> take_arriving(const std::string& queue);
    [[nodiscard]] ReceiverPtr take_first_waiting(const std::string& queue);
    void put_back_first(ReceiverPtr receiver);
    void wait(ReceiverPtr receiver);
    [[nodiscard]] bool has_waiting(const std::string& queue) const;
    // Forgets it: it is being completed.
    void remove(const Receiver& receiver);
    [[nodiscard]] bool contains(const Receiver& receiver) const { return all_.contains(receiver.id); }
    // Forgets the line where nobody is in it.
    void tidy(const std::string& queue);

    // The timer that wakes the line when a message becomes visible by time.
    struct WakeTimer {
        base::TimerId id = 0;
        base::TimePoint at{};
    };
    [[nodiscard]] WakeTimer& wake_timer(const std::string& queue) { return lines_[queue].wake; }
    [[nodiscard]] std::size_t size() const { return all_.size(); }

  private:
    struct Line {
        std::vector<ReceiverPtr> arriving;
        std::list<ReceiverPtr> waiting;
        bool service_is_due = false;
        WakeTimer wake;
    };
    std::unordered_map<std::string, Line> lines_;
    std::unordered_map<std::uint64_t, ReceiverPtr> all_;
    std::uint64_t last_id_ = 0;
};

}  // namespace faasd::queue
