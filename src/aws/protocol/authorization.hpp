// Who signed a request, and for which service: Signature Version 4 as it stands in a request ("Signature Version 4
// signing process", AWS General Reference; query string authentication, S3 API Reference).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "aws/protocol/call.hpp"
#include "model/http.hpp"

namespace faasd::aws {

// Views into the request.
struct Authorization {
    std::string_view access_key, date, region, service;  // of the credential scope
    std::string_view signed_headers, signature;
    bool presigned = false;  // it stands in the query
};

// Nothing where the request is not signed, or not in a form that names a scope.
[[nodiscard]] std::optional<Authorization> find_authorization(const model::HttpRequest& request);

// "AKID/20261124/us-east-1/s3/aws4_request"; a view into it. Nothing where it is no credential.
[[nodiscard]] std::optional<Authorization> read_credential(std::string_view credential);

// A 12-digit access key is the account; any other belongs to the default account.
[[nodiscard]] Scope scope_of(const std::optional<Authorization>& authorization);

}  // namespace faasd::aws
