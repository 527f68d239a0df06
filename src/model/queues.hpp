// Queues with the semantics of Amazon SQS (Developer Guide and API Reference, API version 2012-11-05).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "model/transaction.hpp"

namespace faasd::model {

enum class QueueErrc {
    no_such_queue = 1,
    queue_exists_with_other_attributes,
    invalid_attribute,        // a value outside its documented range
    invalid_parameter,        // a malformed or missing argument
    message_too_long,
    batch_too_long,           // the sum over a batch
    too_many_entries,
    empty_batch,
    batch_ids_not_distinct,
    invalid_receipt_handle,
    message_not_in_flight,
    invalid_message_contents, // characters that SQS refuses
    over_limit,               // too many messages in flight
    purge_in_progress,
    missing_group_id,
    missing_deduplication_id,
    wrong_queue_type,         // an argument that a queue of this type does not take
    receipt_handle_expired,   // FIFO: the visibility timeout ended before the message was deleted
    no_such_dead_letter_queue,
    no_such_message,          // it was deleted, or expired
    redrive_not_allowed,      // the dead-letter queue does not let this queue use it
    not_a_dead_letter_queue,  // no queue names it as its dead-letter queue
    no_such_destination,
    no_such_move,
    move_running,             // another one of the same source
};

// Of message_too_long and batch_too_long, in bytes.
struct QueueLimitDetail final : base::ErrorDetail {
    std::uint64_t allowed = 0, given = 0;
    QueueLimitDetail(std::uint64_t a, std::uint64_t g) : allowed(a), given(g) {}
};

struct RedrivePolicy {
    std::string dead_letter_queue;
    std::uint32_t max_receive_count = 10;
    bool operator==(const RedrivePolicy&) const = default;
};

// Which queues may name this one as their dead-letter queue.
struct RedriveAllow {
    enum class Permission { all, none, listed };
    Permission permission = Permission::all;
    std::vector<std::string> sources;  // listed: these
    bool operator==(const RedriveAllow&) const = default;
};

// Limits in brackets are SQS's; `max_message_size` is in bytes of body and attributes together.
struct QueueAttributes {
    base::Duration visibility_timeout = std::chrono::seconds{30};         // [0, 12 h]
    base::Duration delay = std::chrono::seconds{0};                       // [0, 15 min]
    base::Duration retention = std::chrono::hours{24 * 4};                // [1 min, 14 d]
    base::Duration receive_wait = std::chrono::seconds{0};                // [0, 20 s]
    std::uint32_t max_message_size = 1024 * 1024;                         // [1 KiB, 1 MiB]
    bool fifo = false;                                                    // then the name ends in ".fifo"
    bool content_based_deduplication = false;                             // FIFO only
    bool deduplicate_by_group = false;                                    // DeduplicationScope=messageGroup
    std::optional<RedrivePolicy> redrive;
    std::optional<RedriveAllow> redrive_allow;  // nullopt: not said, which allows all
    std::map<std::string, std::string> other;   // stored and given back: Policy, KmsMasterKeyId, ...
    std::map<std::string, std::string> tags;
    bool operator==(const QueueAttributes&) const = default;
};

struct MessageAttribute {
    std::string data_type;  // String, Number or Binary, with an optional ".suffix"
    std::string value;      // the bytes
    bool operator==(const MessageAttribute&) const = default;
};
using MessageAttributes = std::map<std::string, MessageAttribute>;

struct SendRequest {
    std::string body;
    MessageAttributes attributes;
    std::optional<base::Duration> delay;  // overrides the queue's; not on FIFO queues
    std::string group_id;                 // FIFO: required
    std::string deduplication_id;         // FIFO: required unless content-based
    std::string trace;                    // trace id of the cause; travels with the message
    std::map<std::string, std::string> system_attributes;  // AWSTraceHeader
};

struct SendResult {
    std::string message_id;
    std::string md5_of_body;
    std::string md5_of_attributes;         // empty without attributes
    std::string md5_of_system_attributes;  // empty without
    std::optional<std::string> sequence_number;  // FIFO: 20 digits
};

struct ReceiveRequest {
    std::uint32_t max_messages = 1;                     // [1, 10] on the API; up to 10,000 for mappings
    std::optional<base::Duration> visibility_timeout;   // overrides the queue's
    std::optional<base::Duration> wait;                 // overrides the queue's receive_wait
    // The receiver lives in this daemon and dies with it: after a restart its messages are visible at once
    // instead of after their visibility timeout. The receive stays counted.
    bool internal = false;
    // FIFO: the same receive, tried again within five minutes since its answer was lost, gets the same messages and
    // hides them anew, unless one of them was deleted or its visibility changed since. Empty: none.
    std::string attempt_id{};
};

struct Message {
    std::string id;
    std::string body;
    std::string receipt_handle;
    std::string md5_of_body;
    MessageAttributes attributes;
    std::map<std::string, std::string> system_attributes;  // AWSTraceHeader and DeadLetterQueueSourceArn
    base::TimePoint sent_at{};
    base::TimePoint first_received_at{};
    std::uint32_t receive_count = 0;  // including this one
    std::string group_id;
    std::string deduplication_id;
    std::string sequence_number;
    std::string trace;
    base::TimePoint visible_at{};  // as it was before this receive
};

struct QueueInfo {
    std::string name;
    QueueAttributes attributes;
    base::TimePoint created_at{};
    base::TimePoint modified_at{};
    std::uint64_t visible = 0;      // ApproximateNumberOfMessages
    std::uint64_t in_flight = 0;    // ...NotVisible
    std::uint64_t delayed = 0;      // ...Delayed
    std::optional<base::TimePoint> oldest_sent_at;
};

// Messages on their way from a dead-letter queue to where they came from, or to another queue (StartMessageMoveTask).
struct MoveRequest {
    std::string source;                          // a dead-letter queue
    std::optional<std::string> destination;      // nullopt: each to the queue whose dead letter it is
    std::optional<std::uint32_t> max_per_second; // nullopt: as fast as it goes
};
struct Move {
    enum class Status { running, completed, cancelled, failed };
    std::string id;
    MoveRequest request;
    Status status = Status::running;
    std::uint64_t moved = 0;
    std::uint64_t to_move = 0;  // when it began
    base::TimePoint started_at{};
    std::error_code failure;    // failed: why
};

// Thread-safe. Completions run on the store's writer thread, or before the call returns where the arguments are
// refused: they must be quick and must not block. A completion that reports success comes after the commit.
class Queues {
  public:
    virtual ~Queues() = default;

