// One function starts a thousand, and does not wait for them.
#include <algorithm>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include <faasd/function.hpp>

namespace {

using faasd::json;

long now_us(const faasd::Context& context) { return context.now().time_since_epoch().count(); }

// All of them are accepted in one durable step: there is no state in which half of them are.
faasd::HttpResponse dispatch(const faasd::HttpRequest& request, faasd::Context& context) {
    const std::string run(request.path_parameter("run"));
    const int workers = std::clamp(std::atoi(request.query_parameter("workers").value_or("1000").c_str()), 1, 10'000);
    context.table("done").put_if({{"run", run}, {"worker", -1}, {"at", now_us(context)}}, {"attribute_not_exists(run)"});
    std::vector<faasd::FunctionCall> calls;
    for (int worker = 0; worker < workers; ++worker)
        calls.push_back({"worker", {{"run", run}, {"worker", worker}}});
    context.invoke_async_all(calls);
    return faasd::HttpResponse::json({{"run", run}, {"workers", workers}}, 202);
}
FAASD_FUNCTION(dispatch)

// The condition keeps the first time of a worker that runs twice.
void worker(const json& job, faasd::Context& context) {
    std::this_thread::sleep_for(std::chrono::milliseconds{100});
    context.table("done").put_if({{"run", job.at("run")}, {"worker", job.at("worker")}, {"at", now_us(context)}},
                                 {"attribute_not_exists(run)"});
}
FAASD_FUNCTION(worker)

// How many are done, and how long after the dispatch the last one was.
faasd::HttpResponse report(const faasd::HttpRequest& request, faasd::Context& context) {
    long begin = 0, last = 0, workers = 0;
    const faasd::Expression of_the_run{"#r = :r", {{":r", request.path_parameter("run")}}, {{"#r", "run"}}};
    context.table("done").query_all(of_the_run, json::object(), [&](const json& row) {
        if (row.at("worker") == -1) {
            begin = row.at("at");
        } else {
            ++workers;
            last = std::max(last, row.at("at").get<long>());
        }
    });
    return faasd::HttpResponse::json({{"done", workers}, {"milliseconds", workers ? (last - begin) / 1000 : 0}});
}
FAASD_FUNCTION(report)

}  // namespace
