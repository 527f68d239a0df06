#include "model/blobs.hpp"
#include "model/queues.hpp"
#include "model/tables.hpp"

namespace faasd::model {
namespace {

struct QueueCategory final : std::error_category {
    [[nodiscard]] const char* name() const noexcept override { return "queue"; }
    [[nodiscard]] std::string message(int value) const override {
        switch (static_cast<QueueErrc>(value)) {
            case QueueErrc::no_such_queue: return "the queue does not exist";
            case QueueErrc::queue_exists_with_other_attributes: return "a queue of this name has other attributes";
            case QueueErrc::invalid_attribute: return "an attribute is outside its allowed range";
            case QueueErrc::invalid_parameter: return "an argument is malformed or missing";
            case QueueErrc::message_too_long: return "the message is longer than the queue allows";
            case QueueErrc::batch_too_long: return "the messages of the batch are together longer than allowed";
            case QueueErrc::too_many_entries: return "more entries than a batch may hold";
            case QueueErrc::empty_batch: return "the batch has no entry";
            case QueueErrc::batch_ids_not_distinct: return "two entries of the batch have the same id";
            case QueueErrc::invalid_receipt_handle: return "the receipt handle is not one of this queue's";
            case QueueErrc::message_not_in_flight: return "the message is not in flight";
            case QueueErrc::invalid_message_contents: return "the message has characters that are not allowed";
            case QueueErrc::over_limit: return "too many messages are in flight";
            case QueueErrc::purge_in_progress: return "the queue was purged within the last 60 seconds";
            case QueueErrc::missing_group_id: return "a message for a FIFO queue needs a group id";
            case QueueErrc::missing_deduplication_id: return "a message for this FIFO queue needs a deduplication id";
            case QueueErrc::wrong_queue_type: return "a queue of this type does not take this argument";
            case QueueErrc::receipt_handle_expired: return "the receipt handle has expired";
            case QueueErrc::no_such_dead_letter_queue: return "the dead-letter queue does not exist";
            case QueueErrc::no_such_message: return "the message does not exist any more";
            case QueueErrc::redrive_not_allowed: return "the dead-letter queue does not let this queue use it";
            case QueueErrc::not_a_dead_letter_queue: return "the queue is no dead-letter queue";
            case QueueErrc::no_such_destination: return "the destination does not exist";
            case QueueErrc::no_such_move: return "there is no such move of messages";
            case QueueErrc::move_running: return "messages of this queue are being moved already";
        }
        return "unknown queue error";
    }
};

struct BlobCategory final : std::error_category {
    [[nodiscard]] const char* name() const noexcept override { return "bucket"; }
    [[nodiscard]] std::string message(int value) const override {
        switch (static_cast<BlobErrc>(value)) {
            case BlobErrc::no_such_bucket: return "the bucket does not exist";
            case BlobErrc::no_such_key: return "the object does not exist";
            case BlobErrc::no_such_upload: return "the multipart upload does not exist";
            case BlobErrc::bucket_exists: return "a bucket of this name exists";
            case BlobErrc::bucket_not_empty: return "the bucket is not empty";
            case BlobErrc::invalid_bucket_name: return "the bucket's name is not valid";
            case BlobErrc::invalid_key: return "the object's key is not valid";
            case BlobErrc::precondition_failed: return "a precondition does not hold";
            case BlobErrc::not_modified: return "the object was not modified";
            case BlobErrc::invalid_range: return "the range lies outside the object";
            case BlobErrc::bad_digest: return "the content does not match its checksum";
            case BlobErrc::invalid_part: return "a part is missing or has another ETag";
            case BlobErrc::invalid_part_order: return "the parts are not in ascending order";
            case BlobErrc::entity_too_small: return "a part other than the last is under 5 MiB";
            case BlobErrc::entity_too_large: return "the object is larger than allowed";
            case BlobErrc::invalid_argument: return "an argument is not valid";
            case BlobErrc::no_such_version: return "the version does not exist";
            case BlobErrc::delete_marker: return "the version is a delete marker";
            case BlobErrc::locked: return "the version is protected by an object lock";
            case BlobErrc::no_object_lock: return "the bucket has no object lock";
            case BlobErrc::invalid_bucket_state: return "the bucket's other settings do not allow that";
            case BlobErrc::other_checksum_form: return "the upload has a checksum of the other form";
            case BlobErrc::part_without_checksum: return "a part is named without its checksum";
            case BlobErrc::size_mismatch: return "the parts are not as long as announced";
            case BlobErrc::metadata_too_large: return "the metadata is larger than allowed";
            case BlobErrc::no_versioning: return "the bucket has no versioning";
        }
        return "unknown bucket error";
    }
};

struct TableCategory final : std::error_category {
    [[nodiscard]] const char* name() const noexcept override { return "table"; }
    [[nodiscard]] std::string message(int value) const override {
        switch (static_cast<TableErrc>(value)) {
            case TableErrc::no_such_table: return "the table does not exist";
            case TableErrc::table_exists: return "a table of this name exists";
            case TableErrc::validation: return "the request is not valid";
            case TableErrc::conditional_check_failed: return "The conditional request failed";
            case TableErrc::transaction_canceled: return "the transaction was cancelled";
            case TableErrc::transaction_conflict: return "another transaction works on the item";
            case TableErrc::item_collection_too_large: return "the item collection is too large";
            case TableErrc::idempotent_parameter_mismatch: return "the token was used with other parameters";
            case TableErrc::trimmed_data: return "the stream no longer holds that record";
            case TableErrc::deletion_protected: return "the table is protected against deletion";
        }
        return "unknown table error";
    }
};

}  // namespace

const std::error_category& queue_category() {
    static const QueueCategory category;
    return category;
}
const std::error_category& blob_category() {
    static const BlobCategory category;
    return category;
}
const std::error_category& table_category() {
    static const TableCategory category;
    return category;
}

}  // namespace faasd::model
