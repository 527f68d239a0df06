// Which stable name and HTTP status an engine's error has at the doors.
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "control/item_json.hpp"
#include "control/operation_table.hpp"
#include "model/blobs.hpp"
#include "model/queues.hpp"
#include "model/tables.hpp"

namespace faasd::control {
namespace {

struct Code {
    const char* name;
    unsigned status;
};

Code queue_code(model::QueueErrc e) {
    using enum model::QueueErrc;
    switch (e) {
        case no_such_queue: return {"NoSuchQueue", 404};
        case queue_exists_with_other_attributes: return {"QueueNameExists", 409};
        case invalid_attribute: return {"InvalidAttributeValue", 400};
        case invalid_parameter: return {"InvalidParameterValue", 400};
        case message_too_long: return {"MessageTooLong", 413};
        case batch_too_long: return {"BatchRequestTooLong", 413};
        case too_many_entries: return {"TooManyEntriesInBatchRequest", 400};
        case empty_batch: return {"EmptyBatchRequest", 400};
        case batch_ids_not_distinct: return {"BatchEntryIdsNotDistinct", 400};
        case invalid_receipt_handle: return {"ReceiptHandleIsInvalid", 400};
        case message_not_in_flight: return {"MessageNotInflight", 400};
        case invalid_message_contents: return {"InvalidMessageContents", 400};
        case over_limit: return {"OverLimit", 429};
        case purge_in_progress: return {"PurgeQueueInProgress", 409};
        case missing_group_id:
        case missing_deduplication_id:
        case wrong_queue_type:
        case no_such_dead_letter_queue:
        case redrive_not_allowed:
        case not_a_dead_letter_queue: return {"InvalidParameterValue", 400};
        case receipt_handle_expired: return {"ReceiptHandleIsInvalid", 400};
        case no_such_message: return {"NoSuchMessage", 404};
        case no_such_destination:
        case no_such_move: return {"ResourceNotFoundException", 404};
        case move_running: return {"MoveRunning", 409};
    }
    return {"QueueError", 400};
}

Code blob_code(model::BlobErrc e) {
    using enum model::BlobErrc;
    switch (e) {
        case no_such_bucket: return {"NoSuchBucket", 404};
        case no_such_key: return {"NoSuchKey", 404};
        case no_such_upload: return {"NoSuchUpload", 404};
        case bucket_exists: return {"BucketAlreadyOwnedByYou", 409};
        case bucket_not_empty: return {"BucketNotEmpty", 409};
        case invalid_bucket_name: return {"InvalidBucketName", 400};
        case invalid_key: return {"InvalidKey", 400};
        case precondition_failed: return {"PreconditionFailed", 412};
        case not_modified: return {"NotModified", 304};
        case invalid_range: return {"InvalidRange", 416};
        case bad_digest: return {"BadDigest", 400};
        case invalid_part: return {"InvalidPart", 400};
        case invalid_part_order: return {"InvalidPartOrder", 400};
        case entity_too_small: return {"EntityTooSmall", 400};
        case entity_too_large: return {"EntityTooLarge", 413};
        case invalid_argument: return {"InvalidArgument", 400};
        case no_such_version: return {"NoSuchVersion", 404};
        case delete_marker: return {"NoSuchKey", 404};
        case locked: return {"AccessDenied", 403};
        case no_object_lock: return {"InvalidRequest", 400};
        case metadata_too_large: return {"MetadataTooLarge", 400};
        case no_versioning:
        case invalid_bucket_state: return {"InvalidBucketState", 409};
        case other_checksum_form:
        case part_without_checksum:
        case size_mismatch: return {"InvalidRequest", 400};
    }
    return {"BucketError", 400};
}

Code table_code(model::TableErrc e) {
    using enum model::TableErrc;
    switch (e) {
        case no_such_table: return {"ResourceNotFoundException", 404};
        case table_exists: return {"ResourceInUseException", 409};
        case validation: return {"ValidationException", 400};
        case conditional_check_failed: return {"ConditionalCheckFailedException", 409};
        case transaction_canceled: return {"TransactionCanceledException", 409};
        case transaction_conflict: return {"TransactionConflictException", 409};
        case item_collection_too_large: return {"ItemCollectionSizeLimitExceededException", 400};
        case idempotent_parameter_mismatch: return {"IdempotentParameterMismatchException", 400};
        case trimmed_data: return {"TrimmedDataAccessException", 400};
        case deletion_protected: return {"ValidationException", 400};
    }
    return {"TableError", 400};
}

std::string detail_of(const base::Error& error) {
    if (const auto* check = dynamic_cast<const model::ConditionalCheckDetail*>(error.detail.get());
        check && check->item)
        return base::to_text(nlohmann::json{{"item", typed_json(*check->item)}});
    if (const auto* cancelled = dynamic_cast<const model::TransactionCanceledDetail*>(error.detail.get())) {
        nlohmann::json reasons = nlohmann::json::array();
        for (const auto& reason : cancelled->reasons) {
            nlohmann::json one = {{"code", reason.code}, {"message", reason.message}};
            if (reason.item) one["item"] = typed_json(*reason.item);
            reasons.push_back(std::move(one));
        }
        return base::to_text(nlohmann::json{{"reasons", std::move(reasons)}});
    }
    return {};
}

}  // namespace

model::OperationError to_operation_error(const base::Error& error) {
    // What the store or the file system reports: the request was right, it could not be done.
    Code code{"StorageError", 507};
    if (error.code.category() == model::queue_category()) {
        code = queue_code(static_cast<model::QueueErrc>(error.code.value()));
    } else if (error.code.category() == model::blob_category()) {
        code = blob_code(static_cast<model::BlobErrc>(error.code.value()));
    } else if (error.code.category() == model::table_category()) {
        code = table_code(static_cast<model::TableErrc>(error.code.value()));
    }
    return {code.name, error.message, detail_of(error), code.status};
}

}  // namespace faasd::control
