// Bodies that are signed chunk by chunk. The signatures are those of the S3 API Reference, "Example: PUT
// object" of its pages "Signature calculations … transferring payload in multiple chunks" and "… including
// trailing headers".
#include <gtest/gtest.h>

#include "aws/protocol/hmac.hpp"
#include "aws/s3/chunked_body.hpp"

namespace faasd::aws::s3 {
namespace {

const std::string kOfTheChunks[] = {"ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
                                    "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
                                    "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9"};
const std::string kOfTheChunksBeforeTrailers[] = {
    "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
    "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
    "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992"};
constexpr char kSeed[] = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9";
constexpr char kSeedBeforeTrailers[] = "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e";

std::string chunk(std::size_t size, const std::string& signature, char letter = 'a') {
    char head[24];
    std::snprintf(head, sizeof head, "%zx", size);
    return head + (";chunk-signature=" + signature) + "\r\n" +
           (size ? std::string(size, letter) + "\r\n" : "");
}
template <class Signatures>
std::string body(const Signatures& signatures) {
    return chunk(65536, signatures[0]) + chunk(1024, signatures[1]) + chunk(0, signatures[2]);
}
std::string trailers(const std::string& signature) {
    return "x-amz-checksum-crc32c:sOO8/Q==\r\nx-amz-trailer-signature:" + signature + "\r\n\r\n";
}

struct Read {
    ChunkedBody::State state;
    bool may_end, wrong_signature;
    std::size_t size = 0;
};
Read read(const std::string& bytes, const char* seed, bool with_trailers = false, std::size_t piece = 1000) {
    ChunkedBody chunks;
    chunks.require({signing_key("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "20130524", "us-east-1", "s3"),
                    "20130524T000000Z", "20130524/us-east-1/s3/aws4_request", seed},
                   with_trailers);
    Read read{};
    for (std::size_t at = 0; at < bytes.size() && read.state != ChunkedBody::State::broken; at += piece)
        read.state = chunks.feed(std::string_view(bytes).substr(at, piece), [&](std::string_view content) {
            read.size += content.size();
            return true;
        });
    read.may_end = chunks.may_end();
    read.wrong_signature = chunks.has_wrong_signature();
    return read;
}

TEST(ChunkSignatures, those_of_the_reference_are_right_however_the_body_is_cut) {
    for (const std::size_t piece : {1, 7, 1000, 65536, 1 << 20}) {
        const Read whole = read(body(kOfTheChunks) + "\r\n", kSeed, false, piece);
        EXPECT_EQ(whole.state, ChunkedBody::State::complete);
        EXPECT_FALSE(whole.wrong_signature);
        EXPECT_EQ(whole.size, 66560U);
    }
}

TEST(ChunkSignatures, those_of_trailers_are_right_as_well) {
    const std::string right = "d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435";
    const Read whole = read(body(kOfTheChunksBeforeTrailers) + trailers(right), kSeedBeforeTrailers, true);
    EXPECT_EQ(whole.state, ChunkedBody::State::complete);
    EXPECT_FALSE(whole.wrong_signature);
    std::string wrong = right;
    wrong.back() = '6';
    EXPECT_TRUE(
        read(body(kOfTheChunksBeforeTrailers) + trailers(wrong), kSeedBeforeTrailers, true).wrong_signature);
    EXPECT_FALSE(read(body(kOfTheChunksBeforeTrailers), kSeedBeforeTrailers, true).may_end)
        << "they cannot be left out";
}

TEST(ChunkSignatures, a_changed_byte_a_missing_signature_and_another_order_are_found) {
    std::string changed = body(kOfTheChunks);
    changed[30000] = 'b';
    EXPECT_TRUE(read(changed, kSeed).wrong_signature);
    EXPECT_TRUE(read(body(kOfTheChunks), kSeedBeforeTrailers).wrong_signature);
    EXPECT_TRUE(read(chunk(65536, ""), kSeed).wrong_signature);
    EXPECT_TRUE(read("400\r\n" + std::string(1024, 'a') + "\r\n", kSeed).wrong_signature);
    EXPECT_TRUE(read(chunk(1024, kOfTheChunks[1]), kSeed).wrong_signature);
    EXPECT_TRUE(read(chunk(65536, kOfTheChunks[0]) + chunk(0, kOfTheChunks[2]), kSeed).wrong_signature);
}

}  // namespace
}  // namespace faasd::aws::s3
