#include "aws/s3/document.hpp"

#include <array>
#include <chrono>

#include "aws/protocol/date_time.hpp"
#include "aws/protocol/query_string.hpp"
#include "aws/protocol/xml.hpp"
#include "base/digest.hpp"
#include "base/text.hpp"

namespace faasd::aws::s3 {
namespace {

// No document of S3 is nested half as deeply.
constexpr std::size_t kDeepestDocument = 32;

void add_tag(model::Metadata& tags, std::string name, std::string value) {
    const auto invalid = [&](const char* message) {
        return Refused{make_error("InvalidTag", 400, message, {{"TagKey", name}, {"TagValue", value}})};
    };
    if (name.empty() || name.size() > 512) throw invalid("The TagKey you have provided is invalid");
    if (value.size() > 1024) throw invalid("The TagValue you have provided is invalid");
    if (name.starts_with("aws:")) throw invalid("System tags cannot be added/updated by requester");
    if (!base::is_valid_utf8(name) || name.find('\0') != std::string::npos)
        throw invalid("The TagKey you have provided is invalid");
    if (!base::is_valid_utf8(value) || value.find('\0') != std::string::npos)
        throw invalid("The TagValue you have provided is invalid");
    if (tags.contains(name)) throw invalid("Cannot provide multiple Tags with the same key");
    tags.emplace(std::move(name), std::move(value));
}

void check_count(const model::Metadata& tags, std::size_t most) {
    if (tags.size() > most)
        throw Refused{{"BadRequest", 400,
                       (most == 10 ? "Object" : "Bucket") + std::string(" tags cannot be greater than ") +
                           std::to_string(most)}};
}

}  // namespace

pugi::xml_node parse_document(pugi::xml_document& document, std::string_view text, std::string_view root) {
    const auto parsed =
        document.load_buffer(text.data(), text.size(), pugi::parse_default | pugi::parse_ws_pcdata_single, pugi::encoding_utf8);
    std::string_view name = document.document_element().name();
    name.remove_prefix(std::min(name.find(':') + 1, name.size()));
    if (!parsed || name != root || nests_deeper(document, kDeepestDocument)) throw Refused{malformed_xml()};
    return document.document_element();
}

std::optional<base::TimePoint> parse_time(std::string_view text) {
    if (text.size() < 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    const int year = digits(text, 0, 4), month = digits(text, 5, 2), day = digits(text, 8, 2);
    if (text.size() == 10) return make_time(year, month, day, 0, 0, 0);
    if (text.size() < 20 || (text[10] != 'T' && text[10] != ' ') || text[13] != ':' || text[16] != ':')
        return std::nullopt;
    auto time = make_time(year, month, day, digits(text, 11, 2), digits(text, 14, 2), digits(text, 17, 2));
    if (!time) return std::nullopt;
    std::string_view rest = text.substr(19);
    if (rest.starts_with('.')) {
        std::int64_t unit = 100'000;
        for (rest.remove_prefix(1); !rest.empty() && rest.front() >= '0' && rest.front() <= '9';
             rest.remove_prefix(1)) {
            *time += base::Duration{(rest.front() - '0') * unit};
            unit /= 10;
        }
    }
    if (rest == "Z") return time;
    if (rest.size() != 6 || (rest[0] != '+' && rest[0] != '-') || rest[3] != ':') return std::nullopt;
    const int hours = digits(rest, 1, 2), minutes = digits(rest, 4, 2);
    if (hours < 0 || minutes < 0) return std::nullopt;
    const base::Duration offset = std::chrono::hours{hours} + std::chrono::minutes{minutes};
    return rest[0] == '+' ? *time - offset : *time + offset;
}

std::optional<base::TimePoint> parse_http_date(std::string_view text) {
    // Tue, 24 Nov 2026 05:27:52 GMT
    constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    if (text.size() != 29 || text.substr(25) != " GMT" || text[3] != ',') return parse_time(text);
    for (std::size_t i = 0; i < kMonths.size(); ++i)
        if (text.substr(8, 3) == kMonths[i])
            return make_time(digits(text, 12, 4), static_cast<int>(i + 1), digits(text, 5, 2),
                             digits(text, 17, 2), digits(text, 20, 2), digits(text, 23, 2));
    return std::nullopt;
}

// Canonical user ids have 64 digits.
std::string owner_id(std::string_view account) {
    return base::sha256_hex("faasd " + std::string(account));
}

void write_owner(pugi::xml_node into, std::string_view account) {
    add_text(into, "ID", owner_id(account));
    add_text(into, "DisplayName", account);
}

std::string ownership_document(std::string_view ownership) {
    pugi::xml_document document;
    auto root = document.append_child("OwnershipControls");
    add_text(root.append_child("Rule"), "ObjectOwnership", ownership);
    return to_text(document);
}

model::Metadata read_tags(pugi::xml_node tag_set, std::size_t most) {
    if (!tag_set) throw Refused{malformed_xml()};
    model::Metadata tags;
    for (const pugi::xml_node tag : tag_set.children()) {
        if (tag.type() != pugi::node_element) continue;
        if (std::string_view(tag.name()) != "Tag" || !tag.child("Key")) throw Refused{malformed_xml()};
        add_tag(tags, tag.child("Key").text().as_string(), tag.child("Value").text().as_string());
    }
    check_count(tags, most);
    return tags;
}

void write_tags(pugi::xml_node into, const model::Metadata& tags) {
    auto set = into.append_child("TagSet");
    for (const auto& [name, value] : tags) {
        auto tag = set.append_child("Tag");
        add_text(tag, "Key", name);
        add_text(tag, "Value", value);
    }
}

model::Metadata read_tagging_header(std::string_view text) {
    model::Metadata tags;
    for (auto& [name, value] : parameters(text))
        add_tag(tags, std::move(name), std::move(value));
    check_count(tags, 10);
    return tags;
}

}  // namespace faasd::aws::s3
