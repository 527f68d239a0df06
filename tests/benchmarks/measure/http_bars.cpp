#include <thread>
#include <vector>

#include "measure/bars.hpp"
#include "measure/load.hpp"
#include "measure/subject.hpp"

namespace faasd::bench {

void measure_http(Report& report) {
    const BareServer bare;
    Subject quiet({}, "warn"), usual({}, "info");
    std::vector<double> yardstick, warn, info;
    for (const unsigned port : {unsigned{bare.port()}, unsigned{quiet.port()}, unsigned{usual.port()}})
        run_wrk(static_cast<std::uint16_t>(port), "/answer", 32, 1);  // caches warm, pages there
    for (int round = 0; round < 5; ++round) {
        yardstick.push_back(run_wrk(bare.port(), "/answer", 32, 2).per_second);
        warn.push_back(run_wrk(quiet.port(), "/answer", 32, 2).per_second);
        info.push_back(run_wrk(usual.port(), "/answer", 32, 2).per_second);
    }
    const double base = median(yardstick);
    report.add({"HTTP -> function, 32 connections", rate(median(warn)), "bare Beast " + rate(base),
                fixed(median(warn) / base, 2), ">= 0.9", met_if(median(warn) >= 0.9 * base)});
    report.add({"  same, --log-level info (a line a call)", rate(median(info)), "bare Beast " + rate(base),
                fixed(median(info) / base, 2), "", Met::no_bar});
}

void measure_mixed(Report& report) {
    const BareServer bare;
    Subject subject;
    const double bare_p99 = run_wrk(bare.port(), "/answer", 32, 2).p99_ms;
    run_wrk(subject.port(), "/answer", 32, 1);
    const double alone = run_wrk(subject.port(), "/answer", 32, 2).p99_ms;
    std::vector<double> beside, rates;
    const std::string request = get_request("/sleep100");
    std::thread slow([&] {
        run_load({subject.port(), 64, std::chrono::seconds{11}, 0,
                  [&](std::string& out, std::uint64_t) { out = request; }, false});
    });
    std::this_thread::sleep_for(std::chrono::milliseconds{500});
    for (int round = 0; round < 3; ++round) {
        const WrkResult quick = run_wrk(subject.port(), "/answer", 32, 3);
        beside.push_back(quick.p99_ms);
        rates.push_back(quick.per_second);
    }
    slow.join();
    report.add({"quick endpoint's p99 beside 64 blocked in 100 ms", fixed(median(beside), 2, "ms"),
                "alone " + fixed(alone, 2, "ms") + ", bare " + fixed(bare_p99, 2, "ms"), "", "< 2 ms",
                met_if(median(beside) < 2)});
    report.add({"  its rate meanwhile", rate(median(rates)), "", "", "", Met::no_bar});
}

}  // namespace faasd::bench
