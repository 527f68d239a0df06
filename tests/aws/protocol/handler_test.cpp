#include "aws/handler.hpp"

#include <gtest/gtest.h>

#include "aws/recorded_answer.hpp"

namespace faasd::aws {
namespace {

// Remembers who was asked.
struct NotedDoor final : Door {
    NotedDoor(std::string its_name, std::vector<std::string>& into) : name(std::move(its_name)), asked(into) {}
    model::BodyPlan plan(const model::HttpRequest&, const Target&) override { return {}; }
    void handle(Visit visit) override {
        asked.push_back(name + ' ' + visit.target.operation);
        visit.responder->respond(model::HttpResponse::text(200, ""));
    }
    [[nodiscard]] std::vector<OperationStatus> operations() const override { return {}; }
    std::string name;
    std::vector<std::string>& asked;
};

struct HandlerTest : testing::Test {
    std::vector<std::string> asked;
    std::vector<model::HttpField> headers;
    Handler handler = [this] {
        HandlerParts parts;
        for (const Service service : {Service::sqs, Service::s3, Service::sts})
            parts.doors[service] = std::make_shared<NotedDoor>(std::string(to_string(service)), asked);
        Conveniences::Parts conveniences;
        conveniences.services = {"sqs"};
        conveniences.reset = [this](base::Completion<> done) {
            asked.emplace_back("reset");
            done({});
        };
        conveniences.peek = [this](model::HttpRequest, std::unique_ptr<model::HttpResponder> responder) {
            asked.emplace_back("peek");
            responder->respond(model::HttpResponse::text(200, ""));
        };
        parts.conveniences = std::make_shared<Conveniences>(std::move(conveniences));
        parts.guard = model::ForgeryGuard(model::ForgeryGuard::Admitted{{}, {".amazonaws.com"}, true});
        return Handler(std::move(parts));
    }();

    unsigned request(std::string_view method, std::string_view path, std::string_view body = {},
                     std::string_view host = "127.0.0.1:4566") {
        model::HttpRequest head;
        head.method = method;
        head.raw_path = path;
        head.host = host;
        head.headers = headers;
        const auto plan = handler.plan(head);
        if (plan.mode == model::BodyPlan::Mode::refuse) return plan.refusal.status;
        head.body = body;
        auto answer = std::make_shared<RecordedAnswer>();
        handler.handle(head, nullptr, std::make_unique<RecordingResponder>(answer));
        return answer->status();
    }
};

TEST_F(HandlerTest, leads_an_unsigned_form_to_the_service_of_its_action) {
    headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
    EXPECT_EQ(request("POST", "/", "Action=ListQueues"), 200u);
    EXPECT_EQ(request("POST", "/", "Action=GetCallerIdentity"), 200u);
    EXPECT_EQ(asked, (std::vector<std::string>{"sqs ListQueues", "sts GetCallerIdentity"}));
}

TEST_F(HandlerTest, a_page_of_another_site_reaches_no_service_by_a_form) {
    headers = {{"Content-Type", "application/x-www-form-urlencoded;charset=UTF-8"}, {"Origin", "http://evil.example"}};
    EXPECT_EQ(request("POST", "/", "Action=DeleteQueue"), 403u);
    headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Sec-Fetch-Site", "cross-site"}};
    EXPECT_EQ(request("POST", "/", "Action=DeleteQueue"), 403u);
    EXPECT_TRUE(asked.empty());
}

TEST_F(HandlerTest, a_page_of_another_site_neither_resets_nor_peeks) {
    headers = {{"Origin", "http://evil.example"}};
    EXPECT_EQ(request("POST", "/_localstack/state/reset"), 403u);
    EXPECT_EQ(request("GET", "/_aws/sqs/messages"), 403u);
    EXPECT_TRUE(asked.empty());
    headers = {{"Origin", "http://localhost:5173"}};
    EXPECT_EQ(request("POST", "/_localstack/state/reset"), 200u);
    EXPECT_EQ(asked, std::vector<std::string>{"reset"});
}

TEST_F(HandlerTest, a_name_that_somebody_made_point_here_is_refused) {
    EXPECT_EQ(request("GET", "/", {}, "evil.example:4566"), 403u);
    EXPECT_EQ(request("GET", "/", {}, "sqs.us-east-1.amazonaws.com"), 400u) << "it names no action";
}

TEST_F(HandlerTest, objects_may_have_the_names_of_the_conveniences) {
    EXPECT_EQ(request("GET", "/health"), 200u);
    EXPECT_TRUE(asked.empty());
    EXPECT_EQ(request("GET", "/health", {}, "photos.s3.amazonaws.com"), 200u);
    headers = {{"Authorization", "AWS4-HMAC-SHA256 Credential=test/20261124/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0"}};
    EXPECT_EQ(request("GET", "/health"), 200u);
    EXPECT_EQ(asked, (std::vector<std::string>{"s3 ", "s3 "}));
}

}  // namespace
}  // namespace faasd::aws
