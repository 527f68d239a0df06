// What S3 says when it refuses ("Error responses", S3 API Reference).
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "aws/protocol/error.hpp"
#include "base/result.hpp"

namespace faasd::aws::s3 {

// Thrown by whatever reads a request; it is answered with it.
struct Refused {
    Error error;
};

using Members = std::initializer_list<std::pair<const char*, std::string_view>>;
[[nodiscard]] Error make_error(std::string code, unsigned status, std::string message, Members members = {});

[[nodiscard]] Error invalid_argument(std::string message, std::string_view name, std::string_view value);
[[nodiscard]] Error invalid_request(std::string message);
[[nodiscard]] Error malformed_xml();
[[nodiscard]] Error access_denied(std::string message = "Access Denied");
[[nodiscard]] Error no_such_bucket(std::string_view bucket);
[[nodiscard]] Error method_not_allowed(std::string_view method, std::string_view resource);

// What an engine's error is called, with the members that its document has.
struct Subject {
    std::string_view bucket, key, version, upload, region, account, range;
    std::uint32_t part = 0;
};
[[nodiscard]] Error to_error(const base::Error& error, const Subject& subject);

}  // namespace faasd::aws::s3
