#include "services/blob/completion_checksum.hpp"

#include <memory>
#include <string>

#include "base/digest.hpp"

namespace faasd::blob {
namespace {

using base::ChecksumKind;
using model::BlobErrc;

constexpr ChecksumKind kDefaultKind = ChecksumKind::crc64nvme;

base::Error completion_error(BlobErrc code, std::string message, std::uint32_t part,
                             const std::optional<model::Checksum>& checksum) {
    auto detail = std::make_shared<model::CompletionDetail>();
    detail->part = part;
    detail->checksum = checksum;
    return {code, std::move(message), std::move(detail)};
}

const char* name_of_form(bool composite) {
    return composite ? "one of its parts' checksums" : "one of the whole";
}

std::optional<model::Checksum> combine(const std::vector<Segment>& segments, const model::Checksum& form) {
    std::string combined;
    for (const Segment& segment : segments) {
        const auto raw = base::base64_decode(segment.checksum);
        if (!raw || raw->size() != base::size_of(form.kind)) return std::nullopt;
        if (form.composite || combined.empty())
            combined += *raw;
        else
            combined = base::combine_crc(form.kind, combined, *raw, segment.size);
    }
    model::Checksum checksum{form.kind, {}, form.composite};
    checksum.value = base::base64_encode(form.composite ? base::checksum(form.kind, combined) : combined);
    if (form.composite) checksum.value += "-" + std::to_string(segments.size());
    return checksum;
}

}  // namespace

base::Result<> check_form(const std::optional<model::Checksum>& upload,
                          const model::CompleteOptions& announced) {
    if (!announced.composite || (upload && upload->composite == *announced.composite)) return {};
    return completion_error(BlobErrc::other_checksum_form,
                            upload ? std::string("the upload's checksum is ") + name_of_form(upload->composite) +
                                         ", not " + name_of_form(*announced.composite)
                                   : "the upload began without a checksum: say nothing of its form",
                            0, upload);
}

base::Result<> check_part_checksum(const model::PartInfo& named, const model::PartInfo& stored,
                                   const std::optional<model::Checksum>& upload) {
    const std::string name = "part " + std::to_string(named.number);
    if (!named.checksum) {
        if (!upload || !upload->composite) return {};
        return completion_error(BlobErrc::part_without_checksum,
                                name + " is named without its checksum, of which the object's is made",
                                named.number, upload);
    }
    if (!upload)
        return completion_error(BlobErrc::invalid_part,
                                "the upload began without a checksum: name " + name + " without one",
                                named.number, named.checksum);
    if (named.checksum->kind != upload->kind)
        return completion_error(BlobErrc::bad_digest,
                                name + " has a checksum of the kind " +
                                    std::string(base::to_string(upload->kind)) + ", and no other",
                                named.number, named.checksum);
    if (!stored.checksum || named.checksum->value != stored.checksum->value)
        return completion_error(BlobErrc::invalid_part, name + " has another checksum than the one named",
                                named.number, named.checksum);
    return {};
}

base::Result<std::optional<model::Checksum>> whole_checksum(const std::vector<Segment>& segments,
                                                            const std::optional<model::Checksum>& upload,
                                                            const model::CompleteOptions& announced) {
    auto checksum = combine(segments, upload.value_or(model::Checksum{kDefaultKind, {}}));
    if (!announced.checksum || !checksum) return checksum;
    const auto& given = *announced.checksum;
    // Of an upload that began without, S3 looks at no other kind than that of its own.
    if (!upload && given.kind != kDefaultKind) return checksum;
    // What is not said to be of the whole counts as composite where there is such a thing.
    const bool taken_for_whole = !announced.composite.value_or(checksum->kind != kDefaultKind);
    if (given.kind == checksum->kind && given.value == checksum->value &&
        taken_for_whole == !checksum->composite)
        return checksum;
    return completion_error(BlobErrc::bad_digest,
                            "the checksum of the parts together is " + checksum->value + ", " +
                                name_of_form(checksum->composite) + ", not " + given.value,
                            0, checksum);
}

}  // namespace faasd::blob
