// What waits in queues between functions: a photo on its way through the thumbnailer, and a million messages.
#include <chrono>
#include <stdexcept>
#include <thread>
#include <vector>

#include <nlohmann/json.hpp>

#include "measure/bars.hpp"
#include "measure/example.hpp"
#include "measure/subject.hpp"

namespace faasd::bench {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

// Peak of memory after five seconds of a consumer that is slower than its queue, over what `data` holds.
double slow_consumer_peak(const std::filesystem::path& data) {
    const test::TemporaryFolder folder;
    folder.write("faasd.yaml",
                 "functions:\n  slow: { handler: work100, module: " BENCH_FUNCTIONS
                 ", concurrency: 4 }\nqueues:\n  full: { consumer: { function: slow, batch_size: 10 } }\n");
    test::DaemonProcess daemon(folder.path(), {"--log-level", "warn", "--data-dir", data.string()});
    if (!daemon.running()) throw std::runtime_error(daemon.log());
    std::this_thread::sleep_for(5s);
    return peak_rss(daemon.pid());
}

}  // namespace

void measure_thumbnailer(Report& report) {
    const auto daemon = example("thumbnailer");
    const std::string photo =
        file_text(std::filesystem::path(BENCH_EXAMPLES) / "thumbnailer/sample/rocket.jpg");
    std::vector<double> took;
    for (int round = 0; round < 9; ++round) {
        const std::string user = "u" + std::to_string(round);
        const auto begin = Clock::now();
        daemon->control("PUT", "buckets/photos/objects/uploads/" + user + "/rocket.jpg", photo);
        const auto row = [&] {
            return daemon->operation("table.get", {{"table", "users"}, {"key", {{"userId", {{"S", user}}}}}})
                .dump();
        };
        if (!test::eventually([&] { return row().find("thumbnails/" + user) != std::string::npos; }))
            throw std::runtime_error("the row never came: " + daemon->log());
        took.push_back(std::chrono::duration<double>(Clock::now() - begin).count());
    }
    report.add({"thumbnailer: a photo put to the user's row", fixed(median(took) * 1000, 1, "ms"),
                "two queues, two functions", "", "< 1 s", met_if(median(took) < 1)});
}

void measure_backlog(Report& report) {
    const test::TemporaryFolder empty;
    const double base = slow_consumer_peak(empty.path() / "data"), full = slow_consumer_peak(full_data());
    report.add({"peak of memory, 1 M messages for a slow consumer", megabytes(full),
                "none waiting " + megabytes(base), fixed(full / base, 2), "bounded (<= 32 MiB more)",
                met_if(full - base <= 32 * 1048576)});
}

}  // namespace faasd::bench
