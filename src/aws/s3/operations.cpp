#include "aws/s3/operations.hpp"

#include <array>

#include "aws/protocol/query_string.hpp"

namespace faasd::aws::s3 {
namespace {

using enum Level;

// Of several that fit, the first is meant: those with a subresource or a header come before those without.
// Documents are of one shape: GET, PUT and DELETE of a subresource.
constexpr Route kRoutes[] = {
    {"ListBuckets", "GET", service, "", list_buckets, true},

    {"GetBucketAccelerateConfiguration", "GET", bucket, "accelerate", get_document},
    {"PutBucketAccelerateConfiguration", "PUT", bucket, "accelerate", put_document},
    {"GetBucketAcl", "GET", bucket, "acl", get_bucket_acl},
    {"PutBucketAcl", "PUT", bucket, "acl", put_bucket_acl},
    {"GetBucketAnalyticsConfiguration", "GET", bucket, "analytics"},
    {"PutBucketAnalyticsConfiguration", "PUT", bucket, "analytics"},
    {"DeleteBucketAnalyticsConfiguration", "DELETE", bucket, "analytics"},
    {"ListBucketAnalyticsConfigurations", "GET", bucket, "analytics"},
    {"GetBucketCors", "GET", bucket, "cors", get_document},
    {"PutBucketCors", "PUT", bucket, "cors", put_document},
    {"DeleteBucketCors", "DELETE", bucket, "cors", delete_document},
    {"DeleteObjects", "POST", bucket, "delete", delete_objects, true},
    {"GetBucketEncryption", "GET", bucket, "encryption", get_document},
    {"PutBucketEncryption", "PUT", bucket, "encryption", put_document},
    {"DeleteBucketEncryption", "DELETE", bucket, "encryption", delete_document},
    {"GetBucketIntelligentTieringConfiguration", "GET", bucket, "intelligent-tiering"},
    {"PutBucketIntelligentTieringConfiguration", "PUT", bucket, "intelligent-tiering"},
    {"DeleteBucketIntelligentTieringConfiguration", "DELETE", bucket, "intelligent-tiering"},
    {"ListBucketIntelligentTieringConfigurations", "GET", bucket, "intelligent-tiering"},
    {"GetBucketInventoryConfiguration", "GET", bucket, "inventory"},
    {"PutBucketInventoryConfiguration", "PUT", bucket, "inventory"},
    {"DeleteBucketInventoryConfiguration", "DELETE", bucket, "inventory"},
    {"ListBucketInventoryConfigurations", "GET", bucket, "inventory"},
    {"GetBucketLifecycleConfiguration", "GET", bucket, "lifecycle", get_bucket_lifecycle},
    {"PutBucketLifecycleConfiguration", "PUT", bucket, "lifecycle", put_bucket_lifecycle},
    {"DeleteBucketLifecycle", "DELETE", bucket, "lifecycle", delete_bucket_lifecycle},
    {"GetBucketLocation", "GET", bucket, "location", get_bucket_location},
    {"GetBucketLogging", "GET", bucket, "logging", get_document},
    {"PutBucketLogging", "PUT", bucket, "logging", put_document},
    {"GetBucketMetadataTableConfiguration", "GET", bucket, "metadataTable"},
    {"CreateBucketMetadataTableConfiguration", "POST", bucket, "metadataTable"},
    {"DeleteBucketMetadataTableConfiguration", "DELETE", bucket, "metadataTable"},
    {"GetBucketMetadataConfiguration", "GET", bucket, "metadataConfiguration"},
    {"CreateBucketMetadataConfiguration", "POST", bucket, "metadataConfiguration"},
    {"DeleteBucketMetadataConfiguration", "DELETE", bucket, "metadataConfiguration"},
    {"UpdateBucketMetadataInventoryTableConfiguration", "PUT", bucket, "metadataInventoryTable"},
    {"UpdateBucketMetadataJournalTableConfiguration", "PUT", bucket, "metadataJournalTable"},
    {"GetBucketMetricsConfiguration", "GET", bucket, "metrics"},
    {"PutBucketMetricsConfiguration", "PUT", bucket, "metrics"},
    {"DeleteBucketMetricsConfiguration", "DELETE", bucket, "metrics"},
    {"ListBucketMetricsConfigurations", "GET", bucket, "metrics"},
    {"GetBucketNotificationConfiguration", "GET", bucket, "notification", get_bucket_notification},
    {"PutBucketNotificationConfiguration", "PUT", bucket, "notification", put_bucket_notification},
    {"GetObjectLockConfiguration", "GET", bucket, "object-lock", get_object_lock_configuration},
    {"PutObjectLockConfiguration", "PUT", bucket, "object-lock", put_object_lock_configuration},
    {"GetBucketOwnershipControls", "GET", bucket, "ownershipControls", get_document},
    {"PutBucketOwnershipControls", "PUT", bucket, "ownershipControls", put_document},
    {"DeleteBucketOwnershipControls", "DELETE", bucket, "ownershipControls", delete_document},
    {"GetBucketPolicy", "GET", bucket, "policy", get_document},
    {"PutBucketPolicy", "PUT", bucket, "policy", put_document},
    {"DeleteBucketPolicy", "DELETE", bucket, "policy", delete_document},
    {"GetBucketPolicyStatus", "GET", bucket, "policyStatus", get_bucket_policy_status},
    {"GetPublicAccessBlock", "GET", bucket, "publicAccessBlock", get_document},
    {"PutPublicAccessBlock", "PUT", bucket, "publicAccessBlock", put_document},
    {"DeletePublicAccessBlock", "DELETE", bucket, "publicAccessBlock", delete_document},
    {"GetBucketReplication", "GET", bucket, "replication", get_document},
    {"PutBucketReplication", "PUT", bucket, "replication", put_document},
    {"DeleteBucketReplication", "DELETE", bucket, "replication", delete_document},
    {"GetBucketRequestPayment", "GET", bucket, "requestPayment", get_document},
    {"PutBucketRequestPayment", "PUT", bucket, "requestPayment", put_document},
    {"CreateSession", "GET", bucket, "session"},
    {"GetBucketTagging", "GET", bucket, "tagging", get_document},
    {"PutBucketTagging", "PUT", bucket, "tagging", put_document},
    {"DeleteBucketTagging", "DELETE", bucket, "tagging", delete_document},
    {"ListMultipartUploads", "GET", bucket, "uploads", list_multipart_uploads, true},
    {"GetBucketVersioning", "GET", bucket, "versioning", get_bucket_versioning},
    {"PutBucketVersioning", "PUT", bucket, "versioning", put_bucket_versioning},
    {"ListObjectVersions", "GET", bucket, "versions", list_object_versions, true},
    {"GetBucketWebsite", "GET", bucket, "website", get_document},
    {"PutBucketWebsite", "PUT", bucket, "website", put_document},
    {"DeleteBucketWebsite", "DELETE", bucket, "website", delete_document},
    {"GetBucketAbac", "GET", bucket, "abac"},
    {"PutBucketAbac", "PUT", bucket, "abac"},
    {"ListObjectsV2", "GET", bucket, "list-type", list_objects_v2, true},
    {"ListObjects", "GET", bucket, "", list_objects, true},
    {"CreateBucket", "PUT", bucket, "", create_bucket},
    {"HeadBucket", "HEAD", bucket, "", head_bucket},
    {"DeleteBucket", "DELETE", bucket, "", delete_bucket},
    {"PostObject", "POST", bucket, "", post_object, false, true},

    {"GetObjectAcl", "GET", object, "acl", get_object_acl},
    {"PutObjectAcl", "PUT", object, "acl", put_object_acl},
    {"GetObjectAttributes", "GET", object, "attributes", get_object_attributes, true},
    {"UpdateObjectEncryption", "PUT", object, "encryption"},
    {"GetObjectLegalHold", "GET", object, "legal-hold", get_object_legal_hold},
    {"PutObjectLegalHold", "PUT", object, "legal-hold", put_object_legal_hold},
    {"RenameObject", "PUT", object, "renameObject"},
    {"RestoreObject", "POST", object, "restore", restore_object},
    {"GetObjectRetention", "GET", object, "retention", get_object_retention},
    {"PutObjectRetention", "PUT", object, "retention", put_object_retention},
    {"SelectObjectContent", "POST", object, "select"},
    {"GetObjectTagging", "GET", object, "tagging", get_object_tagging},
    {"PutObjectTagging", "PUT", object, "tagging", put_object_tagging},
    {"DeleteObjectTagging", "DELETE", object, "tagging", delete_object_tagging},
    {"GetObjectTorrent", "GET", object, "torrent"},
    {"CreateMultipartUpload", "POST", object, "uploads", create_multipart_upload},
    {"UploadPartCopy", "PUT", object, "uploadId", upload_part_copy, true, false, "x-amz-copy-source"},
    {"UploadPart", "PUT", object, "uploadId", upload_part, false, true},
    {"ListParts", "GET", object, "uploadId", list_parts, true},
    {"CompleteMultipartUpload", "POST", object, "uploadId", complete_multipart_upload, true},
    {"AbortMultipartUpload", "DELETE", object, "uploadId", abort_multipart_upload},
    {"CopyObject", "PUT", object, "", copy_object, false, false, "x-amz-copy-source"},
    {"PutObject", "PUT", object, "", put_object, false, true},
    {"GetObject", "GET", object, "", get_object},
    {"HeadObject", "HEAD", object, "", head_object},
    {"DeleteObject", "DELETE", object, "", delete_object},
    {"WriteGetObjectResponse", "POST", service, "WriteGetObjectResponse"},
    {"ListDirectoryBuckets", "GET", service, "x-id=ListDirectoryBuckets"},
};

}  // namespace

std::span<const Route> routes() {
    return kRoutes;
}

const Route* find_route(const model::HttpRequest& request, const Address& address) {
    const Level level = address.bucket.empty() ? service : address.key.empty() ? bucket : object;
    for (const Route& route : kRoutes) {
        if (route.level != level || route.method != request.method) continue;
        if (!route.header.empty() && !request.header(route.header)) continue;
        if (route.subresource.empty() || raw_parameter(request.raw_query, route.subresource)) return &route;
    }
    return nullptr;
}

}  // namespace faasd::aws::s3
