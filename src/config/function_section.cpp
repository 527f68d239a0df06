#include <algorithm>
#include <array>
#include <set>
#include <system_error>

#include "config/destination_field.hpp"
#include "config/environment_field.hpp"
#include "config/sections.hpp"

namespace faasd::config {
namespace {

using model::FunctionDefinition;
using model::ResourceKind;
using namespace std::chrono_literals;

constexpr std::array kSourceEndings{".cpp", ".cc", ".cxx", ".c++"};
constexpr std::string_view kSourcePattern = R"(\.(cpp|cc|cxx|c\+\+)$)";
constexpr std::array kKinds{ResourceKind::table, ResourceKind::queue, ResourceKind::bucket,
                            ResourceKind::function, ResourceKind::dependency};

bool is_source(const std::filesystem::path& path) {
    return std::find(kSourceEndings.begin(), kSourceEndings.end(), path.extension()) != kSourceEndings.end();
}

// A warning only: an editor may be about to write it, and the build says so again.
void check_exists(Reading& reading, const Node& node, const std::filesystem::path& path) {
    std::error_code error;
    if (std::filesystem::exists(path, error) || error) return;
    if (reading.full()) return;
    std::vector<std::string> neighbours;
    for (auto entry = std::filesystem::directory_iterator(path.parent_path(), error);
         !error && entry != std::filesystem::directory_iterator() && neighbours.size() < 1000;
         entry.increment(error))
        if (is_source(entry->path())) neighbours.push_back(entry->path().filename().string());
    reading.warning(node, "the source " + shown(node) + " does not exist",
                    did_you_mean(path.filename().string(), neighbours));
}

void read_source(Reading& reading, const Node& node, FunctionDefinition& into) {
    const auto path = reading.path("source", node);
    if (!path) return;
    if (!is_source(*path)) {
        reading.error(node, shown(node) + " is not a C++ source", "a source ends in .cpp, .cc, .cxx or .c++");
        return;
    }
    check_exists(reading, node, *path);
    into.sources.push_back(*path);
}

void read_module(Reading& reading, const Node& node, FunctionDefinition& into) {
    const auto path = reading.path("module", node);
    if (!path) return;
    if (path->extension() != ".so") {
        reading.error(node, shown(node) + " is not a module",
                      "a module is a shared object: its name ends in .so");
        return;
    }
    into.module = *path;
}

void read_short(Reading& reading, const Node& node, FunctionDefinition& into) {
    into.handler = into.name;
    for (const Node* one : reading.elements("source", node)) {
        if (!one->is_scalar()) {
            reading.wrong_form("source", *one, "a source file or a module");
        } else if (node.is_scalar() && node.text.ends_with(".so")) {
            read_module(reading, *one, into);
        } else if (const std::filesystem::path path = one->text; !is_source(path)) {
            reading.error(*one, shown(*one) + " is neither a C++ source nor a module",
                          "write a source (.cpp, .cc, .cxx, .c++), a module (.so), or a mapping with "
                          "'source' or 'module'");
        } else {
            read_source(reading, *one, into);
        }
    }
}

std::vector<std::string> kind_words() {
    std::vector<std::string> words;
    for (const ResourceKind kind : kKinds)
        words.emplace_back(to_string(kind));
    return words;
}

void read_grant(Reading& reading, const Node& node, FunctionDefinition& into) {
    const auto text = reading.text("uses", node);
    if (!text) return;
    const std::size_t colon = text->find(':');
    if (colon == std::string::npos) {
        reading.at_end([&reading, &node, name = *text](const model::App&) {
            std::string hint = "write kind:name, for example table:products";
            for (const ResourceKind kind : kKinds) {
                if (reading.has(kind, name))
                    hint = "did you mean '" + std::string(to_string(kind)) + ':' + name + "'?";
            }
            reading.error(node, "'uses': " + shown(node) + " does not say what it is", hint);
        });
        return;
    }
    const std::string word = text->substr(0, colon);
    const auto kind =
        std::find_if(kKinds.begin(), kKinds.end(), [&](ResourceKind k) { return to_string(k) == word; });
    if (kind == kKinds.end()) {
        reading.error(node, "'uses': " + shown(node) + " is of no known kind",
                      guess_or_list(word, kind_words()));
        return;
    }
    FunctionDefinition::Grant grant{*kind, text->substr(colon + 1)};
    reading.refer(*kind, node, grant.name);
    into.uses.push_back(std::move(grant));
}

Field<FunctionDefinition> source_field() {
    return {{"source",
             ValueDescription::list_of(ValueDescription::text("C++ sources", std::string(kSourcePattern))),
             "The sources, compiled and watched by `faasd serve`: a saved edit is live without a restart. "
             "Either this or `module`.",
             {},
             false},
            [](Reading& reading, const Node& node, FunctionDefinition& into) {
                for (const Node* one : reading.elements("source", node))
                    read_source(reading, *one, into);
            }};
}

Field<FunctionDefinition> module_field() {
    return {{"module",
             ValueDescription::text("a shared object", R"(\.so$)"),
             "A module that something else builds; reloaded when it changes. Either this or `source`.",
             {},
             false},
            read_module};
}

Field<FunctionDefinition> uses_field() {
    return {
        {"uses",
         ValueDescription::list_of(ValueDescription::text("kind:name", "^(table|queue|bucket|function|dependency):.")),
         "What the function's `Context` may reach: `table:`, `queue:`, `bucket:`, `function:` or `dependency:` "
         "and the name. "
         "Anything else is refused at run time with the line to add here.",
         {},
         false},
        [](Reading& reading, const Node& node, FunctionDefinition& into) {
            std::set<std::string> seen;
            for (const Node* one : reading.elements("uses", node))
                if (!one->is_scalar() || seen.insert(one->text).second) read_grant(reading, *one, into);
        }};
}

void check_function(Reading& reading, const Node& at, const Node& map, FunctionDefinition& function) {
    if (function.handler.empty()) function.handler = function.name;
    if (map.find("source") && map.find("module"))
        reading.error(at, reading.where() + " has both 'source' and 'module'", "keep one of them");
    const SectionDescription& section = function_section().description();
    if (!map.find("source") && !map.find("module") && !Reading::has_misspelt(section, map, "source") &&
        !Reading::has_misspelt(section, map, "module"))
        reading.error(at, reading.where() + " has no code", "write 'source: file.cpp' or 'module: file.so'");
    if (map.find("libraries") && map.find("module"))
        reading.warning(*map.find("libraries"),
                        "'libraries' are linked to sources only; a module has its own");
    if (const Node* queue = map.find("dead_letter_queue"); queue && queue->is_scalar())
        reading.at_end([&reading, queue, where = reading.where()](const model::App&) {
            const model::QueueDefinition* target = reading.queue(queue->text);
            if (target && target->attributes.fifo)
                reading.error(*queue, "the dead-letter queue of " + where + " is a FIFO queue",
                              "asynchronous calls need a standard queue");
        });
}

}  // namespace

const Section<FunctionDefinition>& function_section() {
    using F = FunctionDefinition;
    static const Section<F> section =
        Section<F>(
            "function", "functions.<name>", "A function and where its code is.",
            {source_field(), module_field(),
             text_field<F>("handler", &F::handler, "the name within the module",
                           "Which function of the source or module it is. Default: its name here."),
             list_field<F>("libraries", &F::libraries, "names", {},
                           "Libraries to link the sources with (`-l`)."),
             duration_field<F>("timeout", &F::timeout, 1ms, 15min,
                               "After this the caller gets an error (HTTP: 504)."),
             integer_field<F>(
                 "concurrency", &F::concurrency, 1, 100'000,
                 "Calls that may run at once. Over it a waiting caller gets 429; asynchronous calls wait."),
             environment_field<F>(&F::environment, "Variables for this function, over the app's."),
             uses_field(),
             reference_field<F>("dead_letter_queue", &F::dead_letter_queue, ResourceKind::queue,
                                "Where an asynchronous call goes that failed for good: the event itself."),
             destination_field<F>("on_success", &F::on_success,
                                  "Where a record of each asynchronous call that succeeded goes."),
             destination_field<F>("on_failure", &F::on_failure,
                                  "Where a record of each asynchronous call that failed for good goes, with the "
                                  "event and the error inside."),
             integer_field<F>("max_retries", &F::max_retries, 0, 100, "Retries of an asynchronous call."),
             duration_field<F>("retry_delay", &F::retry_delay, 0s, 15min,
                               "The pause before the first retry of an asynchronous call; it doubles with each, up "
                               "to 15 minutes, and is longer by up to a tenth at random. Lambda waits 1 minute, so "
                               "that is the default; work on one box may want 1s."),
             duration_field<F>("max_event_age", &F::max_event_age, 1s, std::chrono::hours{24 * 14},
                               "An asynchronous call that is older is not tried again."),
             choice_field<F, decltype(&F::allow_recursion), bool>(
                 "recursion", &F::allow_recursion, {{"stop", false}, {"allow", true}},
                 "What to do when the function has run 16 times in one chain of events: `stop` refuses the next "
                 "call as a loop, `allow` lets it run.")})
            .short_form(ValueDescription::either(
                            {ValueDescription::text("a source or a module", R"(\.(so|cpp|cc|cxx|c\+\+)$)"),
                             ValueDescription::list_of(
                                 ValueDescription::text("C++ sources", std::string(kSourcePattern)))}),
                        read_short)
            .check(check_function)
            .foreign({{"runtime", "the language follows from 'source' or 'module'"},
                      {"memory", "functions share the daemon's memory: there is nothing to set"},
                      {"memory_size", "functions share the daemon's memory: there is nothing to set"},
                      {"code", "write 'source: file.cpp' or 'module: file.so'"},
                      {"file", "write 'source: file.cpp' or 'module: file.so'"},
                      {"path", "write 'source: file.cpp' or 'module: file.so'"},
                      {"env", "did you mean 'environment'?"},
                      {"dlq", "did you mean 'dead_letter_queue'?"},
                      {"destinations", "write 'on_success' and 'on_failure'"},
                      {"recursive_loop", "did you mean 'recursion'?"},
                      {"permissions", "did you mean 'uses'? For example uses: [table:products]"},
                      {"policies", "did you mean 'uses'? For example uses: [table:products]"},
                      {"events",
                       "triggers stand at their source: routes, schedules, a queue's 'consumer', "
                       "a bucket's 'notifications', a table's 'stream'"}});
    return section;
}

}  // namespace faasd::config
