#include "aws/dynamodb/refusals.hpp"

#include "aws/dynamodb/value_json.hpp"

namespace faasd::aws::dynamodb {
namespace {

std::string member(std::string_view name, std::string_view text) {
    std::string out = "{";
    write_string(out, name);
    out.push_back(':');
    write_string(out, text);
    out.push_back('}');
    return out;
}

Error condition_failed(const base::Error& error) {
    Error out{"ConditionalCheckFailedException", 400, error.message};
    const auto* detail = dynamic_cast<const model::ConditionalCheckDetail*>(error.detail.get());
    if (detail && detail->item) {
        out.detail = R"({"Item":)";
        write_item(out.detail, *detail->item);
        out.detail.push_back('}');
    }
    return out;
}

Error cancelled(const base::Error& error) {
    Error out{"TransactionCanceledException", 400, error.message};
    const auto* detail = dynamic_cast<const model::TransactionCanceledDetail*>(error.detail.get());
    out.detail = R"({"Message":)";
    write_string(out.detail, error.message);
    if (detail) out.detail.append(R"(,"CancellationReasons":)").append(reasons_json(*detail));
    out.detail.push_back('}');
    return out;
}

}  // namespace

Error validation(std::string message) { return {"com.amazon.coral.validate#ValidationException", 400, std::move(message)}; }

Error serialization(std::string message) {
    Error error{"com.amazon.coral.service#SerializationException", 400, std::move(message)};
    if (!error.message.empty()) error.detail = member("Message", error.message);
    return error;
}

Error not_found(std::string message) { return {"ResourceNotFoundException", 400, std::move(message)}; }

void refuse(Error error) { throw Refusal{std::move(error)}; }

std::string reasons_json(const model::TransactionCanceledDetail& detail) {
    std::string out = "[";
    for (const auto& reason : detail.reasons) {
        if (out.size() > 1) out.push_back(',');
        out += R"({"Code":)";
        write_string(out, reason.code);
        if (!reason.message.empty()) {
            out += R"(,"Message":)";
            write_string(out, reason.message);
        }
        if (reason.item) {
            out += R"(,"Item":)";
            write_item(out, *reason.item);
        }
        out.push_back('}');
    }
    return out + "]";
}

bool is_mistake(const base::Error& error, model::TableMistake mistake) {
    const auto* detail = dynamic_cast<const model::ValidationDetail*>(error.detail.get());
    return detail && detail->mistake == mistake;
}

Error error_of(const base::Error& error) {
    if (error.code.category() != model::table_category())
        return {"InternalServerError", 500, "The request could not be processed: " + error.message};
    switch (static_cast<model::TableErrc>(error.code.value())) {
        case model::TableErrc::no_such_table: return not_found(error.message);
        case model::TableErrc::table_exists: return {"ResourceInUseException", 400, error.message};
        case model::TableErrc::conditional_check_failed: return condition_failed(error);
        case model::TableErrc::transaction_canceled: return cancelled(error);
        case model::TableErrc::transaction_conflict: return {"TransactionConflictException", 400, error.message};
        case model::TableErrc::item_collection_too_large:
            return {"ItemCollectionSizeLimitExceededException", 400, error.message};
        case model::TableErrc::idempotent_parameter_mismatch: return {"IdempotentParameterMismatchException", 400, error.message};
        case model::TableErrc::trimmed_data: return {"TrimmedDataAccessException", 400, error.message};
        case model::TableErrc::validation:
        case model::TableErrc::deletion_protected: break;
    }
    return validation(error.message);
}

}  // namespace faasd::aws::dynamodb
