#include "aws/dynamodb/capacity.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "aws/dynamodb/answer.hpp"

namespace faasd::aws::dynamodb {
namespace {

std::string units_text(double units) {
    std::array<char, 40> text{};
    const int size = std::snprintf(text.data(), text.size(), "%.1f", units);
    return {text.data(), static_cast<std::size_t>(size)};
}

void write_units(std::string& out, double units, std::string_view kind) {
    out.append("{");
    if (!kind.empty()) out.append("\"").append(kind).append("\":").append(units_text(units)).append(",");
    out.append("\"CapacityUnits\":").append(units_text(units)).append("}");
}

void write_indexes(Answer& answer, std::string_view name, const std::map<std::string, double>& indexes, std::string_view kind) {
    if (indexes.empty()) return;
    Answer members;
    for (const auto& [index, units] : indexes)
        write_units(members.member(index), units, kind);
    answer.member(name) += members.finish();
}

}  // namespace

CapacityWanted capacity_wanted(const Input& in) {
    const Input& given = in["ReturnConsumedCapacity"];
    if (given.is("TOTAL")) return CapacityWanted::total;
    return given.is("INDEXES") ? CapacityWanted::indexes : CapacityWanted::none;
}

void Capacity::add(const model::WriteUsage& usage, double factor) {
    table += factor * static_cast<double>(usage.table_units);
    for (const auto& [name, index] : usage.indexes)
        (index.local ? local : global)[name] += factor * static_cast<double>(index.units);
}

double Capacity::total() const {
    double sum = table;
    for (const auto* indexes : {&local, &global})
        for (const auto& [name, units] : *indexes)
            sum += units;
    return sum;
}

double read_units(std::uint64_t bytes, bool consistent) {
    const auto units = static_cast<double>(std::max<std::uint64_t>(1, (bytes + 4095) / 4096));
    return consistent ? units : units / 2;
}

void write_capacity(std::string& out, std::string_view table, const Capacity& capacity, CapacityWanted wanted,
                    std::string_view kind) {
    Answer answer;
    answer.string("TableName", table);
    answer.member("CapacityUnits") += units_text(capacity.total());
    if (!kind.empty()) answer.member(kind) += units_text(capacity.total());
    if (wanted == CapacityWanted::indexes) {
        write_units(answer.member("Table"), capacity.table, kind);
        write_indexes(answer, "LocalSecondaryIndexes", capacity.local, kind);
        write_indexes(answer, "GlobalSecondaryIndexes", capacity.global, kind);
    }
    out += answer.finish();
}

void write_capacities(Answer& answer, const std::map<std::string, Capacity>& tables, CapacityWanted wanted,
                      std::string_view kind) {
    if (wanted == CapacityWanted::none) return;
    std::string& out = answer.member("ConsumedCapacity");
    out.push_back('[');
    bool first = true;
    for (const auto& [name, capacity] : tables) {
        if (!first) out.push_back(',');
        first = false;
        write_capacity(out, name, capacity, wanted, kind);
    }
    out.push_back(']');
}

bool add_transactional(Capacity& capacity, const model::WriteUsage& usage) {
    capacity.add(usage, kTransactional);
    if (!usage.read_bytes) return false;
    capacity.table += kTransactional * read_units(*usage.read_bytes, true);
    return true;
}

}  // namespace faasd::aws::dynamodb
