#include <cstdio>
#include <random>
#include <vector>

#include "measure/bars.hpp"
#include "measure/load.hpp"
#include "measure/subject.hpp"

namespace faasd::bench {
namespace {

std::string item_id(std::uint64_t n) {
    char text[32];
    std::snprintf(text, sizeof text, "item-%08llu", static_cast<unsigned long long>(n));
    return text;
}

double load_rate(std::uint16_t port, const std::function<std::string(std::uint64_t)>& request) {
    std::mt19937_64 random(1);
    return run_load({port, 32, std::chrono::seconds{2}, 0,
                     [&](std::string& out, std::uint64_t) { out = request(random() % kMillion); }, false})
        .per_second;
}

}  // namespace

void measure_table(Report& report) {
    const BareServer bare;
    Subject subject(full_data());
    const auto get = [](std::uint64_t n) {
        return post_request("/_faasd/v1/operations/table.get",
                            R"({"table":"full","plain":true,"key":")" + item_id(n) + "\"}");
    };
    const auto put = [](std::uint64_t n) {
        return post_request("/_faasd/v1/operations/table.put",
                            R"({"table":"full","plain":true,"item":{"id":")" + item_id(n) +
                                R"(","name":"a product","price":5,"text":")" + std::string(40, 'y') + "\"}}");
    };
    load_rate(subject.control_port(), get);
    std::vector<double> yardstick, gets, puts;
    for (int round = 0; round < 3; ++round) {
        yardstick.push_back(load_rate(bare.port(), get));
        gets.push_back(load_rate(subject.control_port(), get));
        puts.push_back(load_rate(subject.control_port(), put));
    }
    const double base = median(yardstick);
    const auto row = [&](const char* name, double value) {
        report.add({name, rate(value), "bare Beast " + rate(base), fixed(value / base, 2), "", Met::no_bar});
    };
    row("table get over HTTP, 1 M items, 32 connections", median(gets));
    row("table put over HTTP, 1 M items, 32 connections", median(puts));
    const auto inside = [&](const char* target, unsigned calls, std::uint64_t times) {
        return steps_per_second(subject.port(), std::string(target) + "?items=1000000", calls, times);
    };
    row("  gets through the SDK, 1 call", inside("/get/full", 1, 50'000));
    row("  gets through the SDK, 32 calls at once", inside("/get/full", 32, 5'000));
    row("  puts through the SDK, 1 call", inside("/put/full", 1, 10'000));
    row("  puts through the SDK, 32 calls at once", inside("/put/full", 32, 2'000));
}

}  // namespace faasd::bench
