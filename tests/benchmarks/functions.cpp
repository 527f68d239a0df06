// What the benchmarks run inside the daemon.
#include <atomic>
#include <chrono>
#include <random>
#include <thread>

#include <faasd/function.hpp>

#include "answer.cpp"

namespace {

using faasd::json;

std::uint64_t number(const faasd::HttpRequest& request, std::string_view name) {
    return std::stoull(request.query_parameter(name).value_or("1"));
}

std::string item_id(std::uint64_t n) {
    const std::string digits = std::to_string(n);
    return "item-" + std::string(8 - std::min<std::size_t>(8, digits.size()), '0') + digits;
}

json item(std::uint64_t n) {
    return {{"id", item_id(n)}, {"name", "a product"}, {"price", n % 1000}, {"text", std::string(40, 'x')}};
}

std::uint64_t random_below(std::uint64_t end) {
    thread_local std::mt19937_64 generator{std::random_device{}()};
    return generator() % end;
}

// Runs `step` `times` times; the answer is what one took.
template <class Step>
faasd::HttpResponse timed(std::uint64_t times, Step step) {
    const auto began = std::chrono::steady_clock::now();
    for (std::uint64_t n = 0; n < times; ++n)
        step(n);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    return faasd::HttpResponse::json({{"times", times}, {"seconds", took.count()}});
}

}  // namespace

const std::string kMessage(100, 'm');

faasd::HttpResponse sleep100(const faasd::HttpRequest&) {
    std::this_thread::sleep_for(std::chrono::milliseconds{100});
    return faasd::HttpResponse::no_content();
}
FAASD_FUNCTION(sleep100)

faasd::HttpResponse send(const faasd::HttpRequest& request, faasd::Context& context) {
    auto queue = context.queue(std::string(request.path_parameter("queue")));
    return timed(number(request, "times"), [&](std::uint64_t) { queue.send(kMessage); });
}
FAASD_FUNCTION(send)

// times x 10 messages.
faasd::HttpResponse send_batches(const faasd::HttpRequest& request, faasd::Context& context) {
    auto queue = context.queue(std::string(request.path_parameter("queue")));
    const std::vector<std::string> ten(10, kMessage);
    return timed(number(request, "times"), [&](std::uint64_t) { queue.send_batch(ten); });
}
FAASD_FUNCTION(send_batches)

faasd::HttpResponse receive(const faasd::HttpRequest& request, faasd::Context& context) {
    auto queue = context.queue(std::string(request.path_parameter("queue")));
    const bool refill = request.query_parameter("refill").has_value();
    return timed(number(request, "times"), [&](std::uint64_t) {
        if (refill) queue.send(kMessage);
        const json messages = queue.receive(1);
        if (messages.empty()) throw faasd::Error("Empty", "the queue has no message left");
        queue.remove(messages[0]["receipt_handle"].get<std::string>());
    });
}
FAASD_FUNCTION(receive)

// times x 25 items, from `first` on.
faasd::HttpResponse put_batches(const faasd::HttpRequest& request, faasd::Context& context) {
    const std::string table(request.path_parameter("table"));
    const std::uint64_t first = number(request, "first");
    return timed(number(request, "times"), [&](std::uint64_t n) {
        json actions = json::array();
        for (std::uint64_t i = 0; i < 25; ++i)
            actions.push_back({{"table", table}, {"put", item(first + n * 25 + i)}});
        context.operation("table.batch_write", {{"plain", true}, {"actions", std::move(actions)}});
    });
}
FAASD_FUNCTION(put_batches)

faasd::HttpResponse put(const faasd::HttpRequest& request, faasd::Context& context) {
    auto table = context.table(std::string(request.path_parameter("table")));
    const std::uint64_t items = number(request, "items");
    return timed(number(request, "times"), [&](std::uint64_t) { table.put(item(random_below(items))); });
}
FAASD_FUNCTION(put)

faasd::HttpResponse get(const faasd::HttpRequest& request, faasd::Context& context) {
    auto table = context.table(std::string(request.path_parameter("table")));
    const std::uint64_t items = number(request, "items");
    return timed(number(request, "times"), [&](std::uint64_t) {
        if (!table.get(item_id(random_below(items)))) throw faasd::Error("Missing", "an item is not there");
    });
}
FAASD_FUNCTION(get)

// Workers that are started asynchronously, and how many have ended.
std::atomic<std::uint64_t> finished_calls{0};

void work0(const json&) { ++finished_calls; }
FAASD_FUNCTION(work0)

void work100(const json&) {
    std::this_thread::sleep_for(std::chrono::milliseconds{100});
    ++finished_calls;
}
FAASD_FUNCTION(work100)

faasd::HttpResponse finished(const faasd::HttpRequest&) {
    return faasd::HttpResponse::text(std::to_string(finished_calls));
}
FAASD_FUNCTION(finished)

faasd::HttpResponse dispatch(const faasd::HttpRequest& request, faasd::Context& context) {
    const faasd::FunctionCall call{std::string(request.path_parameter("worker")), json::object()};
    context.invoke_async_all(std::vector<faasd::FunctionCall>(number(request, "times"), call));
    return faasd::HttpResponse::no_content();
}
FAASD_FUNCTION(dispatch)

// A schedule of each second, and how late it was at worst, in milliseconds. The first is left out: it compiles nothing,
// but pages are touched for the first time.
std::atomic<std::int64_t> firings{0}, latest{0};

void tick(const json&, faasd::Context& context) {
    const std::int64_t late = context.now().time_since_epoch().count() % 1'000'000;
    if (firings++ > 0 && late > latest) latest = late;
}
FAASD_FUNCTION(tick)

faasd::HttpResponse lateness(const faasd::HttpRequest&) {
    return faasd::HttpResponse::text(std::to_string(static_cast<double>(latest) / 1000));
}
FAASD_FUNCTION(lateness)
