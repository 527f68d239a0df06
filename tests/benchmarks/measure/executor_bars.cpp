#include <algorithm>
#include <thread>
#include <vector>

#include "measure/bars.hpp"
#include "measure/load.hpp"
#include "measure/subject.hpp"

namespace faasd::bench {

void measure_parallel(Report& report) {
    Subject subject;
    const Memory before = memory_of(subject.daemon().pid());
    const std::string request = get_request("/sleep100");
    std::vector<double> took;
    for (int round = 0; round < 3; ++round)
        took.push_back(run_load({subject.port(), 1000, {}, 1000,
                                 [&](std::string& out, std::uint64_t) { out = request; }, false})
                           .seconds);
    const Memory after = memory_of(subject.daemon().pid());
    report.add({"1,000 calls of a function that sleeps 100 ms", fixed(*std::max_element(took.begin(), took.end()), 3, "s"),
                "median " + fixed(median(took), 3, "s") + ", one alone 0.100 s", "", "< 0.5 s",
                met_if(*std::max_element(took.begin(), took.end()) < 0.5)});
    Memory later = after;
    for (int second = 0; second < 40 && later.rss > before.rss * 1.25; ++second) {
        std::this_thread::sleep_for(std::chrono::seconds{1});
        later = memory_of(subject.daemon().pid());
    }
    report.add({"  memory before, after, and once idle", megabytes(later.rss),
                "before " + megabytes(before.rss) + ", after " + megabytes(after.rss), fixed(later.rss / before.rss, 2),
                "returns (<= 1.25)", met_if(later.rss <= before.rss * 1.25)});
}

void measure_edit(Report& report) {
    const test::TemporaryFolder folder;
    const auto source = [](const std::string& word) {
        return "#include <faasd/function.hpp>\n"
               "faasd::HttpResponse hello(const faasd::HttpRequest& request) {\n"
               "    const std::string name(request.path_parameter(\"name\"));\n"
               "    return faasd::HttpResponse::json({{\"message\", \"" + word + ", \" + name}});\n"
               "}\n"
               "FAASD_FUNCTION(hello)\n";
    };
    folder.write("hello.cpp", source("word0"));
    folder.write("faasd.yaml", "functions: { hello: hello.cpp }\nroutes: { 'GET /hello/{name}': hello }\n");
    test::DaemonProcess daemon(folder.path(), {"--log-level", "warn"});
    std::vector<double> took;
    for (int round = 1; round <= 5; ++round) {
        const std::string word = "word" + std::to_string(round);
        folder.write("hello.cpp", source(word));
        const auto saved = std::chrono::steady_clock::now();
        const bool seen = test::eventually(
            [&] { return daemon.get("/hello/you").body.find(word) != std::string::npos; }, std::chrono::seconds{60});
        if (!seen) throw std::runtime_error("the edit was never served: " + daemon.log());
        took.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - saved).count());
    }
    report.add({"edit of a source to the request that sees it", fixed(median(took), 2, "s"),
                "slowest of 5 " + fixed(*std::max_element(took.begin(), took.end()), 2, "s"), "", "< 3 s",
                met_if(median(took) < 3)});
}

void measure_connections(Report& report) {
    Subject subject;
    const Memory before = memory_of(subject.daemon().pid());
    constexpr unsigned count = 10'000;
    const IdleConnections idle(subject.port(), count);
    const Memory held = memory_of(subject.daemon().pid());
    const bool works = subject.daemon().get("/answer").status == 200;
    report.add({"10,000 idle connections, memory of each", fixed((held.rss - before.rss) / count, 0, "bytes"),
                "in all " + megabytes(held.rss), "", "the next works", met_if(works)});
}

}  // namespace faasd::bench
