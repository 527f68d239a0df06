#include "aws/s3/acl.hpp"

#include <array>

#include "aws/protocol/xml.hpp"
#include "aws/s3/document.hpp"
#include "aws/s3/integrity.hpp"
#include "aws/s3/operations.hpp"

namespace faasd::aws::s3 {
namespace {

constexpr char kAllUsers[] = "http://acs.amazonaws.com/groups/global/AllUsers";
constexpr char kAuthenticatedUsers[] = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers";
constexpr char kLogDelivery[] = "http://acs.amazonaws.com/groups/s3/LogDelivery";

struct Canned {
    std::string_view name;
    const char* group;  // null: the owner alone
    const char* permissions[2];
};
constexpr std::array kCanned{
    Canned{"private", nullptr, {nullptr, nullptr}},
    Canned{"public-read", kAllUsers, {"READ", nullptr}},
    Canned{"public-read-write", kAllUsers, {"READ", "WRITE"}},
    Canned{"authenticated-read", kAuthenticatedUsers, {"READ", nullptr}},
    Canned{"log-delivery-write", kLogDelivery, {"WRITE", "READ_ACP"}},
    Canned{"bucket-owner-read", nullptr, {nullptr, nullptr}},
    Canned{"bucket-owner-full-control", nullptr, {nullptr, nullptr}},
    Canned{"aws-exec-read", nullptr, {nullptr, nullptr}},
};

const Canned* find_canned(std::string_view name) {
    for (const Canned& one : kCanned)
        if (one.name == name) return &one;
    return nullptr;
}

pugi::xml_node add_grantee(pugi::xml_node list, const char* type) {
    auto grantee = list.append_child("Grant").append_child("Grantee");
    grantee.append_attribute("xmlns:xsi") = "http://www.w3.org/2001/XMLSchema-instance";
    grantee.append_attribute("xsi:type") = type;
    return grantee;
}

constexpr std::array kGrantHeaders{
    std::pair{"x-amz-grant-full-control", "FULL_CONTROL"}, std::pair{"x-amz-grant-read", "READ"},
    std::pair{"x-amz-grant-read-acp", "READ_ACP"}, std::pair{"x-amz-grant-write", "WRITE"},
    std::pair{"x-amz-grant-write-acp", "WRITE_ACP"}};

// `id="…", uri="…"`
void add_grants(pugi::xml_node list, std::string_view grantees, const char* permission) {
    while (!grantees.empty()) {
        std::string_view one = grantees.substr(0, grantees.find(','));
        grantees.remove_prefix(std::min(one.size() + 1, grantees.size()));
        while (one.starts_with(' '))
            one.remove_prefix(1);
        const std::string_view kind = one.substr(0, one.find('='));
        std::string_view value = one.substr(std::min(kind.size() + 1, one.size()));
        if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
            value = value.substr(1, value.size() - 2);
        const bool known = kind == "id" || kind == "uri" || kind == "emailAddress";
        if (!known || value.empty())
            throw Refused{invalid_argument("Argument format not recognized", "x-amz-grant", one)};
        auto grantee = add_grantee(list, kind == "uri"  ? "Group"
                                         : kind == "id" ? "CanonicalUser"
                                                        : "AmazonCustomerByEmail");
        add_text(grantee, kind == "uri" ? "URI" : kind == "id" ? "ID" : "EmailAddress", value);
        add_text(grantee.parent(), "Permission", permission);
    }
}

}  // namespace

std::string read_acl(const Exchange& exchange) {
    if (const auto canned = exchange.header("x-amz-acl")) {
        if (!find_canned(*canned)) throw Refused{invalid_argument("", "x-amz-acl", *canned)};
        return *canned == "private" ? std::string{} : std::string(*canned);
    }
    pugi::xml_document granted;
    auto policy = granted.append_child("AccessControlPolicy");
    write_owner(policy.append_child("Owner"), exchange.visit.scope.account);
    auto list = policy.append_child("AccessControlList");
    for (const auto& [header, permission] : kGrantHeaders)
        if (const auto grantees = exchange.header(header)) add_grants(list, *grantees, permission);
    if (list.first_child()) return to_text(granted);
    const std::string body = checked_body(exchange);
    if (body.empty())
        throw Refused{Error{"MissingSecurityHeader", 400, "Your request was missing a required header"}};
    pugi::xml_document document;
    const auto root = parse_document(document, body, "AccessControlPolicy");
    if (!root.child("Owner").child("ID"))
        throw Refused{Error{"MalformedACLError", 400, malformed_xml().message}};
    for (const pugi::xml_node grant : root.child("AccessControlList").children("Grant")) {
        const std::string_view permission = grant.child("Permission").text().as_string();
        const bool known = permission == "FULL_CONTROL" || permission == "READ" || permission == "WRITE" ||
                           permission == "READ_ACP" || permission == "WRITE_ACP";
        if (!known || !grant.child("Grantee"))
            throw Refused{Error{"MalformedACLError", 400, malformed_xml().message}};
    }
    return to_text(document);
}

void answer_acl(Exchange& exchange, const std::string& kept) {
    if (kept.starts_with('<')) {
        model::HttpResponse response;
        response.headers = {{"Content-Type", "application/xml"}};
        response.body = kept;
        return exchange.respond(std::move(response));
    }
    XmlAnswer answer("AccessControlPolicy");
    write_owner(answer.root.append_child("Owner"), exchange.visit.scope.account);
    auto list = answer.root.append_child("AccessControlList");
    auto owner = add_grantee(list, "CanonicalUser");
    write_owner(owner, exchange.visit.scope.account);
    add_text(owner.parent(), "Permission", "FULL_CONTROL");
    const Canned* const canned = find_canned(kept);
    if (canned && canned->group) {
        for (const char* permission : canned->permissions) {
            if (!permission) continue;
            auto group = add_grantee(list, "Group");
            add_text(group, "URI", canned->group);
            add_text(group.parent(), "Permission", permission);
        }
    }
    exchange.respond_xml(answer.document);
}

void get_bucket_acl(const ExchangePtr& exchange) {
    const auto kept = exchange->blobs().document(exchange->address.bucket, "acl");
    if (!kept) return exchange->refuse(kept.error());
    answer_acl(*exchange, *kept);
}

void put_bucket_acl(const ExchangePtr& exchange) {
    exchange->blobs().set_document(exchange->address.bucket, "acl", read_acl(*exchange),
                                   answer_nothing(exchange, 200));
}

}  // namespace faasd::aws::s3
