// SQS's door over a real engine, with a clock that only the test moves.
#pragma once

#include <future>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "aws/sqs/sqs.hpp"
#include "services/queue/queue_fixture.hpp"

namespace faasd::aws::sqs::test {

using namespace std::chrono_literals;
using nlohmann::json;

struct AtOnce final : model::BlockingExecutor {
    void post(base::UniqueFunction<void()> job) override { job(); }
};

struct Answer {
    unsigned status = 0;
    std::string text;
    std::map<std::string, std::string> headers;

    [[nodiscard]] json body() const { return json::parse(text); }
    [[nodiscard]] std::string error() const {
        return body().value("__type", "").substr(sizeof("com.amazonaws.sqs#") - 1);
    }
    [[nodiscard]] std::string message() const { return body().value("message", ""); }
};

// An answer that may still be to come.
class Waiting {
  public:
    struct Shared {
        std::promise<Answer> answer;
        base::UniqueFunction<void()> client_gone;
    };
    struct Responder final : model::HttpResponder {
        explicit Responder(std::shared_ptr<Shared> s) : shared(std::move(s)) {}
        void respond(model::HttpResponse response) override {
            Answer answer{response.status, std::get<std::string>(response.body), {}};
            for (auto& [name, value] : response.headers)
                answer.headers[name] = value;
            shared->answer.set_value(std::move(answer));
        }
        void on_disconnect(base::UniqueFunction<void()> callback) override {
            shared->client_gone = std::move(callback);
        }
        std::shared_ptr<Shared> shared;
    };

    std::unique_ptr<model::HttpResponder> responder() { return std::make_unique<Responder>(shared_); }
    [[nodiscard]] bool has_answer() const { return future_.wait_for(0s) == std::future_status::ready; }
    Answer get() { return future_.get(); }
    void client_goes_away() { shared_->client_gone(); }

  private:
    std::shared_ptr<Shared> shared_ = std::make_shared<Shared>();
    std::future<Answer> future_ = shared_->answer.get_future();
};

class SqsTest : public queue::test::QueueTest {
  protected:
    Waiting start(std::string operation, const json& params) {
        return send_body(std::move(operation), params.dump());
    }
    Waiting send_body(std::string operation, std::string body) {
        auto kept = std::make_shared<std::string>(std::move(body));
        Visit visit;
        visit.target = {Service::sqs, Protocol::json_1_0, std::move(operation), {}};
        visit.scope = scope_;
        visit.request_id = "request";
        visit.request.method = "POST";
        visit.request.raw_path = "/";
        visit.request.host = "localhost:4566";
        visit.request.body = *kept;
        visit.request.owner = kept;
        return handle(std::move(visit));
    }
    Answer query(const std::string& form, std::string_view path = "/") {
        static constexpr model::HttpField type{"Content-Type", "application/x-www-form-urlencoded"};
        Visit visit;
        const std::size_t from = form.find("Action=") + 7;
        visit.target = {Service::sqs, Protocol::query, form.substr(from, form.find('&', from) - from), {}};
        visit.scope = scope_;
        visit.request.method = "POST";
        visit.request.raw_path = path;
        visit.request.host = "localhost:4566";
        visit.request.headers = {&type, 1};
        visit.request.body = form;
        return handle(std::move(visit)).get();
    }
    Answer call(std::string operation, const json& params) {
        return start(std::move(operation), params).get();
    }
    json done(std::string operation, const json& params) {
        const Answer answer = call(std::move(operation), params);
        EXPECT_EQ(answer.status, 200u) << answer.text;
        return answer.body();
    }

    std::string make_queue(const std::string& name, const json& attributes = json::object()) {
        return done("CreateQueue", {{"QueueName", name}, {"Attributes", attributes}}).value("QueueUrl", "");
    }
    json send_text(const std::string& url, const std::string& body, json more = json::object()) {
        more["QueueUrl"] = url;
        more["MessageBody"] = body;
        return done("SendMessage", more);
    }
    json receive_all(const std::string& url, json more = json::object()) {
        more["QueueUrl"] = url;
        more["MaxNumberOfMessages"] = 10;
        return done("ReceiveMessage", more).value("Messages", json::array());
    }
    std::vector<std::string> received_bodies(const std::string& url) {
        std::vector<std::string> all;
        const json messages = receive_all(url);
        for (const json& message : messages)
            all.push_back(message["Body"]);
        return all;
    }
    std::string receive_handle(const std::string& url) {
        const json messages = receive_all(url);
        EXPECT_EQ(messages.size(), 1u);
        return messages.empty() ? "" : messages[0]["ReceiptHandle"];
    }

    Scope scope_;

  private:
    Waiting handle(Visit visit) {
        Waiting waiting;
        visit.responder = waiting.responder();
        door_.handle(std::move(visit));
        return waiting;
    }
    OperationDoor door_{describe(*engine_), std::make_shared<AtOnce>()};
};

}  // namespace faasd::aws::sqs::test
