// DynamoDB's doors over a real engine, with a clock that only the test moves.
#pragma once

#include <future>
#include <memory>
#include <string>

#include <nlohmann/json.hpp>

#include "aws/dynamodb/dynamodb.hpp"
#include "services/table/table_fixture.hpp"

namespace faasd::aws::dynamodb::test {

using nlohmann::json;

struct Reply {
    unsigned status = 0;
    std::string text;

    [[nodiscard]] json body() const { return json::parse(text); }
    [[nodiscard]] std::string type() const { return body().value("__type", ""); }
    [[nodiscard]] std::string message() const { return body().value("message", body().value("Message", "")); }
};

struct InPlace final : model::BlockingExecutor {
    void post(base::UniqueFunction<void()> job) override {
        ++jobs;
        job();
    }
    std::size_t jobs = 0;
};

class DynamoDb : public table::test::TableTest {
  protected:
    void SetUp() override {
        door_ = std::make_unique<OperationDoor>(describe(*tables, clock), executor_);
        streams_ = std::make_unique<OperationDoor>(describe_streams(*tables, clock), executor_);
    }

    Reply send(std::string operation, std::string body, Scope scope = {}) {
        struct Responder final : model::HttpResponder {
            explicit Responder(std::shared_ptr<std::promise<Reply>> to) : reply(std::move(to)) {}
            void respond(model::HttpResponse response) override {
                reply->set_value({response.status, std::get<std::string>(response.body)});
            }
            void on_disconnect(base::UniqueFunction<void()>) override {}
            std::shared_ptr<std::promise<Reply>> reply;
        };
        auto reply = std::make_shared<std::promise<Reply>>();
        auto kept = std::make_shared<std::string>(std::move(body));
        Visit visit;
        visit.target = {Service::dynamodb, Protocol::json_1_0, std::move(operation), {}};
        visit.scope = std::move(scope);
        visit.request_id = "request";
        visit.request.method = "POST";
        visit.request.raw_path = "/";
        visit.request.host = "localhost:4566";
        visit.request.body = *kept;
        visit.request.owner = kept;
        visit.responder = std::make_unique<Responder>(reply);
        const bool of_streams = visit.target.operation.find("Stream") != std::string::npos ||
                                visit.target.operation.find("Shard") != std::string::npos || visit.target.operation == "GetRecords";
        (of_streams ? streams_ : door_)->handle(std::move(visit));
        return reply->get_future().get();
    }
    json call(std::string operation, const json& params) {
        const Reply reply = send(std::move(operation), params.dump());
        EXPECT_EQ(reply.status, 200U) << reply.text;
        return reply.body();
    }
    void make_table(const std::string& name, const json& more = json::object()) {
        json params = {{"TableName", name},
                       {"BillingMode", "PAY_PER_REQUEST"},
                       {"KeySchema", {{{"AttributeName", "id"}, {"KeyType", "HASH"}}}},
                       {"AttributeDefinitions", {{{"AttributeName", "id"}, {"AttributeType", "S"}}}}};
        params.update(more);
        call("CreateTable", params);
    }

    std::shared_ptr<InPlace> executor_ = std::make_shared<InPlace>();
    std::unique_ptr<OperationDoor> door_, streams_;
};

}  // namespace faasd::aws::dynamodb::test
