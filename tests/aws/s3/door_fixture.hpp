// The door of S3 over an engine in a temporary folder, with a bucket "photos", and requests to it.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "aws/recorded_answer.hpp"
#include "aws/s3/door.hpp"
#include "base/random.hpp"
#include "base/timers.hpp"
#include "base/wait.hpp"
#include "services/blob/blob_engine.hpp"

namespace faasd::aws::s3::test {

struct InPlace final : model::BlockingExecutor {
    void post(base::UniqueFunction<void()> job) override {
        ++posts;
        job();
    }
    int posts = 0;
};

// Answers whoever waits.
struct WaitingResponder final : model::HttpResponder {
    explicit WaitingResponder(base::Completion<model::HttpResponse> then) : done(std::move(then)) {}
    void respond(model::HttpResponse response) override { done(std::move(response)); }
    void on_disconnect(base::UniqueFunction<void()>) override {}
    base::Completion<model::HttpResponse> done;
};

using Fields = std::vector<std::pair<std::string, std::string>>;

class S3DoorTest : public ::testing::Test {
  protected:
    S3DoorTest() : folder_(std::filesystem::temp_directory_path() / ("faasd-s3-" + base::random_hex(12))) {
        storage::StoreOptions options;
        options.directory = folder_;
        store_ = storage::Store::open(std::move(options)).value();
        engine_ = std::make_unique<blob::BlobEngine>(*store_, clock_, timers_);
        door_ = std::make_unique<S3Door>(
            Parts{*engine_, clock_, executor_,
                  model::ForgeryGuard({{}, {".amazonaws.com"}, true}),
                  [](std::string_view arn) { return arn.ends_with(":known"); },
                  [this](std::string_view, std::string body) { told_.push_back(std::move(body)); }});
        ask("PUT", "/photos");
    }
    ~S3DoorTest() override {
        engine_.reset();
        store_.reset();
        std::filesystem::remove_all(folder_);
    }

    RecordedAnswer ask(const std::string& method, const std::string& target, const std::string& body = {},
                       const Fields& headers = {}, const std::string& host = "localhost:4566") {
        auto response = base::wait_for<model::HttpResponse>([&](base::Completion<model::HttpResponse> done) {
            std::vector<model::HttpField> fields;
            const std::string length = std::to_string(body.size());
            if (!without_length_) fields.push_back({"Content-Length", length});
            for (const auto& [name, value] : headers)
                fields.push_back({name, value});
            const std::size_t mark = target.find('?');
            Visit visit;
            visit.request.method = method;
            visit.request.raw_path = std::string_view(target).substr(0, mark);
            if (mark != std::string::npos)
                visit.request.raw_query = std::string_view(target).substr(mark + 1);
            visit.request.host = host;
            visit.request.headers = fields;
            visit.request.body = body;
            visit.request_id = "request-1";
            visit.responder = std::make_unique<WaitingResponder>(std::move(done));
            door_->handle(std::move(visit));
        });
        RecordedAnswer answer;
        answer.response = std::move(*response);
        return answer;
    }
    // A browser's form for the object "a", with one more field.
    RecordedAnswer post(const std::string& name, const std::string& value) {
        const auto field = [](const std::string& key, const std::string& text) {
            return "--b\r\nContent-Disposition: form-data; name=\"" + key + "\"\r\n\r\n" + text + "\r\n";
        };
        return ask("POST", "/photos",
                   field("key", "a") + field(name, value) +
                       "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\nhello\r\n--b--\r\n",
                   {{"Content-Type", "multipart/form-data; boundary=b"}});
    }
    // The code of an error's document.
    static std::string code_of(const RecordedAnswer& answer) {
        const std::string body = answer.body();
        const std::size_t at = body.find("<Code>");
        return at == std::string::npos ? "" : body.substr(at + 6, body.find('<', at + 6) - at - 6);
    }

    std::filesystem::path folder_;
    base::ManualClock clock_;
    base::ManualTimers timers_{clock_};
    std::unique_ptr<storage::Store> store_;
    std::unique_ptr<blob::BlobEngine> engine_;
    std::shared_ptr<InPlace> executor_ = std::make_shared<InPlace>();
    std::unique_ptr<S3Door> door_;
    bool without_length_ = false;
    std::vector<std::string> told_;  // of queues that became destinations
};

}  // namespace faasd::aws::s3::test
