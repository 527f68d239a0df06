// Users, and the jobs of 100 users each that are made of them once an hour.
#include <faasd/function.hpp>

using faasd::Context, faasd::HttpRequest, faasd::HttpResponse, faasd::json;

// POST /users?count=1000: users to crawl.
HttpResponse add_users(const HttpRequest& request, Context& context) {
    const int count = std::stoi(request.query_parameter("count").value_or("100"));
    std::vector<json> users;
    for (int i = 0; i < count; ++i)
        users.push_back({{"id", "u" + std::to_string(100000 + i)}});
    context.table("users").put_all(users);
    return HttpResponse::json({{"users", count}}, 201);
}
FAASD_FUNCTION(add_users)

void dispatch(const faasd::TimerEvent& timer, Context& context) {
    const std::string crawl = timer.time.substr(0, timer.time.find('.'));
    std::vector<std::string> jobs;
    json job = {{"crawl", crawl}, {"number", 0}, {"users", json::array()}};
    context.table("users").scan_all({{"projection", "id"}}, [&](const json& user) {
        job["users"].push_back(user.at("id"));
        if (job["users"].size() < 100) return;
        jobs.push_back(job.dump());
        job["number"] = jobs.size();
        job["users"].clear();
    });
    if (!job["users"].empty()) jobs.push_back(job.dump());
    context.queue("jobs").send_batch(jobs);
    context.log().info("crawl ", crawl, ": ", jobs.size(), " jobs");
}
FAASD_FUNCTION(dispatch)
