#include "cli/example_load.hpp"

#include <algorithm>
#include <fstream>
#include <iostream>
#include <map>

#include <nlohmann/json.hpp>

#include "base/random.hpp"
#include "cli/print.hpp"

namespace faasd::cli {
namespace {

using Figures = std::vector<std::pair<std::string, std::string>>;

// Those to run before it, by its own word.
std::vector<std::string> beside(const Example& example) {
    constexpr std::string_view kBeside = "# beside: ";
    std::ifstream in(example.folder / "load");
    std::vector<std::string> names;
    for (std::string line; std::getline(in, line);)
        if (line.starts_with(kBeside)) names.push_back(line.substr(kBeside.size()));
    return names;
}

Figures read_figures(const std::filesystem::path& file) {
    std::ifstream in(file);
    Figures figures;
    for (std::string line; std::getline(in, line);) {
        const auto tab = line.find('\t');
        if (tab != std::string::npos) figures.emplace_back(line.substr(0, tab), line.substr(tab + 1));
    }
    return figures;
}

Figures load_one(const Example& example, SessionOptions with) {
    if (!example.has("load")) throw CommandError("the example " + example.name + " has no load", kWrongUsage);
    std::cout << "== " << example.name << (with.database.empty() ? "" : " with " + with.database) << std::endl;
    with.seed = base::random_u64() % 1'000'000;
    ExampleSession session(example, with);
    const auto ended = session.run_script("load");
    if (ended.exit_code != 0) {
        std::cerr << "--- the end of its daemon's log:\n" << session.log();
        throw CommandError("the load of " + example.name + " failed with exit code " + std::to_string(ended.exit_code));
    }
    return read_figures(session.work() / "figures");
}

void print_side_by_side(const std::vector<std::pair<std::string, Figures>>& runs) {
    std::vector<std::string> labels;
    for (const auto& [name, figures] : runs)
        for (const auto& [label, value] : figures)
            if (std::find(labels.begin(), labels.end(), label) == labels.end()) labels.push_back(label);
    std::vector<std::vector<std::string>> rows{{""}};
    for (const auto& [name, figures] : runs)
        rows.front().push_back(name);
    for (const auto& label : labels) {
        rows.push_back({label});
        for (const auto& [name, figures] : runs) {
            const auto found = std::find_if(figures.begin(), figures.end(), [&](const auto& one) { return one.first == label; });
            rows.back().push_back(found == figures.end() ? "" : found->second);
        }
    }
    std::cout << '\n';
    print_rows(rows);
}

}  // namespace

void load_examples(const LoadCommand& command, Program& program) {
    std::vector<Example> examples;
    const auto add = [&](const std::string& name) {
        auto example = find_example(name);
        const bool there = std::any_of(examples.begin(), examples.end(), [&](const auto& one) { return one.folder == example.folder; });
        if (!there) examples.push_back(std::move(example));
    };
    for (const auto& name : command.names) {
        for (const auto& other : beside(find_example(name)))
            add(other);
        add(name);
    }
    std::vector<std::pair<std::string, Figures>> runs;
    try {
        for (const auto& example : examples)
            runs.emplace_back(example.name, load_one(example, command.session));
    } catch (const ExampleSession::Interrupted&) {
        program.exit_code = 130;
        return;
    }
    if (!program.json) return print_side_by_side(runs);
    nlohmann::json all = nlohmann::json::object();
    for (const auto& [name, figures] : runs)
        for (const auto& [label, value] : figures)
            all[name][label] = value;
    print_json(all);
}

}  // namespace faasd::cli
