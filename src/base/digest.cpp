#include "base/digest.hpp"

#include <stdexcept>

#include <openssl/crypto.h>
#include <openssl/evp.h>

namespace faasd::base {
namespace {

// Fetched once: an implicit fetch a digest costs more than hashing a short text.
const EVP_MD* algorithm(DigestKind kind) {
#ifdef FAASD_OWN_CRYPTO
    // Digests need neither openssl.cnf nor the texts of errors, which take 2 ms of a start. Once a process: so not where a
    // module that speaks TLS uses the same libcrypto.
    static const int ready =
        OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_LOAD_CRYPTO_STRINGS, nullptr);
    (void)ready;
#endif
    static const EVP_MD* const md5 = EVP_MD_fetch(nullptr, "MD5", nullptr);
    static const EVP_MD* const sha1 = EVP_MD_fetch(nullptr, "SHA1", nullptr);
    static const EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    switch (kind) {
        case DigestKind::md5: return md5;
        case DigestKind::sha1: return sha1;
        case DigestKind::sha256: return sha256;
    }
    return sha256;
}

constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

int value_of(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    if (c == '+') return 62;
    if (c == '/') return 63;
    return -1;
}

struct Context {
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    Context() = default;
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;
    ~Context() { EVP_MD_CTX_free(context); }

    void begin(DigestKind kind) {
        if (EVP_DigestInit_ex2(context, algorithm(kind), nullptr) != 1)
            throw std::runtime_error("OpenSSL does not offer a digest that faasd needs");
    }
    void update(std::string_view bytes) { EVP_DigestUpdate(context, bytes.data(), bytes.size()); }
    std::string finish() {
        unsigned char out[EVP_MAX_MD_SIZE];
        unsigned int size = 0;
        EVP_DigestFinal_ex(context, out, &size);
        return {reinterpret_cast<const char*>(out), size};
    }
};

}  // namespace

struct Digest::State : Context {};

Digest::Digest(DigestKind kind) : state_(std::make_unique<State>()) { state_->begin(kind); }
Digest::Digest(Digest&&) noexcept = default;
Digest& Digest::operator=(Digest&&) noexcept = default;
Digest::~Digest() = default;

void Digest::update(std::string_view bytes) { state_->update(bytes); }

std::string Digest::finish() { return state_->finish(); }

std::string digest(DigestKind kind, std::string_view bytes) {
    // Begun again, a context needs no memory: for a short text that is half of the work.
    thread_local Context kept;
    kept.begin(kind);
    kept.update(bytes);
    return kept.finish();
}

std::string to_hex(std::string_view bytes) {
    constexpr char digits[] = "0123456789abcdef";
    std::string text(bytes.size() * 2, '\0');
    std::size_t at = 0;
    for (const char c : bytes) {
        text[at++] = digits[static_cast<unsigned char>(c) >> 4];
        text[at++] = digits[static_cast<unsigned char>(c) & 15];
    }
    return text;
}

std::string base64_encode(std::string_view bytes) {
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const std::size_t left = bytes.size() - i;
        const auto at = [&](std::size_t k) { return k < left ? static_cast<unsigned char>(bytes[i + k]) : 0U; };
        const unsigned block = (at(0) << 16) | (at(1) << 8) | at(2);
        text.push_back(kAlphabet[block >> 18]);
        text.push_back(kAlphabet[(block >> 12) & 63]);
        text.push_back(left > 1 ? kAlphabet[(block >> 6) & 63] : '=');
        text.push_back(left > 2 ? kAlphabet[block & 63] : '=');
    }
    return text;
}

std::optional<std::string> base64_decode(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    std::size_t padding = 0;
    if (!text.empty() && text.back() == '=') padding = text[text.size() - 2] == '=' ? 2 : 1;
    const std::string_view digits = text.substr(0, text.size() - padding);
    std::string bytes;
    bytes.reserve(text.size() / 4 * 3);
    unsigned block = 0;
    unsigned bits = 0;
    for (const char c : digits) {
        const int value = value_of(c);
        if (value < 0) return std::nullopt;
        block = (block << 6) | static_cast<unsigned>(value);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            bytes.push_back(static_cast<char>((block >> bits) & 255));
        }
    }
    return bytes;
}

}  // namespace faasd::base
