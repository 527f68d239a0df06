#include <algorithm>

#include "aws/protocol/xml.hpp"
#include "aws/s3/document.hpp"
#include "aws/s3/integrity.hpp"
#include "aws/s3/operations.hpp"
#include "base/text.hpp"
#include "base/units.hpp"

namespace faasd::aws::s3 {
namespace {

std::string owner_of(const model::BucketInfo& bucket) {
    return bucket.account.empty() ? Scope{}.account : bucket.account;
}
std::string region_of(const model::BucketInfo& bucket) {
    return bucket.region.empty() ? Scope{}.region : bucket.region;
}

// The region that the body of a CreateBucket names.
std::string wanted_region(const Exchange& exchange) {
    const std::string body = checked_body(exchange);
    if (body.empty()) return {};
    pugi::xml_document document;
    const auto root = parse_document(document, body, "CreateBucketConfiguration");
    return root.child("LocationConstraint").text().as_string();
}

}  // namespace

void list_buckets(const ExchangePtr& exchange) {
    const std::string prefix = exchange->query_or("prefix");
    const std::string region = exchange->query_or("bucket-region");
    const std::string after = exchange->query_or("continuation-token");
    const std::uint64_t most = exchange->query_number("max-buckets", 1, 10'000).value_or(10'000);
    XmlAnswer answer("ListAllMyBucketsResult");
    auto owner = answer.root.append_child("Owner");
    write_owner(owner, exchange->visit.scope.account);
    auto list = answer.root.append_child("Buckets");
    std::uint64_t count = 0;
    std::string last;
    for (const model::BucketInfo& bucket : exchange->blobs().buckets()) {
        if (owner_of(bucket) != exchange->visit.scope.account || !bucket.name.starts_with(prefix)) continue;
        if ((!region.empty() && region_of(bucket) != region) || (!after.empty() && bucket.name <= after))
            continue;
        if (count++ == most) {
            add_text(answer.root, "ContinuationToken", last);
            break;
        }
        auto node = list.append_child("Bucket");
        add_text(node, "Name", bucket.name);
        add_text(node, "CreationDate", base::format_rfc3339(bucket.created_at));
        if (exchange->query("max-buckets") || !region.empty())
            add_text(node, "BucketRegion", region_of(bucket));
        last = bucket.name;
    }
    if (!prefix.empty()) add_text(answer.root, "Prefix", prefix);
    exchange->respond_xml(answer.document);
}

void create_bucket(const ExchangePtr& exchange) {
    const std::string constraint = wanted_region(*exchange);
    const std::string& endpoint = exchange->visit.scope.region;
    const std::string region = constraint == "EU" ? "eu-west-1" : constraint;
    if (!region.empty() && endpoint != "us-east-1" && region != endpoint)
        throw Refused{{"IllegalLocationConstraintException", 400,
                       "The " + region +
                           " location constraint is incompatible for the region specific endpoint this "
                           "request was sent to."}};
    if (constraint == "us-east-1")
        throw Refused{make_error("InvalidLocationConstraint", 400,
                                 "The specified location-constraint is not valid",
                                 {{"LocationConstraint", constraint}})};
    model::NewBucket bucket{exchange->address.bucket};
    bucket.account = exchange->visit.scope.account == Scope{}.account ? "" : exchange->visit.scope.account;
    bucket.region = region.empty() ? endpoint : region;
    const bool plain = bucket.region == "us-east-1";
    if (plain) bucket.region.clear();
    bucket.object_lock = base::iequals(exchange->header_or("x-amz-bucket-object-lock-enabled"), "true");
    const std::string ownership = exchange->header_or("x-amz-object-ownership");
    exchange->blobs().create_bucket(
        std::move(bucket), [exchange, plain, ownership](const base::Result<>& done) {
            const auto created = [](const ExchangePtr& answered) {
                answered->respond_nothing(200, {{"Location", "/" + answered->address.bucket}});
            };
            if (done) {
                if (ownership.empty()) return created(exchange);
                return exchange->blobs().set_document(
                    exchange->address.bucket, "ownershipControls", ownership_document(ownership),
                    [exchange, created](const base::Result<>&) { created(exchange); });
            }
            const Error error = to_error(done.error(), exchange->subject());
            // As always in the oldest region.
            if (plain && error.code == "BucketAlreadyOwnedByYou") return created(exchange);
            exchange->refuse(error);
        });
}

void head_bucket(const ExchangePtr& exchange) {
    const auto bucket = exchange->blobs().bucket(exchange->address.bucket);
    if (!bucket) return exchange->refuse(bucket.error());
    exchange->respond_nothing(200, {{"x-amz-bucket-region", region_of(*bucket)},
                                    {"x-amz-access-point-alias", "false"},
                                    {"Content-Type", "application/xml"}});
}

void delete_bucket(const ExchangePtr& exchange) {
    exchange->blobs().remove_bucket(exchange->address.bucket, answer_nothing(exchange));
}

void get_bucket_location(const ExchangePtr& exchange) {
    const auto bucket = exchange->blobs().bucket(exchange->address.bucket);
    if (!bucket) return exchange->refuse(bucket.error());
    XmlAnswer answer("LocationConstraint");
    if (!bucket->region.empty()) answer.root.text() = bucket->region.c_str();
    exchange->respond_xml(answer.document);
}

void get_bucket_versioning(const ExchangePtr& exchange) {
    const auto bucket = exchange->blobs().bucket(exchange->address.bucket);
    if (!bucket) return exchange->refuse(bucket.error());
    XmlAnswer answer("VersioningConfiguration");
    if (bucket->versioning != model::Versioning::off)
        add_text(answer.root, "Status",
                 bucket->versioning == model::Versioning::enabled ? "Enabled" : "Suspended");
    exchange->respond_xml(answer.document);
}

void put_bucket_versioning(const ExchangePtr& exchange) {
    pugi::xml_document document;
    const auto root = parse_document(document, checked_body(*exchange), "VersioningConfiguration");
    const std::string_view status = root.child("Status").text().as_string();
    if (std::string_view(root.child("MfaDelete").text().as_string()) == "Enabled")
        throw Refused{not_implemented("MfaDelete")};
    if (status != "Enabled" && status != "Suspended") throw Refused{malformed_xml()};
    exchange->blobs().set_versioning(
        exchange->address.bucket,
        status == "Enabled" ? model::Versioning::enabled : model::Versioning::suspended,
        answer_nothing(exchange, 200));
}

}  // namespace faasd::aws::s3