    // Succeeds if the queue is there with the same attributes (as CreateQueue does).
    virtual void create(std::string name, QueueAttributes attributes, base::Completion<> done) = 0;
    // Creates or changes: what a configuration file says wins.
    virtual void ensure(std::string name, QueueAttributes attributes, base::Completion<> done) = 0;
    virtual void set_attributes(std::string name, QueueAttributes attributes, base::Completion<> done) = 0;
    // Lets `change` alter the attributes as they are, and stores what came out: nobody else's change comes in between.
    // It runs on the store's writer thread, perhaps more than once: it must be quick. What it refuses is refused.
    using Change = std::function<base::Result<>(QueueAttributes&)>;
    virtual void change_attributes(std::string name, Change change, base::Completion<> done) = 0;
    virtual void remove(std::string name, base::Completion<> done) = 0;
    virtual void purge(std::string name, base::Completion<> done) = 0;
    [[nodiscard]] virtual base::Result<QueueInfo> info(std::string_view name) = 0;
    // Without counting: a point read.
    [[nodiscard]] virtual base::Result<QueueAttributes> attributes(std::string_view name) = 0;
    [[nodiscard]] virtual std::vector<std::string> list(std::string_view prefix = {}) = 0;
    // Whose dead-letter queue it is, by name. Blocking.
    [[nodiscard]] virtual base::Result<std::vector<std::string>> redrive_sources(std::string_view name) = 0;

    // One result an entry, in order; the whole fails only where the queue does not exist or the store refuses.
    using SendResults = std::vector<base::Result<SendResult>>;
    virtual void send(std::string queue, std::vector<SendRequest> entries, base::Completion<SendResults> done) = 0;
    // As part of a larger transaction: 'object stored' and 'its notification queued' are one.
    virtual base::Result<SendResult> send_in(Transaction&, std::string_view queue, SendRequest entry) = 0;

    // Completes as soon as a message is there, or empty when the wait is over. The id is 0 where the request is refused
    // at once. `cancel_receive` ends a wait early
    // (the client went away): its completion comes, empty. Messages past their redrive limit go to the
    // dead-letter queue in the same transaction that would have received them.
    using ReceiveId = std::uint64_t;
    virtual ReceiveId receive(std::string queue, ReceiveRequest request,
                              base::Completion<std::vector<Message>> done) = 0;
    virtual void cancel_receive(ReceiveId id) = 0;

    // Messages as they are, without receiving them: for people. Blocking.
    [[nodiscard]] virtual base::Result<std::vector<Message>> peek(std::string_view queue, std::uint32_t limit) = 0;

    using Results = std::vector<base::Result<>>;
    // Deletes by receipt handle; a handle of an older receive still deletes (standard queues), one of a message
    // already gone succeeds, as SQS documents.
    virtual void remove_messages(std::string queue, std::vector<std::string> receipt_handles,
                                 base::Completion<Results> done) = 0;
    // In a larger transaction: 'effect written' and 'message consumed' are one.
    virtual base::Result<> remove_message_in(Transaction&, std::string_view queue, std::string_view receipt_handle) = 0;
    struct VisibilityChange {
        std::string receipt_handle;
        base::Duration timeout{};  // from now; 0 makes it visible at once
    };
    virtual void change_visibility(std::string queue, std::vector<VisibilityChange> changes,
                                   base::Completion<Results> done) = 0;

    // Moves what can be received at its start, until it is done, cancelled, or a queue is missing; goes on after a
    // restart. One at a time a source. What arrives counts as sent anew: a new id, no receives, a full retention period
    // (Developer Guide, "Configure a dead-letter queue redrive"). `done` gets the move's id.
    virtual void start_move(MoveRequest request, base::Completion<std::string> done) = 0;
    // `done` gets how many were moved. They stay where they are. Only one that runs can be cancelled.
    virtual void cancel_move(std::string id, base::Completion<std::uint64_t> done) = 0;
    // Those of the source, the last first, at most `limit`. The last ten a source are kept. Blocking.
    [[nodiscard]] virtual base::Result<std::vector<Move>> moves(std::string_view source, std::size_t limit) = 0;
};

[[nodiscard]] const std::error_category& queue_category();
[[nodiscard]] inline std::error_code make_error_code(QueueErrc e) { return {static_cast<int>(e), queue_category()}; }

}  // namespace faasd::model

template <>
struct std::is_error_code_enum<faasd::model::QueueErrc> : std::true_type {};
