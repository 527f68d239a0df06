#include "aws/s3/errors.hpp"

#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "model/blobs.hpp"

namespace faasd::aws::s3 {

Error make_error(std::string code, unsigned status, std::string message, Members members) {
    Error error{std::move(code), status, std::move(message)};
    if (members.size() == 0) return error;
    nlohmann::json detail = nlohmann::json::object();
    for (const auto& [name, value] : members)
        detail[name] = std::string(value);
    error.detail = base::to_text(detail);
    return error;
}

Error invalid_argument(std::string message, std::string_view name, std::string_view value) {
    return make_error("InvalidArgument", 400, std::move(message),
                      {{"ArgumentName", name}, {"ArgumentValue", value}});
}

Error invalid_request(std::string message) {
    return {"InvalidRequest", 400, std::move(message)};
}

Error malformed_xml() {
    return {"MalformedXML", 400,
            "The XML you provided was not well-formed or did not validate against our published schema"};
}

Error access_denied(std::string message) {
    return {"AccessDenied", 403, std::move(message)};
}

Error no_such_bucket(std::string_view bucket) {
    return make_error("NoSuchBucket", 404, "The specified bucket does not exist", {{"BucketName", bucket}});
}

Error method_not_allowed(std::string_view method, std::string_view resource) {
    return make_error("MethodNotAllowed", 405, "The specified method is not allowed against this resource.",
                      {{"Method", method}, {"ResourceType", resource}});
}

namespace {

Error bucket_exists(const base::Error& error, const Subject& subject) {
    const auto* const detail = dynamic_cast<const model::BucketDetail*>(error.detail.get());
    const std::string owner = detail && !detail->bucket.account.empty() ? detail->bucket.account : Scope{}.account;
    if (owner == subject.account)
        return make_error(
            "BucketAlreadyOwnedByYou", 409,
            "Your previous request to create the named bucket succeeded and you already own it.",
            {{"BucketName", subject.bucket}});
    return make_error("BucketAlreadyExists", 409,
                      "The requested bucket name is not available. The bucket namespace is shared by all "
                      "users of the system. "
                      "Please select a different name and try again.",
                      {{"BucketName", subject.bucket}});
}

Error invalid_range(const base::Error& error, const Subject& subject) {
    const auto* const detail = dynamic_cast<const model::ObjectDetail*>(error.detail.get());
    const std::string size = detail ? std::to_string(detail->object.size) : "0";
    if (subject.part != 0)
        return make_error(
            "InvalidPartNumber", 416, "The requested partnumber is not satisfiable",
            {{"PartNumberRequested", std::to_string(subject.part)},
             {"ActualPartCount", std::to_string(detail ? std::max(detail->object.parts, 1u) : 1)}});
    return make_error("InvalidRange", 416, "The requested range is not satisfiable",
                      {{"RangeRequested", subject.range}, {"ActualObjectSize", size}});
}

Error precondition_failed(const base::Error& error) {
    const auto* const detail = dynamic_cast<const model::ObjectDetail*>(error.detail.get());
    return make_error("PreconditionFailed", 412, "At least one of the pre-conditions you specified did not hold",
                      {{"Condition", detail ? detail->condition : std::string{}}});
}

Error invalid_key(const Subject& subject) {
    if (subject.key.size() > 1024)
        return make_error("KeyTooLongError", 400, "Your key is too long",
                          {{"Size", std::to_string(subject.key.size())}, {"MaxSizeAllowed", "1024"}});
    return {"InvalidURI", 400, "Couldn't parse the specified URI."};
}

}  // namespace

Error to_error(const base::Error& error, const Subject& subject) {
    // The store or the file system could not do what was right.
    if (error.code.category() != model::blob_category())
        return {"ServiceUnavailable", 503, "Please reduce your request rate. (" + error.message + ")"};
    using enum model::BlobErrc;
    switch (static_cast<model::BlobErrc>(error.code.value())) {
        case no_such_bucket:
            return s3::no_such_bucket(subject.bucket);
        case delete_marker:
        case no_such_key:
            return make_error("NoSuchKey", 404, "The specified key does not exist.", {{"Key", subject.key}});
        case no_such_version:
            return make_error("NoSuchVersion", 404, "The specified version does not exist.",
                              {{"Key", subject.key}, {"VersionId", subject.version}});
        case no_such_upload:
            return make_error(
                "NoSuchUpload", 404,
                "The specified upload does not exist. The upload ID may be invalid, or the upload may have "
                "been aborted or completed.",
                {{"UploadId", subject.upload}});
        case bucket_exists:
            return s3::bucket_exists(error, subject);
        case bucket_not_empty:
            return make_error("BucketNotEmpty", 409, "The bucket you tried to delete is not empty",
                              {{"BucketName", subject.bucket}});
        case invalid_bucket_name:
            return make_error("InvalidBucketName", 400, "The specified bucket is not valid.",
                              {{"BucketName", subject.bucket}});
        case invalid_key:
            return s3::invalid_key(subject);
        case precondition_failed:
            return s3::precondition_failed(error);
        case not_modified:
            return {"NotModified", 304, "Not Modified"};
        case invalid_range:
            return s3::invalid_range(error, subject);
        case bad_digest:
            return {"BadDigest", 400, "The Content-MD5 you specified did not match what we received."};
        case invalid_part:
            return make_error("InvalidPart", 400,
                              "One or more of the specified parts could not be found.  The part may not have "
                              "been uploaded, "
                              "or the specified entity tag may not match the part's entity tag.",
                              {{"UploadId", subject.upload}, {"PartNumber", std::to_string(subject.part)}});
        case invalid_part_order:
            return make_error(
                "InvalidPartOrder", 400,
                "The list of parts was not in ascending order. Parts must be ordered by part number.",
                {{"UploadId", subject.upload}});
        case entity_too_small:
            return make_error("EntityTooSmall", 400,
                              "Your proposed upload is smaller than the minimum allowed size",
                              {{"MinSizeAllowed", "5242880"}});
        case entity_too_large:
            return make_error("EntityTooLarge", 400, "Your proposed upload exceeds the maximum allowed size",
                              {{"MaxSizeAllowed", "5368709120"}});
        case locked:
            return access_denied("Access Denied because object protected by object lock.");
        case no_object_lock:
            return invalid_request("Bucket is missing Object Lock Configuration");
        case invalid_bucket_state:
            return {"InvalidBucketState", 409,
                    "An Object Lock configuration is present on this bucket, so the versioning state cannot be "
                    "changed."};
        case no_versioning:
            return {"InvalidBucketState", 409,
                    "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration"};
        case metadata_too_large:
            return make_error("MetadataTooLarge", 400,
                              "Your metadata headers exceed the maximum allowed metadata size",
                              {{"MaxSizeAllowed", "2048"}});
        case other_checksum_form:
        case part_without_checksum:
        case size_mismatch:
            return invalid_request(error.message);
        case invalid_argument:
            break;
    }
    return {"InvalidArgument", 400, error.message};
}

}  // namespace faasd::aws::s3
