#include "daemon/banner.hpp"

#include <algorithm>
#include <vector>

#include "base/units.hpp"

namespace faasd::daemon {
namespace {

struct Style {
    const char *bold, *dim, *cyan, *end;
};
constexpr Style kColour{"\033[1m", "\033[2m", "\033[36m", "\033[0m"};
constexpr Style kPlain{"", "", "", ""};

struct Row {
    std::string from, to, note;
};

// "from -> to", with the arrows below each other.
std::string table(const std::vector<Row>& rows, const Style& style) {
    std::size_t width = 0;
    for (const Row& row : rows)
        width = std::max(width, row.from.size());
    std::string out;
    for (const Row& row : rows) {
        out += "    " + std::string(style.cyan) + row.from + style.end + std::string(width - row.from.size(), ' ');
        if (!row.to.empty()) out += "  -> " + row.to;
        if (!row.note.empty()) out += std::string("  ") + style.dim + row.note + style.end;
        out += '\n';
    }
    return out;
}

std::string section(const char* title, const std::vector<Row>& rows, const Style& style) {
    if (rows.empty()) return {};
    return std::string("  ") + style.bold + title + style.end + '\n' + table(rows, style);
}

std::vector<Row> function_rows(const model::App& app) {
    std::vector<Row> rows;
    for (const auto& f : app.functions) {
        std::string from;
        for (const auto& source : f.sources)
            from += (from.empty() ? "" : " ") + source.filename().string();
        if (from.empty()) from = f.module.filename().string();
        rows.push_back({f.name, "", from});
    }
    return rows;
}

// "hello", "legacy", "products 30%, legacy 70%".
std::string leads_to(const model::RouteDefinition& route) {
    std::string text = route.function + route.upstream;
    for (const auto& one : route.split)
        text += (text.empty() ? "" : ", ") + one.target + ' ' + std::to_string(one.weight / 1000) + '%';
    for (const auto& rule : route.when) text += ", " + rule.target + " for " + rule.header;
    return text;
}

std::vector<Row> route_rows(const model::App& app) {
    std::vector<Row> rows;
    for (const auto& route : app.routes)
        rows.push_back({route.key(), leads_to(route), route.shadow ? "shadow " + route.shadow->target : ""});
    return rows;
}

std::vector<Row> trigger_rows(const model::App& app) {
    std::vector<Row> rows;
    for (const auto& queue : app.queues)
        if (queue.consumer)
            rows.push_back({"queue " + queue.name, queue.consumer->function,
                            "batches of up to " + std::to_string(queue.consumer->batch_size)});
    for (const auto& bucket : app.buckets)
        for (const auto& n : bucket.notifications)
            rows.push_back({"bucket " + bucket.name + '/' + n.prefix + "*" + n.suffix,
                            n.function.empty() ? "queue " + n.queue : n.function, ""});
    for (const auto& table : app.tables)
        if (table.consumer) rows.push_back({"table " + table.definition.name, table.consumer->function, ""});
    for (const auto& schedule : app.schedules)
        rows.push_back({"schedule " + schedule.name, schedule.function, schedule.expression + ' ' + schedule.time_zone});
    for (const auto& watch : app.watches)
        rows.push_back({"folder " + watch.folder.filename().string() + '/' + watch.pattern,
                        watch.function.empty() ? "bucket " + watch.bucket : watch.function, ""});
    return rows;
}

std::string example_path(const model::RouteDefinition& route) {
    std::string path;
    for (std::size_t i = 0; i < route.path.size(); ++i) {
        if (route.path[i] == '{') {
            path += '1';
            while (i < route.path.size() && route.path[i] != '}')
                ++i;
        } else {
            path += route.path[i];
        }
    }
    return path;
}

// Two commands that do something with what is there.
std::string lines_to_try(const model::App& app, const BannerFacts& facts) {
    std::vector<std::string> lines;
    const auto get = std::find_if(app.routes.begin(), app.routes.end(),
                                  [](const auto& r) { return r.method == "GET" || r.method == "ANY"; });
    if (get != app.routes.end()) {
        lines.push_back("curl " + facts.app_url + example_path(*get));
    } else if (!app.routes.empty()) {
        const auto& route = app.routes.front();
        lines.push_back("curl -X " + route.method + ' ' + facts.app_url + example_path(route) + " -d '{}'");
    }
    for (const auto& bucket : app.buckets) {
        if (lines.size() == 2 || bucket.notifications.empty()) continue;
        const auto& n = bucket.notifications.front();
        lines.push_back("curl -T FILE" + n.suffix + ' ' + facts.control_url + "/_faasd/v1/buckets/" + bucket.name +
                        "/objects/" + n.prefix + "FILE" + n.suffix);
    }
    lines.push_back("curl " + facts.control_url + "/_faasd/v1/status");
    std::string out;
    for (std::size_t i = 0; i < std::min<std::size_t>(lines.size(), 2); ++i)
        out += "    " + lines[i] + '\n';
    return out;
}

}  // namespace

std::string banner(const model::App& app, const BannerFacts& facts) {
    const Style& style = facts.colour ? kColour : kPlain;
    std::string out = '\n' + ("  " + std::string(style.bold)) + app.name + style.end + " is served by faasd, started in " +
                      base::format_duration(facts.start_up) + "\n\n";
    out += table({{"app", facts.app_url, ""}, {"control", facts.control_url, "AWS_ENDPOINT_URL of any AWS client"}, {"data", facts.data, ""}}, style) + '\n';
    out += section("functions", function_rows(app), style);
    out += section("routes", route_rows(app), style);
    out += section("triggers", trigger_rows(app), style);
    out += std::string("  ") + style.bold + "try" + style.end + '\n' + lines_to_try(app, facts);
    out += std::string("  ") + style.dim + "Ctrl-C stops it; edits are picked up while it runs." + style.end + "\n";
    // Scripts that know other local clouds wait for this line.
    out += "Ready.\n";
    return out;
}

}  // namespace faasd::daemon
