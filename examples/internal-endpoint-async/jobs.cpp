// 202 now, the work later, and a place to ask how far it is.
#include <algorithm>
#include <cctype>
#include <thread>

#include <faasd/function.hpp>

namespace {

using faasd::json;

long expires(const faasd::Context& context) {
    return std::chrono::duration_cast<std::chrono::seconds>(context.now().time_since_epoch()).count() + 24 * 3600;
}

// The job is on record before it is queued, and queued before the answer: a client that has seen 202 can rely on it.
faasd::HttpResponse submit(const faasd::HttpRequest& request, faasd::Context& context) {
    json job = request.json();
    if (!job.is_object() || !job.contains("text")) throw faasd::HttpError(400, "send {\"text\": …}, with an \"id\" to be safe to repeat");
    if (!job.contains("id")) job["id"] = std::string(context.request_id());
    context.table("status").put_if({{"id", job["id"]}, {"state", "queued"}, {"expires", expires(context)}},
                                   {"attribute_not_exists(id)"});
    context.queue("jobs").send_json(job);
    return faasd::HttpResponse::json({{"id", job["id"]}, {"status", "/jobs/" + job["id"].get<std::string>()}}, 202);
}
FAASD_FUNCTION(submit)

// May run twice for one job, and does the same each time.
faasd::BatchResult work(const faasd::QueueBatch& batch, faasd::Context& context) {
    faasd::BatchResult result;
    for (const auto& message : batch) {
        try {
            const json job = json::parse(message.body);
            std::this_thread::sleep_for(std::chrono::milliseconds{20});
            std::string text = job.at("text");
            std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::toupper(c); });
            context.table("status").put(
                {{"id", job.at("id")}, {"state", "done"}, {"result", text}, {"expires", expires(context)}});
        } catch (const std::exception& problem) {
            context.log().warn(message.id, ": ", problem.what());
            result.fail(message);
        }
    }
    return result;
}
FAASD_FUNCTION(work)

faasd::HttpResponse status(const faasd::HttpRequest& request, faasd::Context& context) {
    const auto job = context.table("status").get(request.path_parameter("id"));
    if (!job) throw faasd::HttpError(404, "there is no such job");
    return faasd::HttpResponse::json(*job);
}
FAASD_FUNCTION(status)

}  // namespace
