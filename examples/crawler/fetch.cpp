// Fetches the profiles and images of one job's users into the bucket.
#include <set>

#include <faasd/function.hpp>

#include "api_client.hpp"

using faasd::Context, faasd::json;

void fetch(const faasd::QueueBatch& batch, Context& context) {
    for (const faasd::QueueMessage& message : batch) {
        const json job = message.json();
        const std::string folder = job.at("crawl").get<std::string>() + '/' + job.at("number").dump() + '/';
        auto profiles = context.bucket("profiles");
        // A job that is tried again leaves out what it has already. The image comes first: a profile that is there
        // is complete.
        std::set<std::string> there;
        if (message.receive_count > 1) {
            const json listed = profiles.list(folder);
            for (const json& object : listed.at("objects")) there.insert(object.at("key"));
        }
        ApiClient api(context, std::string(context.request_id()));
        for (const json& user : job.at("users")) {
            const std::string key = folder + user.get<std::string>();
            if (there.contains(key + ".json")) continue;
            const std::string profile = api.get("/profiles/" + user.get<std::string>());
            profiles.put(key + ".svg", api.get(json::parse(profile).at("avatar")), {.content_type = "image/svg+xml"});
            profiles.put(key + ".json", profile, {.content_type = "application/json"});
        }
    }
}
FAASD_FUNCTION(fetch)
