// Three chores that a clock starts: dump a table, tidy up a bucket, fetch something from somebody else's API.
#include <curl/curl.h>

#include <faasd/function.hpp>

using faasd::json;

namespace {

std::string get(const std::string& url) {
    const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), curl_easy_cleanup);
    std::string body;
    curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, 5L);
    curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &body);
    curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, +[](char* bytes, std::size_t, std::size_t count, void* into) {
        static_cast<std::string*>(into)->append(bytes, count);
        return count;
    });
    const CURLcode failed = curl_easy_perform(curl.get());
    long status = 0;
    curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
    if (failed != CURLE_OK) throw faasd::Error("Unreachable", url + ": " + curl_easy_strerror(failed));
    if (status != 200) throw faasd::Error("ApiError", url + " answered " + std::to_string(status));
    return body;
}

}  // namespace

// Every row of the table, a line each, under the day of the run.
void dump_table(const faasd::TimerEvent& event, faasd::Context& context) {
    std::string lines;
    context.table("customers").scan_all(json::object(), [&](const json& item) { lines += item.dump() + '\n'; });
    context.bucket("dumps").put("customers/" + event.time.substr(0, 10) + ".ndjson", lines,
                                {.content_type = "application/x-ndjson"});
}
FAASD_FUNCTION(dump_table)

// Copies first and deletes then: cut short in between, the next run finishes it.
void archive(const faasd::TimerEvent&, faasd::Context& context) {
    auto inbox = context.bucket("inbox"), archive = context.bucket("archive");
    for (json page = inbox.list(); !page.at("objects").empty(); page = inbox.list()) {
        for (const json& object : page["objects"]) {
            const std::string key = object.at("key");
            if (const auto found = inbox.get(key)) archive.put(key, found->body, {.content_type = found->content_type});
            inbox.remove(key);
        }
    }
}
FAASD_FUNCTION(archive)

// A failure ends the run; faasd tries it again, and a rate that is already there is simply written again.
void fetch_rates(const faasd::TimerEvent&, faasd::Context& context) {
    for (const char* currency : {"CHF", "JPY", "USD"}) {
        const json rate = json::parse(get(context.environment("API_URL").value() + "/rates/" + currency));
        context.table("rates").put({{"currency", currency}, {"rate", rate.at("rate")}});
    }
}
FAASD_FUNCTION(fetch_rates)
