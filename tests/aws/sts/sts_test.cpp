#include "aws/sts/sts.hpp"

#include <gtest/gtest.h>

#include "aws/recorded_answer.hpp"
#include "base/clock.hpp"

namespace faasd::aws::sts {
namespace {

struct StsTest : testing::Test {
    struct HereAndNow final : model::BlockingExecutor {
        void post(base::UniqueFunction<void()> job) override { job(); }
    };
    base::ManualClock clock;
    OperationDoor door{describe(clock), std::make_shared<HereAndNow>()};

    std::string request(std::string operation, std::string_view form, std::vector<model::HttpField> headers = {},
                        std::string account = "111122223333") {
        auto answer = std::make_shared<RecordedAnswer>();
        headers.push_back({"Content-Type", "application/x-www-form-urlencoded"});
        Visit visit;
        visit.target = {Service::sts, Protocol::query, std::move(operation), {}};
        visit.scope.account = std::move(account);
        visit.request.method = "POST";
        visit.request.body = form;
        visit.request.headers = headers;
        visit.responder = std::make_unique<RecordingResponder>(answer);
        door.handle(std::move(visit));
        return answer->body();
    }
};

std::string between(const std::string& text, const std::string& begin, const std::string& end) {
    const std::size_t from = text.find(begin) + begin.size();
    return text.substr(from, text.find(end, from) - from);
}

TEST_F(StsTest, who_has_a_role_is_known_by_the_session_token) {
    const std::string lent =
        request("AssumeRole", "RoleArn=arn:aws:iam::111122223333:role/team/reader&RoleSessionName=tour");
    const std::string token = between(lent, "<SessionToken>", "</SessionToken>");
    const std::string role = "arn:aws:sts::111122223333:assumed-role/reader/tour";
    EXPECT_NE(lent.find(role), std::string::npos);

    const std::string who = request("GetCallerIdentity", "", {{"X-Amz-Security-Token", token}});
    EXPECT_EQ(between(who, "<Arn>", "</Arn>"), role);
    EXPECT_EQ(between(who, "<UserId>", "</UserId>"), between(lent, "<AssumedRoleId>", "</AssumedRoleId>"));
}

TEST_F(StsTest, a_token_of_another_account_or_of_nobody_says_nothing) {
    const std::string lent = request("AssumeRole", "RoleArn=arn:aws:iam::111122223333:role/reader&RoleSessionName=tour");
    const std::string token = between(lent, "<SessionToken>", "</SessionToken>");
    for (const std::string& given : {token, std::string("nonsense"), std::string("e30="), std::string("W10=")}) {
        const std::string who = request("GetCallerIdentity", "", {{"X-Amz-Security-Token", given}}, "000000000000");
        EXPECT_EQ(between(who, "<Arn>", "</Arn>"), "arn:aws:iam::000000000000:root");
    }
    const std::string form = request("GetCallerIdentity", "x-amz-security-token=" + token);
    EXPECT_EQ(between(form, "<Arn>", "</Arn>"), "arn:aws:iam::111122223333:root");
}

TEST_F(StsTest, only_roles_that_can_exist_are_assumed) {
    for (const char* role : {"arn:aws:iam::111122223333:role/%FF", "arn:aws:iam::11112222333x:role/reader",
                             "arn:aws:iam::%FF:role/reader/writer", "arn:aws:iam::111122223333:role/"}) {
        const std::string answer =
            request("AssumeRole", "RoleSessionName=tour&RoleArn=" + std::string(role));
        EXPECT_EQ(between(answer, "<Code>", "</Code>"), "ValidationError") << answer;
    }
}

}  // namespace
}  // namespace faasd::aws::sts
