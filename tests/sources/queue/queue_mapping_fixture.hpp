// A mapping that takes the messages of a queue to the function "work", and what that was called with.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sources/queue/queue_mapping.hpp"
#include "sources/world.hpp"

namespace faasd::sources::test {

inline model::QueueAttributes visible_after(base::Duration timeout,
                                            std::optional<model::RedrivePolicy> redrive = {}) {
    model::QueueAttributes attributes;
    attributes.visibility_timeout = timeout;
    attributes.redrive = std::move(redrive);
    return attributes;
}

// One with every default but what `change` sets.
template <class Change>
model::QueueConsumer consumer(Change change) {
    model::QueueConsumer made;
    change(made);
    return made;
}

class Mapping : public World {
  protected:
    ~Mapping() override { end(); }

    void begin(const std::string& queue, model::QueueConsumer consumer) {
        consumer.function = "work";
        mapping_ = std::make_shared<QueueMapping>(
            dependencies(), QueueMapping::Configuration{queue, queue.ends_with(".fifo"), consumer});
        mapping_->start();
    }
    void end() {
        if (!mapping_) return;
        mapping_->stop();
        EXPECT_TRUE(mapping_->wait(base::monotonic_now() + 10s));
        mapping_.reset();
    }
    std::vector<std::string> bodies(std::size_t call) {
        std::vector<std::string> out;
        const auto event = invoker_.call(call)->event();
        for (const auto& record : event["Records"])
            out.push_back(record["body"]);
        return out;
    }
    [[nodiscard]] bool called(std::size_t times) {
        return eventually([&] { return invoker_.count() >= times; });
    }
    [[nodiscard]] bool empty(const std::string& queue) {
        return eventually([&] { return left_in(queue) == 0; });
    }
    // Calls that report the messages with these bodies as failed.
    void fail_bodies(std::set<std::string> bad) {
        invoker_.answer([bad](const model::Invocation& invocation) {
            const auto event = nlohmann::json::parse(std::get<model::Payload>(invocation.event).json);
            nlohmann::json failures = nlohmann::json::array();
            for (const auto& record : event["Records"]) {
                if (bad.contains(record["body"]))
                    failures.push_back({{"itemIdentifier", record["messageId"]}});
            }
            return ScriptedInvoker::success(nlohmann::json{{"batchItemFailures", failures}}.dump());
        });
    }

    std::shared_ptr<QueueMapping> mapping_;
};
using Bodies = std::vector<std::string>;

}  // namespace faasd::sources::test
