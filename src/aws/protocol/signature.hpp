// Signature Version 4, checked: "Create a signed AWS API request", IAM User Guide; "Authenticating Requests: Using Query
// Parameters", S3 API Reference.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "aws/protocol/authorization.hpp"
#include "aws/protocol/error.hpp"
#include "aws/protocol/routing.hpp"
#include "base/clock.hpp"
#include "model/http.hpp"

namespace faasd::aws {

// Immutable, thread-safe. Keep the clock as long.
class SignatureCheck {
  public:
    // `secrets`: the secret access key of each access key.
    SignatureCheck(std::map<std::string, std::string, std::less<>> secrets, const base::Clock& clock)
        : secrets_(std::move(secrets)), clock_(clock) {}

    // What is wrong with it, in the words of the service; nothing where it is right. `body_hash`: SHA-256 in hex of the
    // body; it is asked for where the request does not state one itself (x-amz-content-sha256).
    [[nodiscard]] std::optional<Error> refusal(const model::HttpRequest& request,
                                               const std::optional<Authorization>& authorization, const Target& target,
                                               std::string_view body) const;

  private:
    std::map<std::string, std::string, std::less<>> secrets_;
    const base::Clock& clock_;
};

// The signature of a request by a secret, 64 hexadecimal digits. `payload`: the hash, or what stands for it.
[[nodiscard]] std::string signature_of(const model::HttpRequest& request, const Authorization& authorization,
                                       std::string_view time, std::string_view secret, std::string_view payload);

}  // namespace faasd::aws
