// HTTP/1.1 on raw sockets, case by case: RFC 9110 (semantics) and RFC 9112 (messages).
#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "gateway/conformance_case.hpp"
#include "gateway/gateway_fixture.hpp"

namespace faasd::gateway::testing {
namespace {

class Conformance : public ::testing::TestWithParam<Case> {
  protected:
    static void SetUpTestSuite() {
        echo = new EchoHandler;
        gateway = new Gateway(*echo);
    }
    static void TearDownTestSuite() {
        delete gateway;
        delete echo;
    }
    static inline EchoHandler* echo = nullptr;
    static inline Gateway* gateway = nullptr;
};

void check_answer(const Answer& answer) {
    if (answer.status < 200) return;
    EXPECT_EQ(answer.count("date"), 1U) << "RFC 9110 section 6.6.1: an origin server sends Date";
    EXPECT_EQ(answer.count("content-length") + answer.count("transfer-encoding"),
              answer.status == 204 || answer.status == 304 ? 0U : 1U);
    if (answer.status >= 400) {
        EXPECT_TRUE(answer.body.starts_with("{\"message\":\"")) << "a refusal says why";
        EXPECT_EQ(answer.field("content-type"), "application/json");
    }
}

TEST_P(Conformance, of) {
    const Case& c = GetParam();
    Client client(gateway->port());
    client.send(c.bytes);
    Answer answer;
    // Pipelined requests that begin with HEAD have answers without bodies.
    std::string rest = c.bytes;
    for (const unsigned status : c.statuses) {
        const bool to_head = rest.starts_with("HEAD ");
        rest.erase(0, std::min(rest.find("\r\n\r\n"), rest.size() - 4) + 4);
        answer = client.receive(to_head);
        ASSERT_EQ(answer.status, status) << answer.head << answer.body;
        check_answer(answer);
    }
    EXPECT_NE(answer.body.find(c.contains), std::string::npos) << answer.body;
    if (!c.lacks.empty()) {
        EXPECT_EQ(answer.body.find(c.lacks), std::string::npos) << answer.body;
    }
    if (c.then == Then::close) {
        EXPECT_EQ(answer.field("connection"), "close") << answer.head;
        EXPECT_TRUE(client.at_end());
        return;
    }
    EXPECT_NE(answer.field("connection"), "close");
    client.send(get("/next-request"));
    const Answer next = client.receive();
    EXPECT_EQ(next.status, 200U);
    EXPECT_EQ(next.body, "method=GET\npath=/next-request\nquery=\nhost=x\nhost=x\nbody=\n");
}

std::string case_name(const ::testing::TestParamInfo<Case>& info) { return info.param.name; }

INSTANTIATE_TEST_SUITE_P(RequestLine, Conformance, ::testing::ValuesIn(request_line_cases()), case_name);
INSTANTIATE_TEST_SUITE_P(Fields, Conformance, ::testing::ValuesIn(field_cases()), case_name);
INSTANTIATE_TEST_SUITE_P(Framing, Conformance, ::testing::ValuesIn(framing_cases()), case_name);
INSTANTIATE_TEST_SUITE_P(Chunked, Conformance, ::testing::ValuesIn(chunked_cases()), case_name);
INSTANTIATE_TEST_SUITE_P(Persistence, Conformance, ::testing::ValuesIn(connection_cases()), case_name);

TEST(ConformanceSuite, has_at_least_two_hundred_cases) {
    EXPECT_GE(request_line_cases().size() + field_cases().size() + framing_cases().size() + chunked_cases().size() +
                  connection_cases().size(),
              200U);
}

}  // namespace
}  // namespace faasd::gateway::testing
