// S3's operations, and which of them a request is.
#pragma once

#include <span>
#include <string_view>

#include "aws/s3/exchange.hpp"

namespace faasd::aws::s3 {

enum class Level { service, bucket, object };

struct Route {
    std::string_view name;
    std::string_view method;
    Level level;
    std::string_view subresource;               // of the query; empty: none
    void (*run)(const ExchangePtr&) = nullptr;  // null: faasd does not have it. May throw Refused.
    bool blocks = false;                        // it reads much, and so must not run on the I/O thread
    bool streams = false;                       // its body is an object's
    std::string_view header{};                  // it has this one as well
};

[[nodiscard]] std::span<const Route> routes();
// Null: no operation is like this.
[[nodiscard]] const Route* find_route(const model::HttpRequest& request, const Address& address);

// Each answers the exchange, now or later.
void list_buckets(const ExchangePtr&);
void create_bucket(const ExchangePtr&);
void head_bucket(const ExchangePtr&);
void delete_bucket(const ExchangePtr&);
void get_bucket_location(const ExchangePtr&);
void list_objects(const ExchangePtr&);
void list_objects_v2(const ExchangePtr&);
void list_object_versions(const ExchangePtr&);

void put_object(const ExchangePtr&);
void get_object(const ExchangePtr&);
void head_object(const ExchangePtr&);
void get_object_attributes(const ExchangePtr&);
void copy_object(const ExchangePtr&);
void delete_object(const ExchangePtr&);
void delete_objects(const ExchangePtr&);
void restore_object(const ExchangePtr&);
void post_object(const ExchangePtr&);

void create_multipart_upload(const ExchangePtr&);
void upload_part(const ExchangePtr&);
void upload_part_copy(const ExchangePtr&);
void list_parts(const ExchangePtr&);
void list_multipart_uploads(const ExchangePtr&);
void complete_multipart_upload(const ExchangePtr&);
void abort_multipart_upload(const ExchangePtr&);

void get_object_tagging(const ExchangePtr&);
void put_object_tagging(const ExchangePtr&);
void delete_object_tagging(const ExchangePtr&);
void get_object_acl(const ExchangePtr&);
void put_object_acl(const ExchangePtr&);
void get_object_retention(const ExchangePtr&);
void put_object_retention(const ExchangePtr&);
void get_object_legal_hold(const ExchangePtr&);
void put_object_legal_hold(const ExchangePtr&);

void get_bucket_versioning(const ExchangePtr&);
void put_bucket_versioning(const ExchangePtr&);
void get_object_lock_configuration(const ExchangePtr&);
void put_object_lock_configuration(const ExchangePtr&);
void get_bucket_lifecycle(const ExchangePtr&);
void put_bucket_lifecycle(const ExchangePtr&);
void delete_bucket_lifecycle(const ExchangePtr&);
void get_bucket_notification(const ExchangePtr&);
void put_bucket_notification(const ExchangePtr&);
void get_bucket_acl(const ExchangePtr&);
void put_bucket_acl(const ExchangePtr&);
void get_bucket_policy_status(const ExchangePtr&);
// Documents that are kept as they are: which one follows from the operation's subresource.
void get_document(const ExchangePtr&);
void put_document(const ExchangePtr&);
void delete_document(const ExchangePtr&);

// A bucket's web site ("Hosting a static website using Amazon S3").
void get_website_page(const ExchangePtr&);

}  // namespace faasd::aws::s3
