#include "services/table/page_reader.hpp"

#include <algorithm>

#include "services/table/expiry.hpp"
#include "services/table/expressions/key_paths.hpp"
#include "services/table/index_projection.hpp"
#include "items/attribute_value.hpp"
#include "items/item_codec.hpp"
#include "items/key.hpp"

namespace faasd::table {

using namespace items;
namespace {

using base::Result;
using Columns = PageColumns;

void assign(RowPosition& position, const storage::Statement& rows, bool index) {
    position.row.hash.assign(rows.blob(Columns::hash));
    position.row.range.assign(rows.blob(Columns::range));
    if (!index) return;
    position.item.hash.assign(rows.blob(Columns::item_hash));
    position.item.range.assign(rows.blob(Columns::item_range));
}

Result<> decode_key_into(model::Item& item, const model::KeySchema& schema, const RowKey& key) {
    auto hash = decode_key(key.hash, schema.hash.type);
    if (!hash) return hash.error();
    item.insert_or_assign(schema.hash.name, std::move(*hash));
    if (!schema.range) return {};
    auto range = decode_key(key.range, schema.range->type);
    if (!range) return range.error();
    item.insert_or_assign(schema.range->name, std::move(*range));
    return {};
}

Result<model::Item> start_key_at(const PageRequest& request, const RowPosition& position) {
    model::Item key;
    const model::KeySchema& table = request.schema.definition.key;
    if (request.index) {
        if (auto ok = decode_key_into(key, request.index->definition.key, position.row); !ok) return ok.error();
        if (auto ok = decode_key_into(key, table, position.item); !ok) return ok.error();
    } else {
        if (auto ok = decode_key_into(key, table, position.row); !ok) return ok.error();
    }
    return key;
}

// Those that the index lacks, as a list; empty: it has them all.
std::string not_projected(const PageRequest& page, const std::set<std::string>& names) {
    std::string missing;
    for (const std::string& name : names) {
        if (!is_projected(page.schema, *page.index, name)) missing += (missing.empty() ? "" : ", ") + name;
    }
    return missing;
}

// One row as the request sees it: decoded only where something looks at it.
class RowView {
  public:
    RowView(const storage::Statement& rows, const PageRequest& request) : rows_(rows), request_(request) {}

    Result<> load() {
        const bool whole = !request_.index || request_.index->definition.projection == model::Projection::all;
        if (whole && !request_.filter && request_.count_only) {
            size_ = static_cast<std::uint64_t>(rows_.integer(Columns::size));
            return {};
        }
        auto item = decode_item(rows_.blob(Columns::item));
        if (!item) return item.error();
        item_ = std::move(*item);
        if (whole) {
            size_ = static_cast<std::uint64_t>(rows_.integer(Columns::size));
            return {};
        }
        fetches_ = request_.index->definition.local && asks_for_more();
        keep_projected(request_.schema, *request_.index, item_);
        size_ = item_size(item_);
        return {};
    }
    [[nodiscard]] std::uint64_t size() const { return size_; }
    // What the table had to give because the index lacks it; in units of 4 KB as well. It costs as much whether the
    // item passes the filter or not ("Filter expressions for the Query operation"), which sees what is projected.
    [[nodiscard]] std::uint64_t fetched_bytes() const {
        return fetches_ ? static_cast<std::uint64_t>(rows_.integer(Columns::size)) : 0;
    }
    [[nodiscard]] std::uint64_t fetched_units() const { return (fetched_bytes() + 4095) / 4096; }
    [[nodiscard]] bool passes_filter() const { return !request_.filter || holds(request_.filter, item_); }
    [[nodiscard]] Result<model::Item> take() {
        if (fetches_) {
            auto whole = decode_item(rows_.blob(Columns::item));
            if (!whole) return whole.error();
            item_ = std::move(*whole);
        }
        if (request_.projection) return project(item_, *request_.projection);
        return std::move(item_);
    }

  private:
    [[nodiscard]] bool asks_for_more() const {
        if (request_.all_attributes) return true;
        return request_.projection && std::ranges::any_of(*request_.projection, [&](const Path& path) {
                   return !is_projected(request_.schema, *request_.index, std::get<std::string>(path.front()));
               });
    }

