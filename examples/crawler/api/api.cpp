// Profiles and avatars, a millisecond late, at most so many a second, and now and then broken.
#include <atomic>
#include <map>
#include <mutex>
#include <random>
#include <thread>

#include <faasd/function.hpp>

using faasd::Context, faasd::HttpRequest, faasd::HttpResponse, faasd::json;
using Clock = std::chrono::steady_clock;

namespace {

// Memory of the warm module, shared by its calls.
std::mutex mutex;
std::map<std::string, int> served;                        // profiles, by id
std::map<std::string, Clock::time_point> told_to_wait;    // clients
Clock::time_point second_began;
int in_this_second = 0, refused = 0, impatient = 0, broken = 0;

int number(Context& context, const char* name) { return std::stoi(context.environment(name).value_or("0")); }

// The refusal, or nothing.
std::optional<HttpResponse> limit(const HttpRequest& request, Context& context) {
    static thread_local std::minstd_rand random(std::random_device{}());
    const std::lock_guard lock(mutex);
    const auto now = Clock::now();
    const std::string client(request.header("X-Client").value_or("?"));
    if (const auto told = told_to_wait.find(client); told != told_to_wait.end() && now < told->second) ++impatient;
    if (now - second_began >= std::chrono::seconds(1)) second_began = now, in_this_second = 0;
    if (++in_this_second > number(context, "CALLS_PER_SECOND")) {
        ++refused;
        told_to_wait[client] = now + std::chrono::seconds(1);
        return HttpResponse::text("too many requests", 429).header("Retry-After", "1");
    }
    if (static_cast<int>(random() % 100) >= number(context, "BROKEN_PERCENT")) return std::nullopt;
    ++broken;
    return HttpResponse::text("this happens", 500);
}

}  // namespace

HttpResponse profile(const HttpRequest& request, Context& context) {
    std::this_thread::sleep_for(std::chrono::milliseconds(number(context, "LATENCY_MS")));
    if (auto refusal = limit(request, context)) return std::move(*refusal);
    const std::string id(request.path_parameter("id"));
    {
        const std::lock_guard lock(mutex);
        ++served[id];
    }
    return HttpResponse::json({{"id", id}, {"name", "User " + id}, {"avatar", "/avatars/" + id + ".svg"}});
}
FAASD_FUNCTION(profile)

HttpResponse avatar(const HttpRequest& request, Context& context) {
    std::this_thread::sleep_for(std::chrono::milliseconds(number(context, "LATENCY_MS")));
    if (auto refusal = limit(request, context)) return std::move(*refusal);
    const auto hue = std::hash<std::string_view>{}(request.path_parameter("id")) % 360;
    return {200, {{"Content-Type", "image/svg+xml"}},
            "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'><circle cx='4' cy='4' r='4' fill='hsl(" +
                std::to_string(hue) + ",60%,50%)'/></svg>"};
}
FAASD_FUNCTION(avatar)

// What the API has seen: how often it refused, and whether its callers did as they were told.
HttpResponse figures(const HttpRequest&) {
    const std::lock_guard lock(mutex);
    int twice = 0;
    for (const auto& [id, times] : served)
        if (times > 1) ++twice;
    return HttpResponse::json({{"profiles", served.size()}, {"twice", twice}, {"refused", refused},
                               {"impatient", impatient}, {"broken", broken}});
}
FAASD_FUNCTION(figures)
