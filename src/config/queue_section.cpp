#include "config/consumer_section.hpp"
#include "config/sections.hpp"

namespace faasd::config {
namespace {

using model::QueueConsumer;
using model::QueueDefinition;
using model::RedrivePolicy;
using model::ResourceKind;
using namespace std::chrono_literals;

template <class Member>
auto attribute(Member member) {
    return [member](QueueDefinition & queue) -> auto& {
        return queue.attributes.*member;
    };
}

// SQS CreateQueue: a dead-letter queue is of the same type, and messages keep their age in it.
void check_redrive(Reading& reading, const Node& node, const QueueDefinition& queue) {
    const Node* target = node.is_map() ? node.find("queue") : &node;
    if (!target || !target->is_scalar()) return;
    if (target->text == queue.name) {
        reading.error(*target, "a queue can't be its own dead-letter queue");
        return;
    }
    reading.at_end([&reading, target, name = queue.name, fifo = queue.attributes.fifo,
                    retention = queue.attributes.retention](const model::App&) {
        const QueueDefinition* dead = reading.queue(target->text);
        if (!dead) return;
        if (dead->attributes.fifo != fifo)
            reading.error(
                *target,
                "queue " + in_quotes(name) + (fifo ? " is a FIFO queue" : " is a standard queue") +
                    ", its dead-letter queue is not",
                fifo ? "the dead-letter queue of a FIFO queue is a FIFO queue: its name ends in .fifo"
                     : "the dead-letter queue of a standard queue is a standard queue");
        if (dead->attributes.retention < retention)
            reading.warning(
                *target,
                "the dead-letter queue keeps messages for " +
                    base::format_duration(dead->attributes.retention) + ", its source for " +
                    base::format_duration(retention),
                "a message keeps its age when it moves, so it may be gone before anybody sees it: raise "
                "the dead-letter queue's retention");
    });
}

// Lambda CreateEventSourceMapping refuses a visibility timeout under the function's timeout: the message
// would be delivered again while the function still works on it.
void check_consumer(Reading& reading, const Node& at, const Node& node, const QueueDefinition& queue) {
    const Node* target = node.is_map() ? node.find("function") : &node;
    if (!target || !target->is_scalar()) return;
    reading.at_end([&reading, &at, target, name = queue.name,
                    visibility = queue.attributes.visibility_timeout](const model::App&) {
        const model::FunctionDefinition* function = reading.function(target->text);
        if (function && function->timeout > visibility)
            reading.warning(
                at,
                "the visibility timeout of queue " + in_quotes(name) + " (" +
                    base::format_duration(visibility) + ") is shorter than the timeout of function " +
                    in_quotes(function->name) + " (" + base::format_duration(function->timeout) + ")",
                "messages may be delivered again while they are worked on: raise visibility_timeout to at "
                "least the function's timeout, better to six times of it");
    });
}

void check_queue(Reading& reading, const Node& at, const Node& map, QueueDefinition& queue) {
    const bool named_fifo = queue.name.ends_with(".fifo");
    const Node* fifo = map.find("fifo");
    if (!fifo) queue.attributes.fifo = named_fifo;
    if (fifo && queue.attributes.fifo && !named_fifo)
        reading.error(*fifo, "the name of a FIFO queue ends in .fifo", "call it '" + queue.name + ".fifo'");
    if (fifo && !queue.attributes.fifo && named_fifo)
        reading.error(*fifo, "a queue whose name ends in .fifo is a FIFO queue",
                      "write fifo: true, or rename it");
    for (const char* key : {"content_based_deduplication", "deduplication_scope"})
        if (const Node* node = map.find(key); node && !queue.attributes.fifo)
            reading.error(*node, in_quotes(key) + " is for FIFO queues only",
                          "add fifo: true and end the name in .fifo");
    if (const Node* redrive = map.find("dead_letter_queue")) check_redrive(reading, *redrive, queue);
    if (const Node* consumer = map.find("consumer")) {
        const Node* visibility = map.find("visibility_timeout");
        check_consumer(reading, visibility ? *visibility : at, *consumer, queue);
    }
}

}  // namespace

const Section<RedrivePolicy>& redrive_section() {
    using R = RedrivePolicy;
    static const Section<R> section =
        Section<R>(
            "dead-letter queue", "queues.<name>.dead_letter_queue",
            "Where a message goes that was received too often without being deleted. The short form is the "
            "queue's name alone.",
            {reference_field<R>("queue", &R::dead_letter_queue, ResourceKind::queue,
                                "The queue, of the same type (standard or FIFO).")
                 .required(),
             integer_field<R>("max_receive_count", &R::max_receive_count, 1, 1000,
                              "Receives before it moves.")})
            .short_form(ValueDescription::text("the name of a queue"),
                        [](Reading& reading, const Node& node, R& into) {
                            if (auto name = reading.text("dead_letter_queue", node)) {
                                reading.refer(ResourceKind::queue, node, *name);
                                into.dead_letter_queue = std::move(*name);
                            }
                        });
    return section;
}

const Section<QueueConsumer>& queue_consumer_section() {
    using C = QueueConsumer;
    static const Section<C> section = consumer_section<C>(
        "queues.<name>.consumer", "the queue's messages", "messages",
        {integer_field<C>("max_concurrency", &C::max_concurrency, 1, 1000, "Batches in work at once."),
         boolean_field<C>("report_batch_item_failures", &C::report_batch_item_failures,
                          "The function may name the messages that failed; only they come again.")});
    return section;
}

const Section<QueueDefinition>& queue_section() {
    using Q = QueueDefinition;
    using A = model::QueueAttributes;
    static const Section<Q> section =
        Section<Q>(
            "queue", "queues.<name>", "A queue, with the semantics of Amazon SQS. `{}` takes every default.",
            {duration_field<Q>(
                 "visibility_timeout", attribute(&A::visibility_timeout), 0s, 12h,
                 "A received message is hidden for this long; not deleted by then, it comes again."),
             duration_field<Q>("delay", attribute(&A::delay), 0s, 15min,
                               "A sent message is hidden for this long."),
             duration_field<Q>("retention", attribute(&A::retention), 60s, std::chrono::hours{24 * 14},
                               "An older message is dropped."),
             duration_field<Q>("receive_wait", attribute(&A::receive_wait), 0s, 20s,
                               "Long polling: how long a receive waits for a message."),
             size_field<Q>("max_message_size", attribute(&A::max_message_size), 1024, 1024 * 1024,
                           "The most that body and attributes may have together."),
             boolean_field<Q>(
                 "fifo", attribute(&A::fifo),
                 "Keeps the order within a group. The name ends in `.fifo` then (and such a name alone "
                 "makes it one)."),
             boolean_field<Q>("content_based_deduplication", attribute(&A::content_based_deduplication),
                              "FIFO: the deduplication id is made from the body."),
             choice_field<Q, decltype(attribute(&A::deduplicate_by_group)), bool>(
                 "deduplication_scope", attribute(&A::deduplicate_by_group),
                 {{"queue", false}, {"messageGroup", true}}, "FIFO: where a deduplication id is unique."),
             section_field<Q>("dead_letter_queue", attribute(&A::redrive), redrive_section(),
                              "Where messages go that can't be worked off."),
             section_field<Q>("consumer", &Q::consumer, queue_consumer_section(),
                              "The function that gets the messages.")})
            .may_be_empty()
            .check(check_queue)
            .foreign({{"dlq", "did you mean 'dead_letter_queue'?"},
                      {"redrive_policy", "write dead_letter_queue: { queue: name, max_receive_count: 3 }"},
                      {"RedrivePolicy", "write dead_letter_queue: { queue: name, max_receive_count: 3 }"},
                      {"max_receive_count", "write dead_letter_queue: { queue: name, max_receive_count: 3 }"},
                      {"function", "did you mean 'consumer'?"},
                      {"type", "write fifo: true, and end the name in .fifo"},
                      {"batch_size", "write consumer: { function: name, batch_size: 10 }"}});
    return section;
}

}  // namespace faasd::config
