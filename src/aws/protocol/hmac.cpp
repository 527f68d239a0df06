#include "aws/protocol/hmac.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace faasd::aws {

std::string hmac_sha256(std::string_view key, std::string_view text) {
    unsigned char out[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    ::HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(text.data()), text.size(), out, &length);
    return {reinterpret_cast<const char*>(out), length};
}

std::string signing_key(std::string_view secret, std::string_view date, std::string_view region,
                        std::string_view service) {
    std::string key = hmac_sha256("AWS4" + std::string(secret), date);
    for (const std::string_view part : {region, service, std::string_view("aws4_request")})
        key = hmac_sha256(key, part);
    return key;
}

bool are_same(std::string_view one, std::string_view other) {
    return one.size() == other.size() && ::CRYPTO_memcmp(one.data(), other.data(), one.size()) == 0;
}

}  // namespace faasd::aws
