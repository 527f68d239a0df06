// Signature Version 4, checked: "Create a signed AWS API request", IAM User Guide; "Authenticating Requests:
// Using Query Parameters", S3 API Reference.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "aws/protocol/authorization.hpp"
#include "aws/protocol/chunk_signatures.hpp"
#include "aws/protocol/error.hpp"
#include "aws/protocol/routing.hpp"
#include "base/clock.hpp"
#include "model/http.hpp"

namespace faasd::aws {

// Of every service.
inline constexpr std::string_view kSignatureMismatch =
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret "
    "Access Key and signing method. Consult the service documentation for details.";

// Immutable, thread-safe. Keep the clock as long.
class SignatureCheck {
  public:
    // `secrets`: the secret access key of each access key.
    SignatureCheck(std::map<std::string, std::string, std::less<>> secrets, const base::Clock& clock)
        : secrets_(std::move(secrets)), clock_(clock) {}

    // What is wrong with it, in the words of the service; nothing where it is right. `body_hash`: SHA-256 in
    // hex of the body; it is asked for where the request does not state one itself (x-amz-content-sha256).
    [[nodiscard]] std::optional<Error> refusal(const model::HttpRequest& request,
                                               const std::optional<Authorization>& authorization,
                                               const Target& target, std::string_view body) const;

    // What the chunks of its body have to be signed with; nothing where the body is not signed in chunks. For
    // a request that was not refused.
    [[nodiscard]] std::optional<ChunkSignatures> chunks(
        const model::HttpRequest& request, const std::optional<Authorization>& authorization) const;

    // Of a form that a browser posts to S3: its policy has to be signed ("Authenticating Requests in
    // Browser-Based Uploads Using POST", S3 API Reference). The names of `fields` are in lower case.
    [[nodiscard]] std::optional<Error> form_refusal(const std::map<std::string, std::string>& fields) const;

  private:
    // Empty: nobody has this key.
    [[nodiscard]] std::string secret_of(std::string_view access_key) const;
    std::map<std::string, std::string, std::less<>> secrets_;
    const base::Clock& clock_;
};

// The signature of a request by a secret, 64 hexadecimal digits. `payload`: the hash, or what stands for it.
[[nodiscard]] std::string signature_of(const model::HttpRequest& request, const Authorization& authorization,
                                       std::string_view time, std::string_view secret,
                                       std::string_view payload);

}  // namespace faasd::aws
