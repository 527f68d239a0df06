// Handlers that do one thing each.
#include <chrono>
#include <cstdlib>
#include <faasd/function.hpp>
#include <stdexcept>
#include <thread>

namespace {

int loads = 0;  // of this image: static state lasts between warm calls
int calls = 0;

void init(faasd::Context& context) {
    ++loads;
    context.log().info("initialized");
}
FAASD_INIT(init)

faasd::HttpResponse hello(const faasd::HttpRequest& request) {
    return faasd::HttpResponse::text("hello " + std::string(request.method()) + " " +
                                     std::string(request.body()));
}
FAASD_FUNCTION(hello)

faasd::json echo(const faasd::json& event) {
    return event;
}
FAASD_FUNCTION(echo)

faasd::json count(const faasd::json&) {
    return {{"calls", ++calls}, {"loads", loads}};
}
FAASD_FUNCTION(count)

faasd::json sleeps(const faasd::json& event) {
    std::this_thread::sleep_for(std::chrono::milliseconds{event.value("ms", 100)});
    return event;
}
FAASD_FUNCTION(sleeps)

void throws(const faasd::json&) {
    throw std::out_of_range("no such shelf");
}
FAASD_FUNCTION(throws)

std::string garbage(const faasd::json&) {
    return "{not json";
}
FAASD_FUNCTION(garbage)

std::string text(const faasd::HttpRequest& request) {
    if (request.body().empty()) throw faasd::HttpError(404, "nothing was sent");
    return "{not json: " + std::string(request.body());
}
FAASD_FUNCTION(text)

faasd::HttpResponse splits(const faasd::HttpRequest&) {
    faasd::HttpResponse response;
    response.headers.emplace_back("X-Input", "a\r\nSet-Cookie: stolen=1");
    return response;
}
FAASD_FUNCTION(splits)

faasd::json context_of(const faasd::json&, faasd::Context& context) {
    return {{"request_id", context.request_id()},
            {"function", context.function_name()},
            {"attempt", context.attempt()},
            {"greeting", context.environment("GREETING").value_or("(none)")}};
}
FAASD_FUNCTION(context_of)

faasd::json operates(const faasd::json& event, faasd::Context& context) {
    return context.operation(event.value("operation", ""), event["params"]).result;
}
FAASD_FUNCTION(operates)

// Calls itself until `left` is 0.
faasd::json chain(const faasd::json& event, faasd::Context& context) {
    const int left = event.value("left", 0);
    if (left == 0) return 0;
    return context.invoke("chain", {{"left", left - 1}}).get<int>() + 1;
}
FAASD_FUNCTION(chain)

void streams(const faasd::HttpRequest& request, faasd::HttpResponseStream& stream, faasd::Context&) {
    const int pieces = std::atoi(std::string(request.body()).c_str());
    for (int i = 0; i < pieces; ++i)
        if (!stream.write(std::string(100'000, static_cast<char>('a' + i % 26)))) return;
}
FAASD_FUNCTION(streams)

}  // namespace
