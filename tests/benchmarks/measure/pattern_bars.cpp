// The patterns' bars, over the bundled examples and over functions of the benchmarks' own.
#include <fstream>
#include <sstream>
#include <thread>
#include <unistd.h>

#include "examples/map-reduce/words.hpp"
#include "measure/bars.hpp"
#include "measure/example.hpp"
#include "measure/load.hpp"
#include "measure/subject.hpp"

namespace faasd::bench {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

double seconds_since(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

double cpu_seconds(pid_t pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    std::string word;
    double ticks = 0;
    for (int field = 1; field <= 15 && file >> word; ++field)
        if (field >= 14) ticks += std::stod(word);
    return ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

std::uint64_t number_at(test::DaemonProcess& daemon, const std::string& target) {
    return std::stoull(daemon.get(target).body);
}

}  // namespace

void measure_buffer(Report& report) {
    constexpr std::uint64_t events = 20'000;
    const auto daemon = example("buffer");
    std::uint64_t posted = 0;
    const auto result =
        run_load({daemon->port(),
                  64,
                  {},
                  events,
                  [&](std::string& out, std::uint64_t n) {
                      const std::string id = std::to_string(n);
                      out = post_request("/events", R"({"id":"load-)" + id + R"(","page":"/products/)" + id +
                                                        R"(","visitor":"v)" + id + "\"}");
                  },
                  false});
    const auto last_post = Clock::now();
    posted = result.answered;
    const auto stored = [&] {
        return daemon->operation("table.info", {{"table", "events"}})
            .at("result")
            .at("items")
            .get<std::uint64_t>();
    };
    if (!test::eventually([&] { return stored() == posted; }))
        throw std::runtime_error("events were lost: " + std::to_string(stored()) + " of " +
                                 std::to_string(posted));
    const double after = seconds_since(last_post);
    report.add({"buffer: 20,000 events by 64 clients, all stored", rate(result.per_second), "accepted", "",
                "none lost", met_if(posted == events)});
    report.add(
        {"  from the last post to the last row", fixed(after, 3, "s"), "", "", "< 1 s", met_if(after < 1)});
}

void measure_map_reduce(Report& report) {
    const std::string text = file_text(std::filesystem::path(BENCH_DATA) / "king-james-bible.txt");
    std::vector<double> alone, together;
    std::string wanted;
    for (int round = 0; round < 5; ++round) {
        const auto begin = Clock::now();
        wanted = to_lines(count_words(text));
        alone.push_back(seconds_since(begin));
    }
    const auto daemon = example("map-reduce");
    for (int round = 0; round < 3; ++round) {
        const std::string key = "4/bible" + std::to_string(round) + ".txt";
        const auto begin = Clock::now();
        daemon->control("PUT", "buckets/texts/objects/" + key, text);
        const std::string result = "buckets/counts/objects/result/" + key;
        if (!test::eventually([&] { return daemon->control("HEAD", result).status == 200; }))
            throw std::runtime_error("the words were never counted: " + daemon->log());
        together.push_back(seconds_since(begin));
        if (daemon->control("GET", result).body != wanted)
            throw std::runtime_error("the words were counted wrongly");
    }
    const double bar = 2 * median(alone) + 0.2;
    report.add({"map-reduce: 4.4 MB of text, 4 mappers", fixed(median(together), 3, "s"),
                "one process " + fixed(median(alone), 3, "s"), fixed(median(together) / median(alone), 2),
                "< 2 x + 0.2 s = " + fixed(bar, 3, "s"), met_if(median(together) < bar)});
}

namespace {

struct Crawl {
    double seconds = 0;
    nlohmann::json figures;  // what the API has seen
};

Crawl crawl(std::uint64_t users, const char* calls_per_second, const char* broken_percent) {
    const Variable calls("API_CALLS_PER_SECOND", calls_per_second);
    const Variable broken("API_BROKEN_PERCENT", broken_percent);
    const auto api = example("crawler/api");
    const Variable url("API_URL", "http://127.0.0.1:" + std::to_string(api->port()));
    const Variable workers("WORKERS", "32");
    const auto daemon = example("crawler");
    daemon->request("POST", "/users?count=" + std::to_string(users), "");
    const auto begin = Clock::now();
    const auto started = daemon->operation("schedule.run", {{"name", "hourly"}});
    if (started.contains("error")) throw std::runtime_error("the crawl does not start: " + started.dump());
    if (!test::eventually([&] { return objects_in(*daemon, "profiles") == 2 * users; }, 2min))
        throw std::runtime_error("profiles are missing: " + daemon->log());
    return {seconds_since(begin), nlohmann::json::parse(api->get("/figures").body)};
}

}  // namespace

void measure_crawler(Report& report) {
    constexpr std::uint64_t users = 10'000;
    const double took = crawl(users, "1000000", "0").seconds;
    report.add({"crawler: 10,000 profiles of a 1 ms API, stored", fixed(took, 2, "s"),
                "20,000 calls, 20,000 objects", "", "< 5 s", met_if(took < 5)});
    const Crawl limited = crawl(users, "3000", "2");
    const auto number = [&](const char* name) { return limited.figures.at(name).get<int>(); };
    report.add(
        {"  the same with 3,000 calls/s and 2 % broken", fixed(limited.seconds, 2, "s"),
         std::to_string(number("refused")) + " refused, " + std::to_string(number("broken")) + " broken", "",
         "complete, nobody calls too early", met_if(number("impatient") == 0)});
}

void measure_fan_out(Report& report) {
    Subject subject;
    auto& daemon = subject.daemon();
    const auto all_done = [&](const std::string& worker, std::uint64_t count) {
        const std::uint64_t before = number_at(daemon, "/finished");
        const auto begin = Clock::now();
        const auto answer = daemon.get("/dispatch/" + worker + "?times=" + std::to_string(count));
        if (answer.status != 204) throw std::runtime_error("dispatch answered " + answer.body);
        if (!test::eventually([&] { return number_at(daemon, "/finished") == before + count; }))
            throw std::runtime_error("calls are missing: " + daemon.log());
        return seconds_since(begin);
    };
    std::vector<double> sleeping, trivial;
    for (int round = 0; round < 3; ++round) {
        sleeping.push_back(all_done("work100", 1000));
        trivial.push_back(all_done("work0", 10'000));
    }
    report.add({"fan-out: 1,000 workers that sleep 100 ms", fixed(median(sleeping), 3, "s"),
                "one alone 0.100 s", "", "< 0.5 s", met_if(median(sleeping) < 0.5)});
    report.add({"10,000 asynchronous calls, durable", fixed(median(trivial), 3, "s"), "", "", "< 1 s",
                met_if(median(trivial) < 1)});
}

void measure_timers(Report& report) {
    const test::TemporaryFolder folder;
    std::string app = "functions:\n  tick: { module: " BENCH_FUNCTIONS
                      ", timeout: 5s }\n  lateness: { module: " BENCH_FUNCTIONS
                      " }\nroutes: { 'GET /lateness': lateness }\nschedules:\n"
                      "  every-second: { cron: '* * * * * *', function: tick }\n";
    for (int i = 0; i < 10'000; ++i)
        app += "  s" + std::to_string(i) + ": { rate: 10 hours, function: tick }\n";
    folder.write("faasd.yaml", app);
    test::DaemonProcess daemon(folder.path(), {"--log-level", "warn"});
    if (!daemon.running()) throw std::runtime_error(daemon.log());
    std::this_thread::sleep_for(2s);
    const double before = cpu_seconds(daemon.pid());
    std::this_thread::sleep_for(10s);
    const double share = (cpu_seconds(daemon.pid()) - before) / 10;
    const double worst = std::stod(daemon.get("/lateness").body);
    report.add({"10,000 schedules at rest, CPU", fixed(share * 100, 2, "%"), "one of them fires each second",
                "", "not measurable (< 0.5 %)", met_if(share < 0.005)});
    report.add({"  latest firing of ten", fixed(worst, 2, "ms"), "", "", "<= 5 ms", met_if(worst <= 5)});
}

}  // namespace faasd::bench
