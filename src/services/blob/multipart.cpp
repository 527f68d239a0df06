#include "services/blob/multipart.hpp"

#include <algorithm>
#include <memory>
#include <string_view>

#include "base/digest.hpp"
#include "services/blob/completion_checksum.hpp"

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

base::Error invalid_part(std::uint32_t number, std::string message) {
    auto detail = std::make_shared<model::CompletionDetail>();
    detail->part = number;
    return {BlobErrc::invalid_part, std::move(message), std::move(detail)};
}

}  // namespace

base::Result<AssembledObject> assemble(const std::vector<model::PartInfo>& named,
                                       const std::vector<StoredPart>& stored, std::uint64_t min_part_bytes,
                                       const std::optional<model::Checksum>& upload,
                                       const model::CompleteOptions& announced) {
    if (named.empty()) {
        return base::Error{BlobErrc::invalid_argument,
                           "a completion names the parts of the object: none is named"};
    }
    if (auto right = check_form(upload, announced); !right) return right.error();
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
        if (!part) return invalid_part(wanted.number, name + " was not uploaded");
        if (unquoted(wanted.etag) != part->info.etag) {
            return invalid_part(wanted.number,
                                name + " has the ETag " + part->info.etag + ", not the one named");
        }
        if (auto right = check_part_checksum(wanted, part->info, upload); !right) return right.error();
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
        auto detail = std::make_shared<model::CompletionDetail>();
        detail->size = object.size;
        return base::Error{BlobErrc::size_mismatch,
                           "the parts have " + std::to_string(object.size) + " bytes together, not the " +
                               std::to_string(*announced.size) + " announced",
                           std::move(detail)};
    }
    auto checksum = whole_checksum(object.segments, upload, announced);
    if (!checksum) return checksum.error();
    object.checksum = std::move(*checksum);
    return object;
}

std::string multipart_etag(const std::vector<std::string>& part_etags) {
    std::string digests;
    for (const std::string& etag : part_etags)
        digests += bytes_of_hex(etag);
    return base::md5_hex(digests) + "-" + std::to_string(part_etags.size());
}

}  // namespace faasd::blob
