#include "services/blob/conditions.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>

namespace faasd::blob {
namespace {

using model::BlobErrc;

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

std::string_view unquote(std::string_view etag) {
    if (etag.size() >= 2 && etag.front() == '"' && etag.back() == '"') return etag.substr(1, etag.size() - 2);
    return etag;
}

enum class Comparison { strong, weak };

// ETags of objects are hexadecimal digits and a hyphen, so a comma always separates two of a list.
bool matches(std::string_view condition, std::string_view etag, Comparison comparison) {
    while (true) {
        const std::size_t comma = condition.find(',');
        std::string_view candidate = trim(condition.substr(0, comma));
        if (candidate == "*") return true;
        const bool weak = candidate.starts_with("W/");
        if (weak) candidate.remove_prefix(2);
        if (unquote(candidate) == etag && (!weak || comparison == Comparison::weak)) return true;
        if (comma == std::string_view::npos) return false;
        condition.remove_prefix(comma + 1);
    }
}

bool modified_since(const model::ObjectInfo& object, base::TimePoint since) {
    return std::chrono::floor<std::chrono::seconds>(object.modified_at) > since;
}

base::Error condition_error(BlobErrc code, std::string header, std::string message) {
    auto detail = std::make_shared<model::ObjectDetail>();
    detail->condition = std::move(header);
    return {code, std::move(message), std::move(detail)};
}

base::Error failed(const char* header, const model::ObjectInfo& object) {
    return condition_error(
        BlobErrc::precondition_failed, header,
        std::string(header) + " does not hold for '" + object.key + "': its ETag is " + object.etag);
}

}  // namespace

std::string condition_of(const base::Error& error) {
    const auto* const detail = dynamic_cast<const model::ObjectDetail*>(error.detail.get());
    return detail ? detail->condition : std::string{};
}

base::Result<> check_read_conditions(const model::ReadConditions& conditions,
                                     const model::ObjectInfo& object) {
    if (conditions.if_match) {
        if (!matches(*conditions.if_match, object.etag, Comparison::strong))
            return failed("If-Match", object);
    } else if (conditions.if_unmodified_since && modified_since(object, *conditions.if_unmodified_since)) {
        return failed("If-Unmodified-Since", object);
    }
    if (conditions.if_none_match) {
        if (matches(*conditions.if_none_match, object.etag, Comparison::weak)) {
            return condition_error(BlobErrc::not_modified, "If-None-Match",
                                   "'" + object.key + "' has the ETag " + object.etag);
        }
    } else if (conditions.if_modified_since && !modified_since(object, *conditions.if_modified_since)) {
        return condition_error(BlobErrc::not_modified, "If-Modified-Since",
                               "'" + object.key + "' was not modified since");
    }
    return {};
}

base::Result<> check_copy_conditions(const model::ReadConditions& conditions,
                                     const model::ObjectInfo& object) {
    auto checked = check_read_conditions(conditions, object);
    if (checked) return checked;
    return condition_error(BlobErrc::precondition_failed, condition_of(checked.error()),
                           "the source's condition does not hold: " + checked.error().message);
}

base::Result<> check_write_conditions(const model::PutOptions& options, std::string_view key,
                                      std::optional<std::string_view> etag) {
    const std::string name = "'" + std::string(key) + "'";
    if (options.if_none_match && etag) {
        return condition_error(BlobErrc::precondition_failed, "If-None-Match",
                               name + " exists, and If-None-Match: * creates only");
    }
    if (options.if_match) {
        if (!etag)
            return base::Error{BlobErrc::no_such_key, name + " does not exist, so If-Match cannot hold"};
        if (!matches(*options.if_match, *etag, Comparison::strong)) {
            return condition_error(
                BlobErrc::precondition_failed, "If-Match",
                name + " has the ETag " + std::string(*etag) + ", which If-Match does not name");
        }
    }
    return {};
}

base::Result<Slice> resolve_range(const std::optional<model::ByteRange>& range, std::uint64_t size) {
    if (!range || (!range->first && !range->last)) return Slice{0, size};
    if (!range->first) {
        const std::uint64_t length = std::min(*range->last, size);
        if (length > 0) return Slice{size - length, length};
    } else if (*range->first < size && (!range->last || *range->first <= *range->last)) {
        const std::uint64_t last = range->last ? std::min(*range->last, size - 1) : size - 1;
        return Slice{*range->first, last - *range->first + 1};
    }
    return base::Error{BlobErrc::invalid_range,
                       "the range selects nothing of the object's " + std::to_string(size) + " bytes"};
}

}  // namespace faasd::blob