    const storage::Statement& rows_;
    const PageRequest& request_;
    model::Item item_;
    bool fetches_ = false;  // what a local index lacks, from the table
    std::uint64_t size_ = 0;
};

}  // namespace

Result<model::Page> read_page(storage::Statement& rows, const PageRequest& request) {
    model::Page page;
    RowPosition last;
    std::uint64_t fetched = 0;
    const auto end_after_last = [&]() -> Result<model::Page> {
        auto key = start_key_at(request, last);
        if (!key) return key.error();
        page.last_evaluated_key = std::move(*key);
        return std::move(page);
    };
    while (rows.step()) {
        if (request.total_segments > 1 &&
            segment_of(rows.blob(Columns::hash), request.total_segments) != request.segment) {
            continue;
        }
        if (!rows.is_null(Columns::expires_at) && is_expired(rows.integer(Columns::expires_at), request.now)) continue;
        RowView row(rows, request);
        if (auto ok = row.load(); !ok) return ok.error();
        if (page.scanned_count > 0 && std::max(page.scanned_bytes + row.size(), fetched + row.fetched_bytes()) > kMaxPageBytes)
            return end_after_last();
        ++page.scanned_count;
        page.scanned_bytes += row.size();
        fetched += row.fetched_bytes();
        page.fetched_units += row.fetched_units();
        assign(last, rows, request.index != nullptr);
        if (row.passes_filter()) {
            ++page.count;
            if (!request.count_only) {
                auto item = row.take();
                if (!item) return item.error();
                page.items.push_back(std::move(*item));
            }
        }
        // As in DynamoDB, also where this was the last item of all.
        if (request.limit && page.scanned_count == *request.limit) return end_after_last();
    }
    return page;
}

std::uint32_t segment_of(std::string_view hash, std::uint32_t total_segments) {
    std::uint64_t h = 0xcbf29ce484222325;  // FNV-1a
    for (const char c : hash) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    h ^= h >> 32;
    return static_cast<std::uint32_t>(h % total_segments);
}

Result<> parse_selection(std::string_view filter, std::string_view projection, NameUsage& usage, PageRequest& page) {
    if (!filter.empty()) {
        auto parsed = parse_condition(ExpressionKind::filter, filter, usage);
        if (!parsed) return parsed.error();
        page.filter = std::move(*parsed);
    }
    if (!projection.empty()) {
        auto parsed = parse_projection(projection, usage);
        if (!parsed) return parsed.error();
        page.projection = std::move(*parsed);
    }
    if (auto ok = usage.check_all_used(); !ok) return ok;
    if (page.projection) {
        if (auto ok = check_key_paths(pointers_to(*page.projection), page.schema.definition); !ok) return ok;
    }
    return check_key_paths(paths_of(page.filter), page.schema.definition);
}

Result<> check_projected(const PageRequest& page) {
    if (!page.index || page.index->definition.local || !page.projection) return {};
    std::set<std::string> asked;
    for (const Path& path : *page.projection) asked.insert(std::get<std::string>(path.front()));
    const std::string missing = not_projected(page, asked);
    if (missing.empty()) return {};
    return validation_error("One or more parameter values were invalid: Global secondary index " +
                            page.index->definition.name + " does not project [" + missing + "]");
}

Result<> check_filter_projected(const PageRequest& page) {
    if (!page.index || !page.filter) return {};
    const std::string missing = not_projected(page, attributes_of(page.filter));
    if (missing.empty()) return {};
    return validation_error("One or more parameter values were invalid: Secondary index " + page.index->definition.name +
                            " does not project one or more filter attributes: [" + missing + "]");
}

Result<const IndexSchema*> find_index(const TableSchema& schema, std::string_view name) {
    if (name.empty()) return nullptr;
    if (const IndexSchema* index = schema.find_index(name)) {
        if (!index->is_building) return index;
        return validation_error("Cannot read from backfilling global secondary index: " + std::string(name));
    }
    return validation_error("The table does not have the specified index: " + std::string(name));
}

Result<> check_limit(std::optional<std::uint32_t> limit) {
    if (!limit || *limit > 0) return {};
    return validation_error(
        "1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value "
        "greater than or equal to 1");
}

RowPosition position_of(const TableSchema& schema, const IndexSchema* index, const model::Item& start_key) {
    const RowKey item = row_key(schema.definition.key, start_key);
    if (!index) return {.row = item, .item = {}};
    return {.row = row_key(index->definition.key, start_key), .item = item};
}

const std::string& above_all_keys() {
    static const std::string bytes(std::max(kMaxHashKeyBytes, kMaxRangeKeyBytes) + 1, '\xff');
    return bytes;
}

}  // namespace faasd::table
