// What buckets are set to and faasd keeps as it is: one table says how each of them is called and checked.
#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "aws/protocol/limited_json.hpp"
#include "aws/protocol/query_string.hpp"
#include "aws/protocol/xml.hpp"
#include "aws/s3/document.hpp"
#include "aws/s3/integrity.hpp"
#include "aws/s3/operations.hpp"

namespace faasd::aws::s3 {
namespace {

struct Kind {
    const char* subresource;
    const char* root;
    const char* missing_code;  // where it is not set; null: `standard` is told instead
    const char* missing_message;
    const char* standard = "";
    unsigned put_status = 200;
    void (*check)(pugi::xml_node root) = nullptr;
};

bool is_one_of(std::string_view value, std::initializer_list<std::string_view> known) {
    return std::ranges::find(known, value) != known.end();
}

void check_cors(pugi::xml_node root) {
    std::size_t rules = 0;
    for (const pugi::xml_node rule : root.children("CORSRule")) {
        if (++rules > 100 || !rule.child("AllowedOrigin") || !rule.child("AllowedMethod"))
            throw Refused{malformed_xml()};
        for (const pugi::xml_node method : rule.children("AllowedMethod"))
            if (const std::string name = method.text().as_string();
                !is_one_of(name, {"GET", "PUT", "POST", "DELETE", "HEAD"}))
                throw Refused{invalid_request(
                    "Found unsupported HTTP method in CORS config. Unsupported method is " + name)};
        for (const char* element : {"AllowedOrigin", "AllowedHeader"})
            for (const pugi::xml_node one : rule.children(element)) {
                const std::string value = one.text().as_string();
                if (value.find('*') != value.rfind('*'))
                    throw Refused{invalid_request(std::string(element) + " \"" + value +
                                                  "\" can not have more than one wildcard.")};
            }
    }
    if (rules == 0) throw Refused{malformed_xml()};
}

void check_tagging(pugi::xml_node root) {
    (void)read_tags(root.child("TagSet"), 50);
}

void check_accelerate(pugi::xml_node root) {
    if (!is_one_of(root.child("Status").text().as_string(), {"Enabled", "Suspended"}))
        throw Refused{malformed_xml()};
}

void check_payment(pugi::xml_node root) {
    if (!is_one_of(root.child("Payer").text().as_string(), {"Requester", "BucketOwner"}))
        throw Refused{malformed_xml()};
}

void check_encryption(pugi::xml_node root) {
    const auto rule = root.child("Rule");
    const auto standard = rule.child("ApplyServerSideEncryptionByDefault");
    if (!rule || (standard && !is_one_of(standard.child("SSEAlgorithm").text().as_string(),
                                         {"AES256", "aws:kms", "aws:kms:dsse"})))
        throw Refused{malformed_xml()};
}

void check_ownership(pugi::xml_node root) {
    if (!is_one_of(root.child("Rule").child("ObjectOwnership").text().as_string(),
                   {"BucketOwnerPreferred", "ObjectWriter", "BucketOwnerEnforced"}))
        throw Refused{malformed_xml()};
}

void check_website(pugi::xml_node root) {
    const auto redirect = root.child("RedirectAllRequestsTo");
    if (redirect ? !redirect.child("HostName") : !root.child("IndexDocument")) throw Refused{malformed_xml()};
    const std::string suffix = root.child("IndexDocument").child("Suffix").text().as_string();
    if (!redirect && (suffix.empty() || suffix.find('/') != std::string::npos))
        throw Refused{
            invalid_argument("The IndexDocument Suffix is not well formed", "IndexDocument", suffix)};
    constexpr std::array<std::string_view, 8> kCodes{"301", "302", "303", "304",
                                                     "305", "306", "307", "308"};
    for (const pugi::xml_node rule : root.child("RoutingRules").children("RoutingRule")) {
        const auto code = rule.child("Redirect").child("HttpRedirectCode");
        const std::string_view text = code.text().as_string();
        if (code && std::ranges::find(kCodes, text) == kCodes.end())
            throw Refused{invalid_request("The provided HTTP redirect code (" + std::string(text) +
                                          ") is not valid. Valid codes are 301 to 308.")};
    }
}

void check_replication(pugi::xml_node root) {
    if (!root.child("Role") || !root.child("Rule")) throw Refused{malformed_xml()};
}

#define STANDARD(root, inner) \
    "<" root " xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">" inner "</" root ">"

constexpr std::array kKinds{
    Kind{"accelerate", "AccelerateConfiguration", nullptr, "", STANDARD("AccelerateConfiguration", ""), 200,
         check_accelerate},
    Kind{"cors", "CORSConfiguration", "NoSuchCORSConfiguration", "The CORS configuration does not exist", "",
         200, check_cors},
    Kind{"encryption", "ServerSideEncryptionConfiguration", nullptr, "",
         STANDARD("ServerSideEncryptionConfiguration",
                  "<Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm>"
                  "</ApplyServerSideEncryptionByDefault><BucketKeyEnabled>false</BucketKeyEnabled></Rule>"),
         200, check_encryption},
    Kind{"logging", "BucketLoggingStatus", nullptr, "", STANDARD("BucketLoggingStatus", "")},
    Kind{"ownershipControls", "OwnershipControls", nullptr, "",
         STANDARD("OwnershipControls", "<Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule>"),
         200, check_ownership},
    Kind{"policy", nullptr, "NoSuchBucketPolicy", "The bucket policy does not exist", "", 204},
    Kind{"publicAccessBlock", "PublicAccessBlockConfiguration", nullptr, "",
         STANDARD("PublicAccessBlockConfiguration",
                  "<BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>true</IgnorePublicAcls>"
                  "<BlockPublicPolicy>true</BlockPublicPolicy><RestrictPublicBuckets>true</"
                  "RestrictPublicBuckets>")},
    Kind{"replication", "ReplicationConfiguration", "ReplicationConfigurationNotFoundError",
         "The replication configuration was not found", "", 200, check_replication},
    Kind{"requestPayment", "RequestPaymentConfiguration", nullptr, "",
         STANDARD("RequestPaymentConfiguration", "<Payer>BucketOwner</Payer>"), 200, check_payment},
    Kind{"tagging", "Tagging", "NoSuchTagSet", "The TagSet does not exist", "", 204, check_tagging},
    Kind{"website", "WebsiteConfiguration", "NoSuchWebsiteConfiguration",
         "The specified bucket does not have a website configuration", "", 200, check_website},
};

// What a bucket without it tells after it was deleted.
constexpr std::array kNotFoundOnceDeleted{
    std::pair{"ownershipControls",
              std::pair{"OwnershipControlsNotFoundError", "The bucket ownership controls were not found"}},
    std::pair{"publicAccessBlock", std::pair{"NoSuchPublicAccessBlockConfiguration",
                                             "The public access block configuration was not found"}},
};

const Kind& kind_of(const Exchange& exchange) {
    for (const Kind& kind : kKinds)
        if (raw_parameter(exchange.visit.request.raw_query, kind.subresource)) return kind;
    throw Refused{not_implemented(exchange.operation)};
}

// A policy is JSON, and S3 looks at it.
std::string read_policy(const Exchange& exchange) {
    const std::string body = checked_body(exchange);
    const auto malformed = [](std::string message) {
        return Refused{Error{"MalformedPolicy", 400, std::move(message)}};
    };
    if (body.size() > kPolicyBytes)
        throw malformed("Policy exceeds the maximum allowed size of " + std::to_string(kPolicyBytes) +
                        " bytes");
    const auto policy = parse_limited(body);
    if (!policy.is_object()) throw malformed("Policies must be valid JSON and the first byte must be '{'");
    if (!policy.contains("Statement")) throw malformed("Missing required field Statement");
    return body;
}

constexpr std::string_view kDeleted = "deleted";

}  // namespace

void get_document(const ExchangePtr& exchange) {
    const Kind& kind = kind_of(*exchange);
    auto text = exchange->blobs().document(exchange->address.bucket, kind.subresource);
    if (!text) return exchange->refuse(text.error());
    if (*text == kDeleted) {
        for (const auto& [subresource, error] : kNotFoundOnceDeleted)
            if (std::string_view(subresource) == kind.subresource)
                throw Refused{
                    make_error(error.first, 404, error.second, {{"BucketName", exchange->address.bucket}})};
        text->clear();
    }
    if (text->empty() && kind.missing_code)
        throw Refused{make_error(kind.missing_code, 404, kind.missing_message,
                                 {{"BucketName", exchange->address.bucket}})};
    model::HttpResponse response;
    response.headers = {{"Content-Type", kind.root ? "application/xml" : "application/json"}};
    response.body = text->empty()
                        ? "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + std::string(kind.standard)
                        : std::move(*text);
    exchange->respond(std::move(response));
}

void put_document(const ExchangePtr& exchange) {
    const Kind& kind = kind_of(*exchange);
    std::string text;
    if (!kind.root) {
        text = read_policy(*exchange);
    } else {
        pugi::xml_document document;
        const std::string body = checked_body(*exchange);
        const auto root = parse_document(document, body, kind.root);
        if (kind.check) kind.check(root);
        text = to_text(document);
    }
    exchange->blobs().set_document(exchange->address.bucket, kind.subresource, std::move(text),
                                   answer_nothing(exchange, kind.put_status));
}

void delete_document(const ExchangePtr& exchange) {
    const Kind& kind = kind_of(*exchange);
    const bool remembers = std::ranges::any_of(kNotFoundOnceDeleted, [&](const auto& one) {
        return std::string_view(one.first) == kind.subresource;
    });
    exchange->blobs().set_document(exchange->address.bucket, kind.subresource,
                                   remembers ? std::string(kDeleted) : std::string{},
                                   answer_nothing(exchange));
}

void get_bucket_policy_status(const ExchangePtr& exchange) {
    const auto text = exchange->blobs().document(exchange->address.bucket, "policy");
    if (!text) return exchange->refuse(text.error());
    if (text->empty())
        throw Refused{make_error("NoSuchBucketPolicy", 404, "The bucket policy does not exist",
                                 {{"BucketName", exchange->address.bucket}})};
    // Public: a statement that allows something to everybody, without a condition.
    bool is_public = false;
    const auto policy = parse_limited(*text);
    auto statements =
        policy.is_object() && policy.contains("Statement") ? policy["Statement"] : nlohmann::json::array();
    if (statements.is_object()) statements = nlohmann::json::array({statements});
    for (const auto& statement : statements) {
        if (!statement.is_object() || statement.value("Effect", nlohmann::json()) != "Allow" ||
            statement.contains("Condition"))
            continue;
        const auto principal = statement.value("Principal", nlohmann::json());
        if (principal == "*" || (principal.is_object() && principal.value("AWS", nlohmann::json()) == "*"))
            is_public = true;
    }
    XmlAnswer answer("PolicyStatus");
    add_text(answer.root, "IsPublic", is_public ? "true" : "false");
    exchange->respond_xml(answer.document);
}

void get_object_lock_configuration(const ExchangePtr& exchange) {
    const auto bucket = exchange->blobs().bucket(exchange->address.bucket);
    if (!bucket) return exchange->refuse(bucket.error());
    if (!bucket->lock.enabled)
        throw Refused{make_error("ObjectLockConfigurationNotFoundError", 404,
                                 "Object Lock configuration does not exist for this bucket",
                                 {{"BucketName", exchange->address.bucket}})};
    XmlAnswer answer("ObjectLockConfiguration");
    add_text(answer.root, "ObjectLockEnabled", "Enabled");
    if (bucket->lock.days != 0 || bucket->lock.years != 0) {
        auto standard = answer.root.append_child("Rule").append_child("DefaultRetention");
        add_text(standard, "Mode", bucket->lock.compliance ? "COMPLIANCE" : "GOVERNANCE");
        if (bucket->lock.days != 0) add_text(standard, "Days", std::to_string(bucket->lock.days));
        if (bucket->lock.years != 0) add_text(standard, "Years", std::to_string(bucket->lock.years));
    }
    exchange->respond_xml(answer.document);
}

void put_object_lock_configuration(const ExchangePtr& exchange) {
    pugi::xml_document document;
    const std::string body = checked_body(*exchange);
    const auto root = parse_document(document, body, "ObjectLockConfiguration");
    if (std::string_view(root.child("ObjectLockEnabled").text().as_string()) != "Enabled")
        throw Refused{malformed_xml()};
    model::ObjectLock lock;
    lock.enabled = true;
    if (const auto rule = root.child("Rule")) {
        const auto standard = rule.child("DefaultRetention");
        const std::string_view mode = standard.child("Mode").text().as_string();
        if (mode != "GOVERNANCE" && mode != "COMPLIANCE") throw Refused{malformed_xml()};
        lock.compliance = mode == "COMPLIANCE";
        const auto days = standard.child("Days"), years = standard.child("Years");
        if (static_cast<bool>(days) == static_cast<bool>(years)) throw Refused{malformed_xml()};
        const int period = (days ? days : years).text().as_int();
        if (period < 1 || period > (days ? 36'500 : 100))
            throw Refused{Error{"InvalidRetentionPeriod", 400,
                                "Default retention period must be a positive integer value."}};
        (days ? lock.days : lock.years) = static_cast<std::uint32_t>(period);
    }
    exchange->blobs().set_object_lock(exchange->address.bucket, lock, answer_nothing(exchange, 200));
}

}  // namespace faasd::aws::s3
