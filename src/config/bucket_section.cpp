#include "config/filter_field.hpp"
#include "config/sections.hpp"

namespace faasd::config {
namespace {

using model::BucketDefinition;
using model::BucketNotification;
using model::ResourceKind;

// S3 User Guide, "Supported event types": those of the operations that there are.
const std::vector<std::string>& event_words() {
    static const std::vector<std::string> words{"created",
                                                "removed",
                                                "ObjectCreated:*",
                                                "ObjectCreated:Put",
                                                "ObjectCreated:Post",
                                                "ObjectCreated:Copy",
                                                "ObjectCreated:CompleteMultipartUpload",
                                                "ObjectRemoved:*",
                                                "ObjectRemoved:Delete",
                                                "ObjectRemoved:DeleteMarkerCreated"};
    return words;
}

std::string event_name(std::string_view word) {
    if (word == "created") return "ObjectCreated:*";
    if (word == "removed") return "ObjectRemoved:*";
    return std::string(word);
}

Field<BucketNotification> events_field() {
    ValueDescription element = ValueDescription::text("event");
    element.kind = ValueDescription::Kind::choice;
    element.choices = event_words();
    return {{"events", ValueDescription::list_of(element), "What happened to the object.", R"(["created"])",
             false},
            [](Reading& reading, const Node& node, BucketNotification& into) {
                into.events.clear();
                for (const Node* one : reading.elements("events", node)) {
                    Node plain = *one;
                    if (plain.text.starts_with("s3:")) plain.text.erase(0, 3);
                    if (const auto index = reading.choice("events", plain, event_words()))
                        into.events.push_back(event_name(event_words()[*index]));
                }
                if (node.is_list() && node.items.empty())
                    reading.error(node, "'events' is empty", "allowed: " + joined(event_words()));
            }};
}

void check_notification(Reading& reading, const Node& at, const Node& map, BucketNotification& notification) {
    if (!map.find("events")) notification.events = {"ObjectCreated:*"};
    const Node* function = map.find("function");
    const Node* queue = map.find("queue");
    if (!function && !queue)
        reading.error(at, reading.where() + " goes nowhere", "write 'function: name' or 'queue: name'");
    if (function && queue)
        reading.error(at, reading.where() + " has both 'function' and 'queue'", "write two notifications");
    if (queue && queue->is_scalar())
        reading.at_end([&reading, queue](const model::App&) {
            const model::QueueDefinition* target = reading.queue(queue->text);
            if (target && target->attributes.fifo)
                reading.error(*queue, "a bucket can't notify a FIFO queue",
                              "use a standard queue, as S3 demands");
        });
}

Field<BucketDefinition> notifications_field() {
    return {{"notifications",
             ValueDescription::list_of(notification_section().value()),
             "Who is told of changes. Each one that matches is told.",
             {},
             false},
            [](Reading& reading, const Node& node, BucketDefinition& into) {
                if (node.is_null()) return;
                std::vector<const Node*> all;
                if (node.is_map()) {
                    all.push_back(&node);
                } else {
                    all = reading.elements("notifications", node);
                }
                for (const Node* one : all) {
                    Reading::Scope scope(reading, "notification");
                    notification_section().read(reading, *one, *one, into.notifications.emplace_back());
                }
            }};
}

}  // namespace

const Section<BucketNotification>& notification_section() {
    using N = BucketNotification;
    static const Section<N> section =
        Section<N>(
            "notification", "buckets.<name>.notifications[]",
            "Tells a function or a queue of changed objects, in the transaction that changes them.",
            {events_field(), text_field<N>("prefix", &N::prefix, "text", "Only keys that start with it."),
             text_field<N>("suffix", &N::suffix, "text", "Only keys that end with it."),
             filter_field<N>(&N::filters, "Only changes whose event record matches one of these event patterns: "
                                          "`{ s3: { object: { size: [{ numeric: [\">\", 0] }] } } }`."),
             reference_field<N>("function", &N::function, ResourceKind::function,
                                "The function to call. Either this or `queue`."),
             reference_field<N>("queue", &N::queue, ResourceKind::queue,
                                "The queue to send to. Either this or `function`.")})
            .check(check_notification)
            .foreign(
                {{"event", "did you mean 'events'?"}, {"filter", "write prefix and suffix beside 'events', or an event pattern below 'filters'"}});
    return section;
}

const Section<BucketDefinition>& bucket_section() {
    using B = BucketDefinition;
    static const Section<B> section =
        Section<B>("bucket", "buckets.<name>",
                   "A bucket of objects, with the semantics of Amazon S3. `{}` takes every default.",
                   {notifications_field()})
            .may_be_empty()
            .foreign({{"events", "write notifications: [{ events: [created], function: name }]"},
                      {"consumer", "write notifications: [{ events: [created], function: name }]"}});
    return section;
}

}  // namespace faasd::config
