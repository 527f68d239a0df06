// Random operations against the engine and against a plain map: both must always agree.
#include <map>
#include <random>

#include "services/table/table_fixture.hpp"
#include "items/attribute_value.hpp"

namespace faasd::table::test {

using namespace items;
namespace {

using Key = std::pair<std::string, int>;

struct TableModel : TableTest, testing::WithParamInterface<unsigned> {
    TableModel() {
        auto definition = range_table();
        definition.indexes.push_back(index("global", string_key("g"), number_key("r")));
        definition.indexes.push_back(index("hash_only", string_key("g")));
        auto local = index("local", string_key("user"), number_key("r"));
        local.local = true;
        definition.indexes.push_back(local);
        definition.stream = model::StreamView::new_image;
        create(definition).value();
    }

    int any(int below) { return std::uniform_int_distribution<int>(0, below - 1)(random); }
    Key any_key() { return {"u" + std::to_string(any(4)), any(40) - 20}; }
    static Item key_item(const Key& key) {
        Item result;
        result["user"].value = key.first;
        result["at"].value = model::Number{std::to_string(key.second)};
        return result;
    }
    Item any_item(const Key& key) {
        Item result = key_item(key);
        if (any(4) > 0) result["g"].value = "g" + std::to_string(any(3));
        if (any(4) > 0) result["r"].value = model::Number{std::to_string(any(7) - 3)};
        if (any(2) > 0) result["x"].value = model::Number{std::to_string(any(3))};
        return result;
    }
    static int number(const Item& one, const std::string& name) {
        return std::stoi(std::get<model::Number>(one.at(name).value).text);
    }

    void write_something() {
        const Key key = any_key();
        switch (any(5)) {
            case 0:
            case 1: {
                model::PutItem request;
                request.table = "orders";
                request.item = any_item(key);
                put(request).value();
                oracle[key] = request.item;
                break;
            }
            case 2: {
                model::UpdateItem request;
                request.table = "orders";
                request.key = key_item(key);
                request.update = "SET g = :g, r = :r";
                request.names.values[":g"].value = "g" + std::to_string(any(3));
                request.names.values[":r"].value = model::Number{std::to_string(any(7) - 3)};
                update(request).value();
                Item& expected = oracle.try_emplace(key, key_item(key)).first->second;
                expected["g"] = request.names.values[":g"];
                expected["r"] = request.names.values[":r"];
                break;
            }
            case 3: {
                model::DeleteItem request;
                request.table = "orders";
                request.key = key_item(key);
                erase(request).value();
                oracle.erase(key);
                break;
            }
            case 4: {
                model::PutItem request;
                request.table = "orders";
                request.item = any_item(key);
                request.condition = "attribute_exists(x) AND x > :x";
                request.names.values[":x"].value = model::Number{"0"};
                const auto found = oracle.find(key);
                const bool holds =
                    found != oracle.end() && found->second.contains("x") && number(found->second, "x") > 0;
                EXPECT_EQ(put(request).has_value(), holds);
                if (holds) oracle[key] = request.item;
                break;
            }
        }
    }

    // Pages of a random size, in either direction.
    template <class Request>
    std::vector<Item> read_all(Request request, auto read) {
        std::vector<Item> items;
        request.limit = static_cast<std::uint32_t>(any(5) + 1);
        do {
            auto page = read(request).value();
            items.insert(items.end(), page.items.begin(), page.items.end());
            request.exclusive_start_key = page.last_evaluated_key;
        } while (request.exclusive_start_key);
        return items;
    }

