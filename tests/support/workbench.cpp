#include "support/workbench.hpp"

#include <fstream>

namespace faasd::test {

const std::string kWorkbench = R"(name: workbench

functions:
  hello: functions.cpp
  slow: { source: functions.cpp, timeout: 30s }
  brief: { source: functions.cpp, timeout: 300ms }
  lonely: { source: functions.cpp, concurrency: 1 }
  fail: functions.cpp
  reverse: functions.cpp
  note: { source: functions.cpp, uses: [table:notes] }
  trespass: functions.cpp
  garbage: functions.cpp

routes:
  GET /hello/{name}: hello
  GET /slow: slow
  GET /brief: brief
  GET /lonely: lonely
  GET /fail: fail
  GET /trespass: trespass
  GET /garbage: garbage

queues:
  jobs: { visibility_timeout: 1s }
  failed: {}
  orders.fifo: {}

buckets:
  files: {}

tables:
  notes: { key: id }
  pairs: { key: { hash: left, range: "right:number" } }
)";

namespace {

constexpr const char* kSource = R"cpp(#include <faasd/function.hpp>

#include <chrono>
#include <cstdlib>
#include <stdexcept>
#include <thread>

using faasd::Context, faasd::HttpRequest, faasd::HttpResponse;

HttpResponse hello(const HttpRequest& request) {
    return HttpResponse::text("Hello, " + std::string(request.path_parameter("name")) + "!");
}
FAASD_FUNCTION(hello)

static HttpResponse wait(const HttpRequest& request) {
    const int ms = std::atoi(request.query_parameter("ms").value_or("100").c_str());
    std::this_thread::sleep_for(std::chrono::milliseconds(ms));
    return HttpResponse::text("waited");
}
HttpResponse slow(const HttpRequest& request) { return wait(request); }
HttpResponse brief(const HttpRequest& request) { return wait(request); }
HttpResponse lonely(const HttpRequest& request) { return wait(request); }
FAASD_FUNCTION(slow)
FAASD_FUNCTION(brief)
FAASD_FUNCTION(lonely)

HttpResponse fail(const HttpRequest& request) {
    if (request.query_parameter("how") == "named") throw faasd::Error("OutOfStock", "the shelf is empty");
    throw std::runtime_error("it went wrong");
}
FAASD_FUNCTION(fail)

faasd::json reverse(const faasd::json& event) {
    if (event.is_array()) return faasd::json(std::vector<faasd::json>(event.rbegin(), event.rend()));
    return event;
}
FAASD_FUNCTION(reverse)

faasd::json note(const faasd::json& event, Context& context) {
    context.table("notes").put(event);
    return {{"noted", event.at("id")}};
}
FAASD_FUNCTION(note)

HttpResponse trespass(const HttpRequest&, Context& context) {
    context.table("notes").put({{"id", "trespasser"}});
    return HttpResponse::no_content();
}
FAASD_FUNCTION(trespass)

std::string garbage(const HttpRequest&) { return "\xff\xfe is not JSON {"; }
FAASD_FUNCTION(garbage)

// Which crash is in the query, or in the message.
__attribute__((noinline)) static int descend(volatile int depth) {
    volatile char frame[4096];
    frame[0] = static_cast<char>(depth);
    return descend(depth + 1) + frame[0];
}
static void crash_by(const std::string& how) {
    if (how == "null") *static_cast<volatile int*>(nullptr) = 1;
    if (how == "stack") descend(0);
    if (how == "abort") std::abort();
    if (how == "heap") {
        // Writes over the heap's own bookkeeping on both sides, so that it cannot stay unnoticed.
        for (int i = 0; i < 64; ++i) {
            auto* block = static_cast<volatile char*>(std::malloc(200));
            for (int at = -16; at < 400; ++at)
                block[at] = 0x41;
            std::free(const_cast<char*>(block));
        }
    }
}
HttpResponse crash(const HttpRequest& request) {
    crash_by(request.query_parameter("how").value_or(""));
    return HttpResponse::text("alive");
}
FAASD_FUNCTION(crash)

// Its first call crashes; what is in work then must come again.
void work(const faasd::QueueBatch& batch, Context& context) {
    auto notes = context.table("notes");
    const bool first = notes.put_if({{"id", "crashed once"}}, {"attribute_not_exists(id)"});
    if (first) crash_by("abort");
    for (const auto& message : batch)
        notes.put({{"id", message.body}});
}
FAASD_FUNCTION(work)
)cpp";

}  // namespace

const std::filesystem::path& workbench_folder() {
    static const TemporaryFolder folder;
    static const bool written = (folder.write("functions.cpp", kSource), true);
    (void)written;
    return folder.path();
}

std::filesystem::path workbench(const std::string& name, const std::string& yaml) {
    const auto file = workbench_folder() / (name + ".yaml");
    std::ofstream(file, std::ios::trunc) << yaml;
    return file;
}

bool serves(const DaemonProcess& daemon) {
    return eventually([&] { return daemon.get("/hello/Ada").status == 200; }, std::chrono::minutes{5});
}

CommandResult run_faasd(const std::vector<std::string>& arguments, const std::filesystem::path& folder,
                    const std::map<std::string, std::string>& environment) {
    std::vector<std::string> command{"timeout", "-s", "KILL", "60", FAASD_EXECUTABLE};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return run(command, folder, {}, environment);
}

nlohmann::json function_status(const DaemonProcess& daemon, const std::string& function) {
    const auto status = nlohmann::json::parse(daemon.control("GET", "status").body, nullptr, false);
    if (!status.is_object()) return nullptr;
    for (const auto& one : status["functions"])
        if (one["name"] == function) return one;
    return nullptr;
}

}  // namespace faasd::test
