#include "services/table/get.hpp"

#include "services/table/expiry.hpp"
#include "services/table/expressions/key_paths.hpp"
#include "services/table/expressions/projection.hpp"
#include "services/table/prepared_write.hpp"
#include "services/table/rows.hpp"
#include "items/item_codec.hpp"
#include "items/key.hpp"
#include "items/validation.hpp"

namespace faasd::table {

using namespace items;
namespace {

base::Result<std::optional<Paths>> parse(const model::GetItem& request) {
    if (request.projection.empty() && request.names.names.empty() && request.names.values.empty()) {
        return std::optional<Paths>{};
    }
    NameUsage usage(request.names);
    if (auto ok = usage.check_placeholders(); !ok) return ok.error();
    std::optional<Paths> paths;
    if (!request.projection.empty()) {
        auto parsed = parse_projection(request.projection, usage);
        if (!parsed) return parsed.error();
        paths = std::move(*parsed);
    }
    if (auto ok = usage.check_all_used(); !ok) return ok.error();
    return paths;
}

}  // namespace

base::Result<std::optional<model::Item>> get_item(storage::Connection& connection, Catalog& catalog,
                                                  const model::GetItem& request, base::TimePoint now,
                                                  std::uint64_t* size) {
    const auto projection = parse(request);
    if (!projection) return projection.error();
    model::Item key = request.key;
    if (auto ok = items::canonicalize(key); !ok) return ok.error();
    const auto schema = catalog.find(connection, request.table);
    if (!schema) return schema.error();
    if (auto ok = check_key((*schema)->definition.key, key); !ok) return ok.error();
    if (*projection) {
        if (auto ok = check_key_paths(pointers_to(**projection), (*schema)->definition); !ok) return ok.error();
    }

    const auto stored = read_item(connection, (*schema)->id, row_key((*schema)->definition.key, key));
    const bool exists = stored && !is_expired(stored->expires_at, now);
    for (std::uint64_t* const to : {request.read_bytes, size})
        if (to) *to = exists ? stored->size : 0;
    if (!exists) return std::optional<model::Item>{};
    auto item = decode_item(stored->bytes);
    if (!item) return item.error();
    if (*projection) return std::optional<model::Item>(project(*item, **projection));
    return std::optional<model::Item>(std::move(*item));
}

}  // namespace faasd::table
