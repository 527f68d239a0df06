// The secrets that signatures are checked with: those that the clients on this machine sign with.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace faasd::daemon {

using Credentials = std::map<std::string, std::string, std::less<>>;  // secret access key by access key id

// The shared credentials file of the AWS SDKs ("Format of the shared config and credentials files", AWS SDKs and Tools
// Reference Guide): every profile of it that has both.
[[nodiscard]] Credentials parse_credentials(std::string_view file);

// Of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and of the shared file: AWS_SHARED_CREDENTIALS_FILE, or
// ~/.aws/credentials.
[[nodiscard]] Credentials find_credentials();

}  // namespace faasd::daemon
