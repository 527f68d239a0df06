// The checksum of a multipart upload: what a completion has to say of it, and what it becomes.
#include "services/blob/completion_checksum.hpp"

#include <gtest/gtest.h>

#include "base/digest.hpp"
#include "services/blob/multipart.hpp"

namespace faasd::blob {
namespace {

using base::ChecksumKind;
using model::BlobErrc;
using model::Checksum;

std::string sum(ChecksumKind kind, std::string_view bytes) {
    return base::base64_encode(base::checksum(kind, bytes));
}

// An upload of two parts that began with a kind and a form of checksum, or with none.
struct Upload {
    std::optional<Checksum> checksum;
    const std::vector<std::string> bodies{"hello ", "world"};

    [[nodiscard]] ChecksumKind kind() const { return checksum ? checksum->kind : ChecksumKind::crc64nvme; }
    [[nodiscard]] std::vector<StoredPart> stored() const {
        std::vector<StoredPart> parts;
        for (const std::string& body : bodies)
            parts.push_back({{static_cast<std::uint32_t>(parts.size() + 1),
                              base::md5_hex(body),
                              body.size(),
                              {},
                              Checksum{kind(), sum(kind(), body)}},
                             100});
        return parts;
    }
    [[nodiscard]] std::vector<model::PartInfo> named(bool with_checksums) const {
        std::vector<model::PartInfo> parts;
        for (const StoredPart& part : stored()) {
            parts.push_back(part.info);
            if (!with_checksums) parts.back().checksum.reset();
        }
        return parts;
    }
    [[nodiscard]] base::Result<AssembledObject> complete(bool with_checksums,
                                                         const model::CompleteOptions& announced = {}) const {
        return assemble(named(with_checksums), stored(), 1, checksum, announced);
    }
};

const Upload kWithout{};
const Upload kComposite{Checksum{ChecksumKind::sha256, {}, true}};
const Upload kWhole{Checksum{ChecksumKind::crc32c, {}, false}};

std::error_code code_of(const base::Result<AssembledObject>& result) {
    return result ? std::error_code{} : result.error().code;
}
const model::CompletionDetail& detail_of(const base::Result<AssembledObject>& result) {
    return dynamic_cast<const model::CompletionDetail&>(*result.error().detail);
}
model::CompleteOptions announcing(ChecksumKind kind, std::string value, std::optional<bool> composite = {}) {
    model::CompleteOptions options;
    options.checksum = Checksum{kind, std::move(value)};
    options.composite = composite;
    return options;
}
model::CompleteOptions taking_it_for(bool composite) {
    model::CompleteOptions options;
    options.composite = composite;
    return options;
}

TEST(CompletionChecksum, without_a_kind_it_is_the_crc64nvme_of_the_whole) {
    EXPECT_EQ(kWithout.complete(false)->checksum,
              (Checksum{ChecksumKind::crc64nvme, sum(ChecksumKind::crc64nvme, "hello world"), false}));
}

TEST(CompletionChecksum, of_the_whole_it_is_what_reading_it_would_give) {
    for (const ChecksumKind kind : {ChecksumKind::crc32, ChecksumKind::crc32c, ChecksumKind::crc64nvme})
        EXPECT_EQ((Upload{Checksum{kind, {}}}.complete(false)->checksum),
                  (Checksum{kind, sum(kind, "hello world"), false}));
}

TEST(CompletionChecksum, composite_it_is_that_of_the_parts_checksums_and_their_number) {
    const std::string raw = base::checksum(ChecksumKind::sha256, "hello ") +
                            base::checksum(ChecksumKind::sha256, "world");
    EXPECT_EQ(kComposite.complete(true)->checksum,
              (Checksum{ChecksumKind::sha256, sum(ChecksumKind::sha256, raw) + "-2", true}));
}

TEST(CompletionChecksum, composite_it_needs_each_parts_checksum_named) {
    auto parts = kComposite.named(true);
    parts[1].checksum.reset();
    const auto result = assemble(parts, kComposite.stored(), 1, kComposite.checksum);
    EXPECT_EQ(code_of(result), BlobErrc::part_without_checksum);
    EXPECT_EQ(detail_of(result).part, 2u);
    EXPECT_EQ(code_of(kWhole.complete(false)), std::error_code{});
}

TEST(CompletionChecksum, a_part_has_the_checksum_that_is_named_of_it) {
    for (const Upload* upload : {&kComposite, &kWhole}) {
        auto parts = upload->named(true);
        parts[1].checksum->value = sum(upload->kind(), "other");
        const auto result = assemble(parts, upload->stored(), 1, upload->checksum);
        EXPECT_EQ(code_of(result), BlobErrc::invalid_part);
        EXPECT_EQ(detail_of(result).part, 2u);
    }
}

TEST(CompletionChecksum, a_part_has_no_checksum_of_another_kind) {
    auto parts = kComposite.named(true);
    parts[0].checksum = Checksum{ChecksumKind::sha1, sum(ChecksumKind::sha1, "hello ")};
    const auto result = assemble(parts, kComposite.stored(), 1, kComposite.checksum);
    EXPECT_EQ(code_of(result), BlobErrc::bad_digest);
    EXPECT_EQ(detail_of(result).checksum->kind, ChecksumKind::sha1);
}

TEST(CompletionChecksum, an_upload_that_began_without_has_parts_without) {
    EXPECT_EQ(code_of(kWithout.complete(true)), BlobErrc::invalid_part);
}

TEST(CompletionChecksum, its_form_is_the_one_that_the_upload_began_with) {
    EXPECT_EQ(code_of(kWhole.complete(false, taking_it_for(true))), BlobErrc::other_checksum_form);
    EXPECT_EQ(code_of(kComposite.complete(true, taking_it_for(false))), BlobErrc::other_checksum_form);
    EXPECT_EQ(code_of(kComposite.complete(true, taking_it_for(true))), std::error_code{});
    for (const bool composite : {true, false}) {
        const auto result = kWithout.complete(false, taking_it_for(composite));
        EXPECT_EQ(code_of(result), BlobErrc::other_checksum_form);
        EXPECT_FALSE(detail_of(result).checksum);
    }
}

TEST(CompletionChecksum, an_announced_one_of_the_whole_has_to_hold_and_be_called_that) {
    const std::string right = sum(ChecksumKind::crc32c, "hello world");
    EXPECT_EQ(code_of(kWhole.complete(false, announcing(ChecksumKind::crc32c, right, false))), std::error_code{});
    EXPECT_EQ(code_of(kWhole.complete(false, announcing(ChecksumKind::crc32c, "AAAAAA==", false))),
              BlobErrc::bad_digest);
    EXPECT_EQ(code_of(kWhole.complete(false, announcing(ChecksumKind::crc32c, right))), BlobErrc::bad_digest);
}

TEST(CompletionChecksum, an_announced_crc64nvme_is_of_the_whole_anyway) {
    const std::string right = sum(ChecksumKind::crc64nvme, "hello world");
    const Upload named{Checksum{ChecksumKind::crc64nvme, {}}};
    for (const Upload* upload : {&named, &kWithout}) {
        EXPECT_EQ(code_of(upload->complete(false, announcing(ChecksumKind::crc64nvme, right))), std::error_code{});
        EXPECT_EQ(code_of(upload->complete(false, announcing(ChecksumKind::crc64nvme, "AAAAAAAAAAA="))),
                  BlobErrc::bad_digest);
    }
}

TEST(CompletionChecksum, an_announced_composite_one_has_to_hold) {
    const std::string right = kComposite.complete(true)->checksum->value;
    EXPECT_EQ(code_of(kComposite.complete(true, announcing(ChecksumKind::sha256, right))), std::error_code{});
    EXPECT_EQ(code_of(kComposite.complete(true, announcing(ChecksumKind::sha256, "AAAA-2"))), BlobErrc::bad_digest);
}

TEST(CompletionChecksum, an_announced_one_of_another_kind_is_wrong_unless_the_upload_began_without) {
    const auto other = announcing(ChecksumKind::crc32, sum(ChecksumKind::crc32, "hello world"), false);
    EXPECT_EQ(code_of(kWhole.complete(false, other)), BlobErrc::bad_digest);
    EXPECT_EQ(code_of(kWithout.complete(false, announcing(ChecksumKind::crc32, "AAAAAA=="))), std::error_code{});
}

TEST(CompletionChecksum, an_announced_size_has_to_hold) {
    model::CompleteOptions options;
    options.size = 10;
    const auto result = kWithout.complete(false, options);
    EXPECT_EQ(code_of(result), BlobErrc::size_mismatch);
    EXPECT_EQ(detail_of(result).size, 11u);
    options.size = 11;
    EXPECT_EQ(code_of(kWithout.complete(false, options)), std::error_code{});
}

TEST(CompletionChecksum, parts_that_an_older_version_stored_without_make_an_object_without) {
    auto stored = kWithout.stored();
    stored[0].info.checksum.reset();
    const auto object = assemble(kWithout.named(false), stored, 1);
    ASSERT_TRUE(object);
    EXPECT_FALSE(object->checksum);
}

}  // namespace
}  // namespace faasd::blob
