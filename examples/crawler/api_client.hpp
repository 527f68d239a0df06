// Calls the API as a good guest: one connection, waits as long as it is told to, tries again what broke.
#pragma once

#include <memory>
#include <string>
#include <thread>

#include <curl/curl.h>

#include <faasd/function.hpp>

class ApiClient {
  public:
    ApiClient(faasd::Context& context, const std::string& name)
        : context_(context),
          base_(context.environment("API_URL").value()),
          curl_(curl_easy_init(), curl_easy_cleanup),
          headers_(curl_slist_append(nullptr, ("X-Client: " + name).c_str()), curl_slist_free_all) {
        curl_easy_setopt(curl_.get(), CURLOPT_HTTPHEADER, headers_.get());
        curl_easy_setopt(curl_.get(), CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(curl_.get(), CURLOPT_TIMEOUT, 10L);
        curl_easy_setopt(curl_.get(), CURLOPT_WRITEFUNCTION, append);
    }

    std::string get(const std::string& path) {
        for (int broken = 0;;) {
            std::string body;
            curl_easy_setopt(curl_.get(), CURLOPT_URL, (base_ + path).c_str());
            curl_easy_setopt(curl_.get(), CURLOPT_WRITEDATA, &body);
            const CURLcode failure = curl_easy_perform(curl_.get());
            long status = 0;
            curl_easy_getinfo(curl_.get(), CURLINFO_RESPONSE_CODE, &status);
            if (failure == CURLE_OK && status == 200) return body;
            curl_off_t seconds = 0;
            if (status == 429) {
                curl_easy_getinfo(curl_.get(), CURLINFO_RETRY_AFTER, &seconds);
            } else if (++broken == 5) {
                throw faasd::Error("ApiBroken", path + ": " + (failure ? curl_easy_strerror(failure) : std::to_string(status)));
            }
            if (context_.remaining_time() < std::chrono::seconds(seconds + 1))
                throw faasd::Error("OutOfTime", path + " would come too late; the rest is for the next try");
            std::this_thread::sleep_for(seconds ? std::chrono::milliseconds(seconds * 1000 + 5) : std::chrono::milliseconds(20 * broken));
        }
    }

  private:
    static std::size_t append(char* bytes, std::size_t, std::size_t count, void* body) {
        static_cast<std::string*>(body)->append(bytes, count);
        return count;
    }
    faasd::Context& context_;
    std::string base_;
    std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl_;
    std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers_;
};