    void compare_query(const std::string& index_name, const std::string& hash_name, const std::string& hash,
                       const std::optional<std::string>& range_name) {
        const int low = any(30) - 15, high = low + any(20);
        const bool bounded = range_name && any(2) == 0;
        model::Query query;
        query.table = "orders";
        query.index = index_name;
        query.forward = any(2) == 0;
        query.key_condition = "#h = :h";
        query.names.names["#h"] = hash_name;
        query.names.values[":h"].value = hash;
        if (bounded) {
            query.key_condition += " AND #r BETWEEN :l AND :u";
            query.names.names["#r"] = *range_name;
            query.names.values[":l"].value = model::Number{std::to_string(low)};
            query.names.values[":u"].value = model::Number{std::to_string(high)};
        }
        using Order = std::tuple<int, std::string, int>;
        std::map<Order, std::string> expected;
        for (const auto& [key, one] : oracle) {
            if (!one.contains(hash_name) || std::get<std::string>(one.at(hash_name).value) != hash) continue;
            if (range_name && !one.contains(*range_name)) continue;
            const int range = range_name ? number(one, *range_name) : 0;
            if (bounded && (range < low || range > high)) continue;
            expected[{range, key.first, key.second}] = text(one);
        }
        std::vector<std::string> ordered;
        for (const auto& [order, one] : expected)
            ordered.push_back(one);
        if (!query.forward) std::ranges::reverse(ordered);
        EXPECT_EQ(texts(read_all(query, [&](const auto& q) { return tables->query(q); })), ordered)
            << index_name << ' ' << query.key_condition << (query.forward ? " forward" : " backward");
    }

    void compare_everything() {
        std::multiset<std::string> expected, expected_global;
        std::uint64_t bytes = 0;
        for (const auto& [key, one] : oracle) {
            expected.insert(text(one));
            if (one.contains("g") && one.contains("r")) expected_global.insert(text(one));
            bytes += item_size(one);
        }
        const auto scanned = [&](const std::string& index_name) {
            model::Scan scan;
            scan.table = "orders";
            scan.index = index_name;
            const auto found = texts(read_all(scan, [&](const auto& s) { return tables->scan(s); }));
            return std::multiset<std::string>(found.begin(), found.end());
        };
        EXPECT_EQ(scanned(""), expected);
        EXPECT_EQ(scanned("global"), expected_global);
        EXPECT_EQ(tables->info("orders").value().items, oracle.size());
        EXPECT_EQ(tables->info("orders").value().bytes, bytes);
    }

    // The stream alone rebuilds the table.
    void compare_replayed_stream() {
        std::map<std::string, std::string> replayed, expected;
        for (std::uint64_t after = 0;;) {
            const auto records = tables->changes("orders", after, 100).value();
            if (records.empty()) break;
            for (const auto& record : records) {
                if (record.new_image) {
                    replayed[text(record.keys)] = text(*record.new_image);
                } else {
                    replayed.erase(text(record.keys));
                }
            }
            after = records.back().sequence;
        }
        for (const auto& [key, one] : oracle)
            expected[text(key_item(key))] = text(one);
        EXPECT_EQ(replayed, expected);
    }

    std::mt19937 random{GetParam()};
    std::map<Key, Item> oracle;
};

TEST_P(TableModel, agrees_with_a_map_after_any_sequence_of_writes) {
    for (int round = 0; round < 25 && !HasFailure(); ++round) {
        for (int i = 0; i < 20; ++i)
            write_something();
        const Key key = any_key();
        model::GetItem request;
        request.table = "orders";
        request.key = key_item(key);
        const auto found = oracle.find(key);
        EXPECT_EQ(tables->get(request).value(),
                  found == oracle.end() ? std::nullopt : std::optional(found->second));
        compare_query("", "user", "u" + std::to_string(any(4)), "at");
        compare_query("local", "user", "u" + std::to_string(any(4)), "r");
        compare_query("global", "g", "g" + std::to_string(any(3)), "r");
        compare_query("hash_only", "g", "g" + std::to_string(any(3)), std::nullopt);
        if (round == 12) reopen();
    }
    compare_everything();
    compare_replayed_stream();
}

INSTANTIATE_TEST_SUITE_P(Seeds, TableModel, testing::Range(1U, 9U));

}  // namespace
}  // namespace faasd::table::test
