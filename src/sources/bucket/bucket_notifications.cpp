#include "sources/bucket/bucket_notifications.hpp"

#include <mutex>

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include "base/digest.hpp"
#include "base/json.hpp"
#include "base/random.hpp"
#include "sources/errors.hpp"
#include "sources/events/bucket_event.hpp"
#include "sources/events/queue_event.hpp"
#include "sources/filter/event_filter.hpp"

namespace faasd::sources {
namespace {

// What the target has against the notification, whereas the store could keep it: no reason to refuse the write.
bool is_the_targets_refusal(const base::Error& error) {
    return error.code.category() == model::queue_category() || error.code.category() == source_category();
}

// Those that a bucket brings along itself: {"rules": [{"id", "events", "prefix", "suffix", "queue" or "function"}]}
std::vector<std::pair<std::string, model::BucketNotification>> read_own_rules(std::string_view text) {
    std::vector<std::pair<std::string, model::BucketNotification>> rules;
    if (text.empty()) return rules;
    const auto document = base::parse_json(text);
    if (!document.is_object() || !document.contains("rules")) return rules;
    for (const auto& one : document["rules"]) {
        model::BucketNotification rule;
        rule.events = one.value("events", std::vector<std::string>{});
        rule.prefix = one.value("prefix", "");
        rule.suffix = one.value("suffix", "");
        rule.queue = one.value("queue", "");
        rule.function = one.value("function", "");
        rules.emplace_back(one.value("id", ""), std::move(rule));
    }
    return rules;
}

}  // namespace

void BucketNotifications::configure(const std::vector<model::BucketDefinition>& buckets) {
    auto rules = std::make_shared<Rules>();
    for (const model::BucketDefinition& bucket : buckets) {
        if (!bucket.notifications.empty()) (*rules)[bucket.name] = bucket.notifications;
    }
    std::unique_lock lock(mutex_);
    rules_ = std::move(rules);
}

base::Result<> BucketNotifications::changed(model::Transaction& transaction,
                                            const model::BlobChange& change) {
    std::shared_lock lock(mutex_);
    const auto rules = rules_;
    lock.unlock();
    if (const auto found = rules->find(change.bucket); found != rules->end()) {
        for (std::size_t i = 0; i < found->second.size(); ++i)
            if (auto done = consider(transaction, change, found->second[i], change.bucket + "-" + std::to_string(i + 1)); !done)
                return done;
    }
    for (const auto& [id, notification] : read_own_rules(change.notifications))
        if (auto done = consider(transaction, change, notification, id); !done) return done;
    return {};
}

base::Result<> BucketNotifications::consider(model::Transaction& transaction, const model::BlobChange& change,
                                             const model::BucketNotification& notification, const std::string& id) {
    if (!selects(notification, change)) return {};
    auto notified = notify(transaction, change, notification, id);
    if (notified || !is_the_targets_refusal(notified.error())) return notified;
    spdlog::warn("bucket {}: {} of {} is not notified: {}", change.bucket, change.name, change.object.key,
                  notified.error().message);
    return {};
}

base::Result<> BucketNotifications::notify(model::Transaction& transaction, const model::BlobChange& change,
                                           const model::BucketNotification& notification,
                                           const std::string& id) {
    std::string event = bucket_event(change, id, base::random_hex(16), dependencies_.identity);
    if (!notification.filters.empty()) {
        const std::string_view record = std::string_view(event).substr(kRecordsHead.size());
        const EventFilter filter(notification.filters);
        if (!filter.wants_record(record.substr(0, record.size() - kRecordsTail.size()))) return {};
    }
    if (!notification.function.empty()) {
        model::AsyncInvocation invocation{
            notification.function,
            {model::CauseKind::bucket, change.bucket + "/" + change.object.key, change.object.trace, {}},
            std::move(event)};
        const auto submitted = submit_->submit_in(transaction, std::move(invocation));
        if (!submitted) return submitted.error();
        return {};
    }
    model::SendRequest message;
    message.body = std::move(event);
    message.trace = change.object.trace;
    if (notification.queue.ends_with(".fifo")) {  // the events of one object in their order
        message.group_id = base::md5_hex(change.object.key);
        message.deduplication_id =
            base::md5_hex(change.bucket + '\n' + change.object.key + '\n' + change.sequencer);
    }
    const auto sent = dependencies_.queues.send_in(transaction, notification.queue, std::move(message));
    if (!sent) return sent.error();
    return {};
}

}  // namespace faasd::sources
