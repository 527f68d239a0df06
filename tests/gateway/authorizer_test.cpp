// Below the gateway: questions to an authorizer, whom they are about, and how long their answers are kept.
#include <gmock/gmock.h>

#include "gateway/authorization/authorizer.hpp"
#include "gateway/authorizing_invoker.hpp"

namespace faasd::gateway::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

// What happens while a question is open.
struct Question : ::testing::Test {
    void ask(const std::string& token) {
        model::HttpRequest request;
        request.raw_path = "/me";
        request.route_key = "GET /me";
        authorizer->ask({token}, request, "arn", "", [this, token](const Authorizer::Reply& reply) -> Authorizer::Next {
            said.push_back(token + (reply.answer ? reply.answer->is_authorized ? " yes" : " no" : " failed"));
            if (!reply.answer) return {};
            return [this, token] { said.push_back(token + " next"); };
        });
    }
    model::AuthorizerDefinition definition{"tokens", "authorize", {{}}, 300s, {}};
    base::ManualClock clock;
    AuthorizingInvoker invoker;
    std::shared_ptr<Authorizer> authorizer = std::make_shared<Authorizer>(definition, invoker, clock);
    std::vector<std::string> said;
};

TEST_F(Question, is_asked_once_for_all_who_wait_for_its_answer) {
    invoker.hold = true;
    ask("a");
    ask("a");
    ask("b");
    EXPECT_EQ(invoker.questions.size(), 2U);
    EXPECT_TRUE(said.empty());
    invoker.held[0](invoker.answer());
    EXPECT_THAT(said, ElementsAre("a yes", "a yes", "a next", "a next")) << "all are judged before anything runs";
    invoker.held[1](answered(R"({"isAuthorized": false})"));
    EXPECT_EQ(said[4], "b no");
}

TEST_F(Question, that_failed_fails_for_all_who_wait_and_is_asked_again_by_the_next) {
    invoker.hold = true;
    ask("a");
    ask("a");
    invoker.held[0](answered("nonsense"));
    EXPECT_THAT(said, ElementsAre("a failed", "a failed"));
    ask("a");
    EXPECT_EQ(invoker.questions.size(), 2U);
}

TEST_F(Question, is_asked_by_each_where_answers_are_not_kept) {
    definition.cache_ttl = 0s;
    authorizer = std::make_shared<Authorizer>(definition, invoker, clock);
    invoker.hold = true;
    ask("a");
    ask("a");
    EXPECT_EQ(invoker.questions.size(), 2U);
}

TEST(AnswerCache, forgets_who_was_not_asked_for_longest_when_it_is_full) {
    AnswerCache cache(300s, 2);
    const base::TimePoint now{};
    const auto answer = std::make_shared<const AuthorizerAnswer>();
    cache.keep("a", answer, now);
    cache.keep("b", answer, now);
    EXPECT_TRUE(cache.find("a", now));
    cache.keep("c", answer, now);
    EXPECT_EQ(cache.size(), 2U);
    EXPECT_TRUE(cache.find("a", now));
    EXPECT_FALSE(cache.find("b", now));
    EXPECT_TRUE(cache.find("c", now + 300s - 1us));
    EXPECT_FALSE(cache.find("c", now + 300s));
}

TEST(Identity, is_read_from_headers_query_and_cookies) {
    const model::HttpField fields[] = {{"X-Key", "k1"}, {"x-key", "k2"}, {"Cookie", "a=1; session=s1"}, {"Cookie", "session=s2"}};
    model::HttpRequest request;
    request.headers = fields;
    request.raw_query = "t%6Fken=a%20b&token=c&other";
    using Kind = model::IdentitySource::Kind;
    const auto of = [&](Kind kind, std::string name) { return identify({{kind, std::move(name)}}, request, "GET /x"); };
    EXPECT_EQ(of(Kind::header, "X-KEY"), Identity{"k1,k2"});
    EXPECT_EQ(of(Kind::query, "token"), Identity{"a b,c"});
    EXPECT_EQ(of(Kind::cookie, "session"), Identity{"s1,s2"});
    EXPECT_EQ(of(Kind::context, "routeKey"), Identity{"GET /x"});
    EXPECT_EQ(of(Kind::query, "other"), std::nullopt) << "empty is missing";
    EXPECT_NE(cache_key({"a", "bc"}), cache_key({"ab", "c"}));
}

}  // namespace
}  // namespace faasd::gateway::testing
