// A table engine over a store of its own, with a clock and timers that the test moves.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/wait.hpp"
#include "services/table/table_engine.hpp"
#include "items/plain_json.hpp"
#include "storage/temporary_store.hpp"

namespace faasd::table::test {

using namespace items;

using model::Item;

// {"id": "a", "n": 5}: strings, numbers, Booleans, null, arrays, objects; sets and binaries as plain_json.hpp says.
inline Item item(std::string_view json) { return item_from_plain_text(json).value(); }
inline std::string text(const Item& item) { return to_plain_text(item); }
inline std::string text(const std::optional<Item>& item) { return item ? to_plain_text(*item) : "none"; }

inline std::vector<std::string> texts(const std::vector<Item>& items) {
    std::vector<std::string> result;
    for (const Item& one : items) result.push_back(text(one));
    return result;
}

// The values of one attribute, in the order of the items.
inline std::vector<std::string> column(const std::vector<Item>& items, const std::string& name) {
    std::vector<std::string> result;
    for (const Item& one : items) {
        const auto found = one.find(name);
        result.push_back(found == one.end() ? "-" : to_plain_text(found->second));
    }
    return result;
}

template <class T>
std::string message(const base::Result<T>& result) {
    return result ? "no error" : result.error().message;
}
template <class T>
std::error_code code(const base::Result<T>& result) {
    return result ? std::error_code{} : result.error().code;
}

inline model::KeyAttribute string_key(std::string name) { return {.name = std::move(name), .type = model::KeyType::string}; }
inline model::KeyAttribute number_key(std::string name) { return {.name = std::move(name), .type = model::KeyType::number}; }

inline model::TableDefinition hash_table(std::string name = "users") {
    model::TableDefinition table;
    table.name = std::move(name);
    table.key.hash = string_key("id");
    return table;
}
inline model::TableDefinition range_table(std::string name = "orders") {
    model::TableDefinition table;
    table.name = std::move(name);
    table.key = {.hash = string_key("user"), .range = number_key("at")};
    return table;
}
inline model::IndexDefinition index(std::string name, model::KeyAttribute hash,
                                    std::optional<model::KeyAttribute> range = {}) {
    model::IndexDefinition definition;
    definition.name = std::move(name);
    definition.key = {.hash = std::move(hash), .range = std::move(range)};
    return definition;
}

class TableTest : public testing::Test {
  public:
    storage::test::TemporaryFolder folder;
    base::ManualClock clock;
    base::ManualTimers timers{clock};
    std::unique_ptr<storage::Store> store = storage::test::open_store(folder.path());
    std::unique_ptr<TableEngine> tables = std::make_unique<TableEngine>(*store, clock, timers);

    void reopen() {
        tables.reset();
        store.reset();
        store = storage::test::open_store(folder.path());
        tables = std::make_unique<TableEngine>(*store, clock, timers);
    }

    // Moves the clock, and waits for what the timers started.
    void advance(base::Duration by) {
        timers.advance(by);
        settle();
    }
    // Lets everything that is due now run to its end.
    void settle() {
        for (int quiet = 0; quiet < 2;) {
            timers.run_due();
            static_cast<void>(storage::test::write(*store, [](model::Transaction&) -> base::Result<> { return {}; }));
            const auto next = timers.next_deadline();
            quiet = next && *next <= clock.now() ? 0 : quiet + 1;
        }
    }

    base::Result<> create(model::TableDefinition definition) {
        return base::wait_for<void>([&](auto done) { tables->create(std::move(definition), std::move(done)); });
    }
    base::Result<> ensure(model::TableDefinition definition) {
        return base::wait_for<void>([&](auto done) { tables->ensure(std::move(definition), std::move(done)); });
    }
    base::Result<> drop(std::string table) {
        return base::wait_for<void>([&](auto done) { tables->remove(std::move(table), std::move(done)); });
    }

    base::Result<std::optional<Item>> put(model::PutItem request) {
        return base::wait_for<std::optional<Item>>(
            [&](auto done) { tables->put(std::move(request), std::move(done)); });
    }
    base::Result<std::optional<Item>> put(std::string table, std::string_view json) {
        model::PutItem request;
        request.table = std::move(table);
        request.item = item(json);
        return put(std::move(request));
    }
    base::Result<std::optional<Item>> update(model::UpdateItem request) {
        return base::wait_for<std::optional<Item>>(
            [&](auto done) { tables->update(std::move(request), std::move(done)); });
    }
    base::Result<std::optional<Item>> erase(model::DeleteItem request) {
        return base::wait_for<std::optional<Item>>(
            [&](auto done) { tables->remove_item(std::move(request), std::move(done)); });
    }
    base::Result<std::optional<Item>> erase(std::string table, std::string_view key) {
        model::DeleteItem request;
        request.table = std::move(table);
        request.key = item(key);
        return erase(std::move(request));
    }
    base::Result<std::vector<base::Result<>>> batch(std::vector<model::WriteAction> actions) {
        return base::wait_for<std::vector<base::Result<>>>(
            [&](auto done) { tables->batch_write(std::move(actions), std::move(done)); });
    }
    base::Result<> transact(std::vector<model::WriteAction> actions, std::string token = {}) {
        return base::wait_for<void>(
            [&](auto done) { tables->transact_write(std::move(actions), std::move(token), std::move(done)); });
    }
    std::optional<Item> get(std::string table, std::string_view key) {
        model::GetItem request;
        request.table = std::move(table);
        request.key = item(key);
        return tables->get(request).value();
    }
    std::vector<Item> scan_all(const std::string& table, const std::string& index_name = {}) {
        model::Scan request;
        request.table = table;
        request.index = index_name;
        return tables->scan(request).value().items;
    }
};

}  // namespace faasd::table::test
