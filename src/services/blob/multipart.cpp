#include "services/blob/multipart.hpp"

#include <algorithm>
#include <string_view>

#include "base/digest.hpp"

namespace faasd::blob {
namespace {

using model::BlobErrc;

unsigned nibble(char digit) {
    return static_cast<unsigned>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

std::string bytes_of_hex(std::string_view hex) {
    std::string bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
        bytes += static_cast<char>(nibble(hex[i]) << 4 | nibble(hex[i + 1]));
    }
    return bytes;
}

std::string_view unquoted(std::string_view etag) {
    if (etag.size() >= 2 && etag.front() == '"' && etag.back() == '"') return etag.substr(1, etag.size() - 2);
    return etag;
}

const StoredPart* find_part(const std::vector<StoredPart>& stored, std::uint32_t number) {
    const auto part =
        std::ranges::lower_bound(stored, number, {}, [](const StoredPart& p) { return p.info.number; });
    return part != stored.end() && part->info.number == number ? &*part : nullptr;
}

// Nothing where a part has none, or one of another kind.
std::optional<model::Checksum> checksum_of(const AssembledObject& object, const model::Checksum& form) {
    std::string combined;
    for (const Segment& segment : object.segments) {
        const auto raw = base::base64_decode(segment.checksum);
        if (!raw || raw->size() != base::size_of(form.kind)) return std::nullopt;
        if (form.composite || combined.empty())
            combined += *raw;
        else
            combined = base::combine_crc(form.kind, combined, *raw, segment.size);
    }
    model::Checksum checksum{form.kind, {}, form.composite};
    checksum.value = base::base64_encode(form.composite ? base::checksum(form.kind, combined) : combined);
    if (form.composite) checksum.value += "-" + std::to_string(object.segments.size());
    return checksum;
}

}  // namespace

base::Result<AssembledObject> assemble(const std::vector<model::PartInfo>& named,
                                       const std::vector<StoredPart>& stored, std::uint64_t min_part_bytes,
                                       const std::optional<model::Checksum>& checksum,
                                       const model::CompleteOptions& announced) {
    if (named.empty()) {
        return base::Error{BlobErrc::invalid_argument,
                           "a completion names the parts of the object: none is named"};
    }
    AssembledObject object;
    std::vector<std::string> etags;
    std::uint32_t previous = 0;
    for (const model::PartInfo& wanted : named) {
        const std::string name = "part " + std::to_string(wanted.number);
        if (wanted.number <= previous) {
            return base::Error{BlobErrc::invalid_part_order,
                               name + " follows part " + std::to_string(previous) + ": numbers must ascend"};
        }
        previous = wanted.number;
        const StoredPart* const part = find_part(stored, wanted.number);
        if (!part) return base::Error{BlobErrc::invalid_part, name + " was not uploaded"};
        if (unquoted(wanted.etag) != part->info.etag) {
            return base::Error{BlobErrc::invalid_part,
                               name + " has the ETag " + part->info.etag + ", not the one named"};
        }
        if (wanted.checksum && wanted.checksum != part->info.checksum)
            return base::Error{BlobErrc::invalid_part, name + " has another checksum than the one named"};
        object.segments.push_back(
            {part->file, part->info.size, part->info.checksum ? part->info.checksum->value : std::string{}});
        object.size += part->info.size;
        etags.push_back(part->info.etag);
    }
    for (std::size_t i = 0; i + 1 < object.segments.size(); ++i) {
        if (object.segments[i].size < min_part_bytes) {
            return base::Error{BlobErrc::entity_too_small,
                               "part " + std::to_string(named[i].number) + " has " +
                                   std::to_string(object.segments[i].size) +
                                   " bytes: every part but the last needs " + std::to_string(min_part_bytes)};
        }
    }
    if (object.size > kMaxObjectBytes) {
        return base::Error{BlobErrc::entity_too_large, "the parts are together over 5 TiB"};
    }
    object.etag = multipart_etag(etags);
    if (announced.size && *announced.size != object.size) {
        return base::Error{BlobErrc::invalid_argument, "the parts have " + std::to_string(object.size) +
                                                           " bytes together, not the " +
                                                           std::to_string(*announced.size) + " announced"};
    }
    if (checksum) object.checksum = checksum_of(object, *checksum);
    if (announced.checksum && object.checksum && announced.checksum->value != object.checksum->value) {
        return base::Error{BlobErrc::bad_digest, "the checksum of the parts together is " +
                                                     object.checksum->value + ", not " +
                                                     announced.checksum->value};
    }
    return object;
}

std::string multipart_etag(const std::vector<std::string>& part_etags) {
    std::string digests;
    for (const std::string& etag : part_etags)
        digests += bytes_of_hex(etag);
    return base::md5_hex(digests) + "-" + std::to_string(part_etags.size());
}

}  // namespace faasd::blob
