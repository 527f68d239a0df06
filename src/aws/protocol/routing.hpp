// Which service a request is for.
#pragma once

#include <optional>
#include <string>

#include "aws/protocol/authorization.hpp"
#include "aws/protocol/call.hpp"
#include "model/http.hpp"

namespace faasd::aws {

struct Target {
    Service service = Service::s3;
    Protocol protocol = Protocol::rest_xml;
    std::string operation;   // where the head names it
    std::string unknown;     // the request is for a service that faasd does not have: its name
};

// Decided in this order, the first that says something: X-Amz-Target, the scope of the signature, the parameter Action,
// the path (/2015-03-31/functions: Lambda), the Host; else it is S3. `form`: the body, where it is a form; the head
// alone (before the body was read) decides everything but unsigned query requests.
[[nodiscard]] Target route(const model::HttpRequest& request, const std::optional<Authorization>& authorization,
                           std::string_view form = {});

// "photos.s3.localhost.localstack.cloud", "photos.s3.amazonaws.com", "photos.s3-website…": the host names a bucket.
[[nodiscard]] bool is_bucket_host(std::string_view host);

// The body is a form, so `route` wants it.
[[nodiscard]] bool has_form(const model::HttpRequest& request);

}  // namespace faasd::aws
