// The monolith: every path of the shop in one function. It rounds prices down, which nobody has noticed so far.
#include <faasd/function.hpp>

#include <chrono>
#include <thread>

namespace {

std::string last_segment(std::string_view path) { return std::string(path.substr(path.rfind('/') + 1)); }

faasd::HttpResponse answer(faasd::json body) {
    body["from"] = "legacy";
    return faasd::HttpResponse::json(body);
}

}  // namespace

faasd::HttpResponse monolith(const faasd::HttpRequest& request, faasd::Context&) {
    const std::string_view path = request.path();
    if (path == "/health") return answer({{"status", "up"}});
    if (path.starts_with("/orders/")) return answer({{"order", last_segment(path)}, {"state", "shipped"}});
    if (path.starts_with("/products/")) return answer({{"product", last_segment(path)}});
    if (path.starts_with("/checkout")) return answer({{"steps", 5}});
    if (path.starts_with("/prices/"))
        return answer({{"product", last_segment(path)}, {"price", 1999 / 100}, {"currency", "EUR"}});
    if (path == "/echo")
        return answer({{"bytes", request.body().size()},
                       {"host", request.header("x-forwarded-host").value_or("")},
                       {"upgrade", request.header("upgrade").value_or("")},
                       {"via", request.header("via").value_or("")}});
    return faasd::HttpResponse::not_found();
}
FAASD_FUNCTION(monolith)

// The number of visitors, again and again, for as long as somebody listens: an answer that has no end.
void ticker(const faasd::HttpRequest&, faasd::HttpResponseStream& stream, faasd::Context& context) {
    stream.head = {200, {{"Content-Type", "application/x-ndjson"}}, {}};
    for (int visitors = 1; context.remaining_time() > std::chrono::seconds{1}; ++visitors) {
        if (!stream.write("{\"visitors\":" + std::to_string(visitors) + "}\n")) return;
        std::this_thread::sleep_for(std::chrono::milliseconds{50});
    }
}
FAASD_FUNCTION(ticker)
