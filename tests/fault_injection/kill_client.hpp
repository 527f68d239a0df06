// One client of the load that a killed daemon is under: it writes, and remembers what it was told.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "fault_injection/ledger.hpp"
#include "support/daemon_process.hpp"

namespace faasd::test {

// Messages whose deletion was acknowledged, by body. Thread-safe.
class DeletedMessages {
  public:
    using Time = std::chrono::steady_clock::time_point;
    void add(const std::string& body) {
        std::lock_guard lock(mutex_);
        at_.emplace(body, std::chrono::steady_clock::now());
    }
    [[nodiscard]] bool contains(const std::string& body, Time before = Time::max()) const {
        std::lock_guard lock(mutex_);
        const auto found = at_.find(body);
        return found != at_.end() && found->second < before;
    }
    [[nodiscard]] std::size_t size() const {
        std::lock_guard lock(mutex_);
        return at_.size();
    }

  private:
    mutable std::mutex mutex_;
    std::map<std::string, Time> at_;
};

// Numbers of what was sent: everything that was tried, and what of it was acknowledged.
struct Sent {
    std::set<std::string> tried, acknowledged;
};

// The bytes of an object, made again from what the ledger says about it.
[[nodiscard]] std::string object_bytes(const std::string& key, const std::string& value);

// What it wrote stays in it from one daemon to the next. run() is for one thread.
class KillClient {
  public:
    KillClient(std::string name, std::uint64_t seed, DeletedMessages& deleted)
        : name_(std::move(name)), random_(seed), deleted_(deleted) {}

    // Writes until the daemon no longer answers.
    void run(const DaemonProcess& daemon);
    // Reads all that it ever wrote to tables and buckets, and notes in complaints() what is wrong.
    void verify(const DaemonProcess& daemon);

    [[nodiscard]] const std::vector<std::string>& complaints() const { return complaints_; }
    [[nodiscard]] std::uint64_t acknowledged() const { return acknowledged_; }

    Sent kept, mapped, ordered, calls, objects;
    std::set<std::string> deletes_tried;  // of messages in `kept`
    std::uint64_t added = 0, maybe_added = 0;  // to the counter that all clients share
    [[nodiscard]] Ledger& object_ledger() { return object_ledger_; }

  private:
    // False: there was no answer, the daemon is gone.
    bool step(const DaemonProcess& daemon);
    bool send_kept(const DaemonProcess& daemon);
    bool send_mapped(const DaemonProcess& daemon);
    bool send_ordered(const DaemonProcess& daemon);
    bool take_kept(const DaemonProcess& daemon);
    bool call(const DaemonProcess& daemon);
    bool put_item(const DaemonProcess& daemon);
    bool delete_item(const DaemonProcess& daemon);
    bool read_item(const DaemonProcess& daemon, const std::string& key);
    bool add(const DaemonProcess& daemon);
    bool advance(const DaemonProcess& daemon);
    bool put_pair(const DaemonProcess& daemon);
    bool read_pair(const DaemonProcess& daemon);
    bool put_object(const DaemonProcess& daemon, bool large);
    bool delete_object(const DaemonProcess& daemon);
    bool read_object(const DaemonProcess& daemon, const std::string& key);

    bool send(Sent& sent, const std::string& id, const std::function<gateway::ClientResponse()>& request);
    bool send_to(const DaemonProcess& daemon, const std::string& queue, const std::string& body, Sent& sent);
    std::uint64_t pick(std::uint64_t below) { return random_() % below; }
    std::string next(const std::string& kind) { return kind + '-' + name_ + '-' + std::to_string(++number_); }
    std::string some_item() { return "item-" + name_ + '-' + std::to_string(pick(12)); }
    std::string some_object() { return name_ + "/object-" + std::to_string(pick(8)); }
    void complain(const std::string& what) {
        if (complaints_.size() < 20) complaints_.push_back(name_ + ": " + what);
    }
    bool accepted(const gateway::ClientResponse& response, const std::string& what);

    const std::string name_;
    std::mt19937_64 random_;
    DeletedMessages& deleted_;
    Ledger items_, pairs_, object_ledger_;
    std::uint64_t number_ = 0;
    std::uint64_t ordered_number_ = 0;
    std::uint64_t acknowledged_ = 0;
    std::vector<std::string> complaints_;
};

}  // namespace faasd::test
