// The documents that S3 takes and gives.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <pugixml.hpp>

#include "aws/s3/errors.hpp"
#include "base/clock.hpp"
#include "model/blobs.hpp"

namespace faasd::aws::s3 {

// The root element; throws Refused (MalformedXML) where it is no XML, is nested
// deeper than 32 elements, or the root has another name.
pugi::xml_node parse_document(pugi::xml_document& document, std::string_view text, std::string_view root);

// 2026-11-24T05:27:52Z, with or without a fraction, or a date alone.
[[nodiscard]] std::optional<base::TimePoint> parse_time(std::string_view text);
// RFC 9110 section 5.6.7, in its preferred form.
[[nodiscard]] std::optional<base::TimePoint> parse_http_date(std::string_view text);

// <ID> and <DisplayName> of an account.
void write_owner(pugi::xml_node into, std::string_view account);
[[nodiscard]] std::string owner_id(std::string_view account);
[[nodiscard]] std::string ownership_document(std::string_view ownership);

// A set of tags: <TagSet><Tag><Key/><Value/></Tag></TagSet>. Throws Refused.
[[nodiscard]] model::Metadata read_tags(pugi::xml_node tag_set, std::size_t most);
void write_tags(pugi::xml_node into, const model::Metadata& tags);
// "a=1&b=2" of x-amz-tagging.
[[nodiscard]] model::Metadata read_tagging_header(std::string_view text);

}  // namespace faasd::aws::s3
