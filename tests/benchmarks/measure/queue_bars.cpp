#include <vector>

#include <nlohmann/json.hpp>

#include "measure/bars.hpp"
#include "measure/load.hpp"
#include "measure/subject.hpp"

namespace faasd::bench {
namespace {

double load_rate(std::uint16_t port, const std::string& request, unsigned connections = 32) {
    return run_load({port, connections, std::chrono::seconds{2}, 0,
                     [&](std::string& out, std::uint64_t) { out = request; }, false})
        .per_second;
}

// What one of `times` steps took, in microseconds, inside one call.
double step_micros(Subject& subject, const std::string& target, unsigned times) {
    const auto answer = subject.daemon().get(target + "times=" + std::to_string(times));
    if (answer.status != 200) throw std::runtime_error(target + " answered: " + answer.body);
    return nlohmann::json::parse(answer.body)["seconds"].get<double>() * 1e6 / times;
}

}  // namespace

void measure_send(Report& report) {
    const BareServer bare;
    Subject subject;
    const std::string message(100, 'm');
    const std::string post = post_request("/_faasd/v1/queues/sent/messages", message);
    const std::string through_function = get_request("/send/sent?times=1");
    std::vector<double> yardstick, posted, called;
    for (const auto port : {bare.port(), subject.control_port()})
        load_rate(port, post);
    for (int round = 0; round < 5; ++round) {
        yardstick.push_back(load_rate(bare.port(), post));
        posted.push_back(load_rate(subject.control_port(), post));
        called.push_back(load_rate(subject.port(), through_function));
    }
    const double base = median(yardstick), over_http = median(posted), over_function = median(called);
    const std::string beside = "bare Beast " + rate(base);
    report.add({"durable send over HTTP, 32 connections", rate(over_http), beside, fixed(over_http / base, 2),
                ">= 0.5", met_if(over_http >= 0.5 * base)});
    report.add({"  HTTP -> function -> durable send", rate(over_function), beside, fixed(over_function / base, 2), "",
                Met::no_bar});
    const double alone = steps_per_second(subject.port(), "/send/sent", 1, 20'000);
    report.add({"  sends in a loop through the SDK, 1 call", rate(alone), "", "", "", Met::no_bar});
    const double crowd = steps_per_second(subject.port(), "/send/sent", 32, 5'000);
    report.add({"  the same, 32 calls at once", rate(crowd), beside, fixed(crowd / base, 2), "", Met::no_bar});
    const double batches = steps_per_second(subject.port(), "/send_batches/sent", 8, 2'000) * 10;
    report.add({"  batches of 10, 8 calls at once", rate(batches), "", "", "", Met::no_bar});
}

void measure_receive(Report& report) {
    Subject subject(full_data());
    step_micros(subject, "/receive/empty?refill&", 500);
    std::vector<double> empty, sends, full;
    for (int round = 0; round < 5; ++round) {
        empty.push_back(step_micros(subject, "/receive/empty?refill&", 2'000));
        sends.push_back(step_micros(subject, "/send/sent?", 2'000));
        full.push_back(step_micros(subject, "/receive/full?", 2'000));
    }
    const double base = median(empty) - median(sends);
    report.add({"receive + delete, 1 M messages of backlog", fixed(median(full), 0, "us"),
                "empty queue " + fixed(base, 0, "us"), fixed(median(full) / base, 2), "flat (<= 1.3)",
                met_if(median(full) <= 1.3 * base)});
    const auto crowd = [&](const char* target) { return steps_per_second(subject.port(), target, 32, 500); };
    const double crowd_full = crowd("/receive/full"), crowd_empty = crowd("/receive/empty?refill");
    report.add({"  32 consumers at once", rate(crowd_full), "empty queue, with a send each " + rate(crowd_empty), "", "",
                Met::no_bar});
}

}  // namespace faasd::bench
