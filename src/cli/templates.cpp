#include "cli/templates.hpp"

namespace faasd::cli {
namespace {

constexpr std::string_view kGitIgnore = "/build/\n/.faasd/\n";

// Served from its source, a project needs no CMake; this is for those who want a module of their own making.
constexpr std::string_view kCMake = R"(cmake_minimum_required(VERSION 3.22)
project(@NAME@ LANGUAGES CXX)

find_package(faasd REQUIRED)
faasd_add_function(@NAME@ function.cpp)
)";

constexpr std::string_view kReadme = R"(# @NAME@

    faasd serve

serves it, and picks up every edit of `function.cpp` and `faasd.yaml` while it runs.

To build the module yourself, for example with your own flags or libraries:

    cmake -B build && cmake --build build

and write `module: build/@NAME@.so` instead of `source: function.cpp` into `faasd.yaml`.
)";

constexpr std::string_view kHttpYaml = R"(name: @NAME@

functions:
  hello:
    source: function.cpp

routes:
  GET /hello/{who}: hello
)";
constexpr std::string_view kHttpSource = R"(#include <faasd/function.hpp>

faasd::HttpResponse hello(const faasd::HttpRequest& request, faasd::Context& context) {
    const std::string who(request.path_parameter("who"));
    context.log().info("greeting ", who);
    return faasd::HttpResponse::json({{"message", "Hello, " + who + "!"}});
}
FAASD_FUNCTION(hello)
)";

constexpr std::string_view kQueueYaml = R"(name: @NAME@

functions:
  accept:
    source: function.cpp
    uses: [queue:jobs]
  work:
    source: function.cpp
    uses: [table:done]

routes:
  POST /jobs: accept

queues:
  jobs:
    consumer: work
    dead_letter_queue: { queue: failed, max_receive_count: 3 }
  failed: {}

tables:
  done:
    key: id
)";
constexpr std::string_view kQueueSource = R"(#include <faasd/function.hpp>

// Answers at once; the work is done by the queue's consumer.
faasd::HttpResponse accept(const faasd::HttpRequest& request, faasd::Context& context) {
    const std::string id = context.queue("jobs").send_json(request.json());
    return faasd::HttpResponse::json({{"id", id}}, 202);
}
FAASD_FUNCTION(accept)

// A job that fails is tried again, and moves to the queue 'failed' after three times.
faasd::BatchResult work(const faasd::QueueBatch& batch, faasd::Context& context) {
    faasd::BatchResult result;
    for (const faasd::QueueMessage& message : batch) {
        try {
            context.table("done").put({{"id", message.id}, {"job", message.json()}});
        } catch (const std::exception& problem) {
            context.log().error(message.id, ": ", problem.what());
            result.fail(message);
        }
    }
    return result;
}
FAASD_FUNCTION(work)
)";

constexpr std::string_view kTimerYaml = R"(name: @NAME@

functions:
  tick:
    source: function.cpp

schedules:
  every-minute:
    rate: 1 minute
    function: tick
)";
constexpr std::string_view kTimerSource = R"(#include <faasd/function.hpp>

void tick(const faasd::TimerEvent& event, faasd::Context& context) {
    context.log().info(event.schedule, " was due at ", event.time);
}
FAASD_FUNCTION(tick)
)";

std::vector<TemplateFile> files(std::string_view yaml, std::string_view source) {
    return {{"faasd.yaml", yaml},
            {"function.cpp", source},
            {"CMakeLists.txt", kCMake},
            {"README.md", kReadme},
            {".gitignore", kGitIgnore}};
}

}  // namespace

const std::vector<ProjectTemplate>& project_templates() {
    static const std::vector<ProjectTemplate> all{
        {"http", "one function behind one route", files(kHttpYaml, kHttpSource)},
        {"queue", "a route that accepts jobs, and a worker behind a queue", files(kQueueYaml, kQueueSource)},
        {"timer", "a function that runs every minute", files(kTimerYaml, kTimerSource)}};
    return all;
}

}  // namespace faasd::cli
