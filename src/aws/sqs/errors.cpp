#include "aws/sqs/errors.hpp"

#include <array>

#include "model/queues.hpp"

namespace faasd::aws::sqs {
namespace {

struct KnownError {
    std::string_view shape, query_code;
    unsigned status;
};
constexpr std::array kKnown{
    KnownError{"QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue", 400},
    KnownError{"QueueNameExists", "QueueAlreadyExists", 400},
    KnownError{"MessageNotInflight", "AWS.SimpleQueueService.MessageNotInflight", 400},
    KnownError{"PurgeQueueInProgress", "AWS.SimpleQueueService.PurgeQueueInProgress", 403},
    KnownError{"OverLimit", "OverLimit", 403},
    KnownError{"ReceiptHandleIsInvalid", "ReceiptHandleIsInvalid", 404},
    KnownError{"TooManyEntriesInBatchRequest", "AWS.SimpleQueueService.TooManyEntriesInBatchRequest", 400},
    KnownError{"EmptyBatchRequest", "AWS.SimpleQueueService.EmptyBatchRequest", 400},
    KnownError{"BatchEntryIdsNotDistinct", "AWS.SimpleQueueService.BatchEntryIdsNotDistinct", 400},
    KnownError{"BatchRequestTooLong", "AWS.SimpleQueueService.BatchRequestTooLong", 400},
    KnownError{"InvalidBatchEntryId", "AWS.SimpleQueueService.InvalidBatchEntryId", 400},
    KnownError{"UnsupportedOperation", "AWS.SimpleQueueService.UnsupportedOperation", 400},
    KnownError{"InvalidParameterValueException", "InvalidParameterValue", 400},
    KnownError{"MissingRequiredParameterException", "MissingParameter", 400},
    KnownError{"ResourceNotFoundException", "ResourceNotFoundException", 404},
    KnownError{"InvalidAddress", "InvalidAddress", 404},
};

std::string limit_of(const base::Error& error) {
    const auto* detail = dynamic_cast<const model::QueueLimitDetail*>(error.detail.get());
    return detail ? std::to_string(detail->allowed) : std::string("1048576");
}

Error batch_too_long(const base::Error& error) {
    const auto* detail = dynamic_cast<const model::QueueLimitDetail*>(error.detail.get());
    return error_of("BatchRequestTooLong",
                    "Batch requests cannot be longer than " + limit_of(error) + " bytes. You have sent " +
                        (detail ? std::to_string(detail->given) : std::string("more")) + " bytes.");
}

}  // namespace

Error error_of(std::string_view shape, std::string message) {
    for (const KnownError& known : kKnown)
        if (known.shape == shape)
            return {std::string(shape), known.status, std::move(message), std::string(known.query_code)};
    return {std::string(shape), 400, std::move(message), std::string(shape)};
}

Error no_such_queue() {
    Error error = error_of("QueueDoesNotExist", "The specified queue does not exist.");
    error.query_message = "The specified queue does not exist for this wsdl version.";
    return error;
}

Error missing(std::string_view parameter) {
    return error_of("MissingRequiredParameterException",
                    "The request must contain the parameter " + std::string(parameter) + ".");
}

Error invalid_parameter(std::string message) {
    return error_of("InvalidParameterValueException", std::move(message));
}

Error invalid_value(std::string_view value, std::string_view parameter, std::string_view reason) {
    std::string message = "Value ";
    message.append(value)
        .append(" for parameter ")
        .append(parameter)
        .append(" is invalid. Reason: ")
        .append(reason);
    return invalid_parameter(std::move(message));
}

Error not_for_this_queue_type(std::string_view value, std::string_view parameter) {
    return invalid_value(value, parameter,
                         "The request include parameter that is not valid for this queue type.");
}

Error wrong_type(std::string_view parameter, std::string_view type) {
    return {"SerializationException", 400,
            "The value of '" + std::string(parameter) + "' can not be converted to " + std::string(type)};
}

Error message_too_long(const base::Error& error, bool in_batch) {
    if (in_batch)
        return invalid_parameter("One or more parameters cannot be validated. Reason: Message must be shorter than " +
                                 limit_of(error) + " bytes.");
    return invalid_parameter("One or more parameters are invalid. Reason: Message must be shorter than " +
                             limit_of(error) + " bytes.");
}

Error from_engine(const base::Error& error, std::string_view receipt_handle) {
    using model::QueueErrc;
    if (const auto* refusal = dynamic_cast<const RefusalDetail*>(error.detail.get())) return refusal->error;
    if (error.code.category() != model::queue_category())
        return {"InternalError", 500, error.message, "InternalFailure"};
    switch (static_cast<QueueErrc>(error.code.value())) {
        case QueueErrc::no_such_queue:
            return no_such_queue();
        case QueueErrc::queue_exists_with_other_attributes:
            return error_of("QueueNameExists", error.message);
        case QueueErrc::invalid_attribute:
            return error_of("InvalidAttributeValue", error.message);
        case QueueErrc::message_too_long:
            return message_too_long(error, false);
        case QueueErrc::batch_too_long:
            return batch_too_long(error);
        case QueueErrc::too_many_entries:
            return error_of("TooManyEntriesInBatchRequest", error.message);
        case QueueErrc::empty_batch:
            return error_of("EmptyBatchRequest", error.message);
        case QueueErrc::batch_ids_not_distinct:
            return error_of("BatchEntryIdsNotDistinct", error.message);
        case QueueErrc::invalid_receipt_handle:
            return error_of("ReceiptHandleIsInvalid", "The input receipt handle is invalid.");
        case QueueErrc::receipt_handle_expired:
            return invalid_value(receipt_handle, "ReceiptHandle", "The receipt handle has expired.");
        case QueueErrc::no_such_message:
            return invalid_value(receipt_handle, "ReceiptHandle",
                                 "Message does not exist or is not available for visibility timeout change.");
        case QueueErrc::message_not_in_flight:
            return error_of("MessageNotInflight", "The specified message isn't in flight.");
        case QueueErrc::invalid_message_contents:
            return error_of("InvalidMessageContents", error.message);
        case QueueErrc::over_limit:
            return error_of("OverLimit", error.message);
        case QueueErrc::purge_in_progress:
            return error_of("PurgeQueueInProgress", error.message);
        case QueueErrc::missing_group_id:
            return missing("MessageGroupId");
        case QueueErrc::missing_deduplication_id:
            return invalid_parameter(
                "The queue should either have ContentBasedDeduplication enabled or "
                "MessageDeduplicationId provided explicitly");
        case QueueErrc::no_such_move:
            return error_of("ResourceNotFoundException", "Task does not exist.");
        case QueueErrc::no_such_destination:
            return error_of(
                "ResourceNotFoundException",
                "The resource that you specified for the DestinationArn parameter doesn't exist.");
        case QueueErrc::not_a_dead_letter_queue:
            return invalid_parameter("Source queue must be configured as a Dead Letter Queue.");
        case QueueErrc::move_running:
            return invalid_parameter(
                "There is already a task running. Only one active task is allowed for a source "
                "queue arn at a given time.");
        case QueueErrc::invalid_parameter:
        case QueueErrc::wrong_queue_type:
        case QueueErrc::no_such_dead_letter_queue:
        case QueueErrc::redrive_not_allowed:
            break;
    }
    return invalid_parameter(error.message);
}

}  // namespace faasd::aws::sqs
