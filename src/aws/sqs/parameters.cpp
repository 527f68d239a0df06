#include "aws/sqs/parameters.hpp"

#include <nlohmann/json.hpp>

#include "aws/protocol/operation_door.hpp"
#include "aws/sqs/errors.hpp"
#include "base/digest.hpp"

namespace faasd::aws::sqs {

using nlohmann::json;

const json* find(const json& params, std::string_view name) {
    const auto found = params.find(name);
    return found == params.end() || found->is_null() ? nullptr : &*found;
}

const std::string* find_text(const json& params, std::string_view name) {
    const json* value = find(params, name);
    if (!value) return nullptr;
    if (!value->is_string()) throw Refusal{wrong_type(name, "a String")};
    return &value->get_ref<const std::string&>();
}

const std::string& required_text(const json& params, std::string_view name) {
    const std::string* value = find_text(params, name);
    if (!value || value->empty()) throw Refusal{missing(name)};
    return *value;
}

std::optional<std::int64_t> find_integer(const json& params, std::string_view name) {
    const json* value = find(params, name);
    if (!value) return std::nullopt;
    // A form's parameters are texts; those that are numbers have become numbers.
    if (value->is_string())
        throw Refusal{invalid_value(value->get_ref<const std::string&>(), name, "Must be an integer.")};
    if (!value->is_number_integer()) throw Refusal{wrong_type(name, "an Integer")};
    // Whatever does not fit is out of every range.
    if (value->is_number_unsigned() && value->get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max())
        return std::numeric_limits<std::int64_t>::max();
    return value->get<std::int64_t>();
}

std::vector<std::string_view> texts(const json& params, std::string_view name) {
    const json* value = find(params, name);
    std::vector<std::string_view> all;
    if (!value) return all;
    if (!value->is_array()) throw Refusal{wrong_type(name, "a List")};
    for (const json& one : *value) {
        if (!one.is_string()) throw Refusal{wrong_type(name, "a List of Strings")};
        all.emplace_back(one.get_ref<const std::string&>());
    }
    return all;
}

const json* find_texts_by_name(const json& params, std::string_view name) {
    const json* value = find(params, name);
    if (!value) return nullptr;
    if (!value->is_object()) throw Refusal{wrong_type(name, "a Map")};
    for (const json& one : *value)
        if (!one.is_string()) throw Refusal{wrong_type(name, "a Map of Strings")};
    return value;
}

QueueAddress queue_of(const Call& call) {
    return address_of(required_text(call.params, "QueueUrl"), call.scope);
}

Page read_page(const json& params) {
    Page page;
    page.most = find_integer(params, "MaxResults");
    if (page.most && (*page.most < 1 || *page.most > 1000))
        throw Refusal{invalid_parameter(
            "Value for parameter MaxResults is invalid. Reason: MaxResults must be between 1 and 1000")};
    if (const std::string* token = find_text(params, "NextToken")) {
        auto after = base::base64_decode(*token);
        if (!after || after->empty()) throw Refusal{invalid_parameter("Invalid or expired next token.")};
        page.after = std::move(*after);
    }
    return page;
}

std::string next_token(std::string_view last) {
    return base::base64_encode(last);
}

}  // namespace faasd::aws::sqs
