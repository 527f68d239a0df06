#include <iostream>

#include <CLI/CLI.hpp>

#include "base/json.hpp"
#include "cli/control_client.hpp"
#include "cli/print.hpp"

namespace faasd::cli {
namespace {

using nlohmann::json;

// A key on the command line: a JSON object, or the value of the hash key, or of both keys.
json key_of(const std::vector<std::string>& words) {
    if (words.size() == 1 && words[0].starts_with('{')) {
        json object = base::parse_json(words[0]);
        if (!object.is_object()) throw CommandError("'" + words[0] + "' is not valid JSON", kWrongUsage);
        return object;
    }
    if (words.size() == 1) return words[0];
    return json(words);
}

// The two placeholder maps of an expression.
void add_placeholders(json& params, const std::string& values, const std::string& names) {
    const auto add = [&](const char* name, const std::string& text) {
        if (text.empty()) return;
        params[name] = base::parse_json(text);
        if (!params[name].is_object()) throw CommandError(std::string("--") + name + " is not a JSON object", kWrongUsage);
    };
    add("values", values);
    add("names", names);
}

void add_list(CLI::App& group, Program& program) {
    auto* command = group.add_subcommand("list", "Every table and how much is in it");
    command->footer("Example: faasd table list");
    command->callback([&program] {
        const json tables = ControlClient(program).operation("table.list", json::object()).value.at("tables");
        if (program.json) return print_json(tables);
        std::vector<std::vector<std::string>> rows{{"TABLE", "KEY", "ITEMS", "BYTES"}};
        for (const json& table : tables) {
            std::string key = table["key"]["hash"].value("name", "");
            if (table["key"].contains("range")) key += ", " + table["key"]["range"].value("name", "");
            rows.push_back({table.value("name", ""), key, plain(table["items"]), plain(table["bytes"])});
        }
        print_rows(rows);
    });
}

void add_put(CLI::App& group, Program& program) {
    struct Options {
        std::string table, item, file, condition, values, names;
    };
    auto options = std::make_shared<Options>();
    auto* command = group.add_subcommand("put", "Store an item, given as plain JSON");
    command->add_option("table", options->table, "The table's name")->required();
    auto* item = command->add_option("item", options->item, "The item; '-' reads standard input");
    command->add_option("--data-file,-f", options->file, "A file with the item")->excludes(item);
    command->add_option("--condition", options->condition, "A condition expression");
    command->add_option("--values", options->values, "Its values, as JSON: {\":v\": 1}");
    command->add_option("--names", options->names, "Its names, as JSON: {\"#n\": \"name\"}");
    command->footer("Example: faasd table put users '{\"userId\": \"7\", \"name\": \"Ada\"}'");
    command->callback([options, &program] {
        json given = base::parse_json(read_data(options->item, options->file));
        if (!given.is_object()) throw CommandError("the item is not a JSON object", kWrongUsage);
        json params = {{"table", options->table}, {"item", std::move(given)}, {"plain", true}};
        if (!options->condition.empty()) params["condition"] = options->condition;
        add_placeholders(params, options->values, options->names);
        ControlClient(program).operation("table.put", params);
    });
}

void add_get(CLI::App& group, Program& program) {
    auto table = std::make_shared<std::string>();
    auto key = std::make_shared<std::vector<std::string>>();
    auto* command = group.add_subcommand("get", "Print an item as JSON");
    command->add_option("table", *table, "The table's name")->required();
    command->add_option("key", *key, "The hash key, and the range key if it has one; or a JSON object")
        ->required()
        ->expected(1, 2);
    command->footer("Example: faasd table get users 7");
    command->callback([table, key, &program] {
        const json found =
            ControlClient(program).operation("table.get", {{"table", *table}, {"key", key_of(*key)}, {"plain", true}}).value;
        if (found.value("item", json()).is_null()) throw CommandError("there is no such item in " + *table);
        print_json(found["item"]);
    });
}

void add_delete(CLI::App& group, Program& program) {
    auto table = std::make_shared<std::string>();
    auto key = std::make_shared<std::vector<std::string>>();
    auto* command = group.add_subcommand("delete", "Delete an item");
    command->add_option("table", *table, "The table's name")->required();
    command->add_option("key", *key, "The key, as for get")->required()->expected(1, 2);
    command->footer("Example: faasd table delete users 7");
    command->callback([table, key, &program] {
        ControlClient(program).operation("table.delete", {{"table", *table}, {"key", key_of(*key)}, {"plain", true}});
    });
}

void add_scan(CLI::App& group, Program& program) {
    struct Options {
        std::string table, filter, values, names;
        std::uint64_t limit = 0;
    };
    auto options = std::make_shared<Options>();
    auto* command = group.add_subcommand("scan", "Print every item, one JSON object a line");
    command->add_option("table", options->table, "The table's name")->required();
    command->add_option("--limit", options->limit, "At most so many");
    command->add_option("--filter", options->filter, "A filter expression");
    command->add_option("--values", options->values, "Its values, as JSON: {\":v\": 1}");
    command->add_option("--names", options->names, "Its names, as JSON: {\"#n\": \"name\"}");
    command->footer("Example: faasd table scan users --filter 'age > :v' --values '{\":v\": 30}'");
    command->callback([options, &program] {
        json params = {{"table", options->table}, {"plain", true}};
        if (!options->filter.empty()) params["filter"] = options->filter;
        add_placeholders(params, options->values, options->names);
        const ControlClient client(program);
        std::uint64_t printed = 0;
        while (true) {
            const json page = client.operation("table.scan", params).value;
            for (const json& item : page.at("items")) {
                if (options->limit && printed == options->limit) return;
                std::cout << plain(item) << '\n';
                ++printed;
            }
            if (!page.contains("last_key")) break;
            params["start_key"] = page["last_key"];
        }
    });
}

}  // namespace

void add_table(CLI::App& app, Program& program) {
    auto* group = app.add_subcommand("table", "Tables: list, put, get, scan, delete");
    group->footer("Example: faasd table list");
    group->require_subcommand(1);
    add_list(*group, program);
    add_put(*group, program);
    add_get(*group, program);
    add_scan(*group, program);
    add_delete(*group, program);
}

}  // namespace faasd::cli
