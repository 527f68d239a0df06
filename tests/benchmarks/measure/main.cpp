#include <algorithm>
#include <cstdio>
#include <exception>
#include <string_view>
#include <sys/resource.h>
#include <thread>
#include <vector>

#include "measure/bars.hpp"

namespace {

using namespace faasd::bench;

struct Bar {
    std::string_view name;
    void (*measure)(Report&);
};

constexpr Bar kBars[] = {{"http", measure_http},
                         {"start", measure_start},
                         {"memory", measure_memory},
                         {"send", measure_send},
                         {"parallel", measure_parallel},
                         {"mixed", measure_mixed},
                         {"receive", measure_receive},
                         {"table", measure_table},
                         {"object", measure_object},
                         {"edit", measure_edit},
                         {"connections", measure_connections},
                         {"buffer", measure_buffer},
                         {"fan-out", measure_fan_out},
                         {"map-reduce", measure_map_reduce},
                         {"crawler", measure_crawler},
                         {"timers", measure_timers},
                         {"thumbnailer", measure_thumbnailer},
                         {"backlog", measure_backlog},
                         {"sqs", measure_aws_sqs},
                         {"dynamodb", measure_aws_dynamodb},
                         {"s3", measure_aws_s3},
                         {"lambda", measure_aws_lambda},
                         {"resources", measure_aws_start}};
// Several bars by one word.
constexpr std::string_view kPatterns[] = {"buffer", "fan-out",     "map-reduce", "crawler",
                                          "timers", "thumbnailer", "backlog"};
constexpr std::string_view kAws[] = {"sqs", "dynamodb", "s3", "lambda", "resources"};

}  // namespace

int main(int argc, char** argv) {
    std::vector<std::string_view> wanted(argv + 1, argv + argc);
    if (std::erase(wanted, "patterns") > 0)
        wanted.insert(wanted.end(), std::begin(kPatterns), std::end(kPatterns));
    if (std::erase(wanted, "aws") > 0) wanted.insert(wanted.end(), std::begin(kAws), std::end(kAws));
    for (const auto& name : wanted) {
        if (std::any_of(std::begin(kBars), std::end(kBars), [&](const Bar& bar) { return bar.name == name; }))
            continue;
        std::fprintf(stderr, "there is no bar '%s'; there are:", std::string(name).c_str());
        for (const Bar& bar : kBars)
            std::fprintf(stderr, " %s", bar.name.data());
        std::fprintf(stderr, "\n");
        return 2;
    }
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);

    Report report;
    bool failed = false;
    for (const Bar& bar : kBars) {
        if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), bar.name) == wanted.end()) continue;
        std::fprintf(stderr, "%s\n", bar.name.data());
        try {
            bar.measure(report);
        } catch (const std::exception& problem) {
            report.add({std::string(bar.name), "failed", "", "", "", Met::no});
            std::fprintf(stderr, "%s\n", problem.what());
            failed = true;
        }
    }
    std::printf(
        "\n%u cores; rates are medians of alternating runs on this machine, for comparing within this "
        "table\n\n",
        std::thread::hardware_concurrency());
    report.print();
    return failed ? 1 : 0;
}
