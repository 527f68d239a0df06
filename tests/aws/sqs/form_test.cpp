// The Query protocol: forms in, XML out.
#include "aws/sqs/form.hpp"

#include "aws/sqs/queue_address.hpp"
#include "aws/sqs/sqs_fixture.hpp"

namespace faasd::aws::sqs::test {
namespace {

using testing::HasSubstr;

json params_of(std::string_view operation, const QueryForm::Parameters& given) {
    model::HttpRequest request;
    request.raw_path = "/";
    return make_form()->params(operation, request, given);
}

TEST(SqsForm, numbered_parameters_become_lists_and_maps_in_the_order_of_their_numbers) {
    EXPECT_EQ(params_of("SendMessageBatch",
                        {{"SendMessageBatchRequestEntry.10.Id", "b"},
                         {"SendMessageBatchRequestEntry.2.Id", "a"},
                         {"SendMessageBatchRequestEntry.2.DelaySeconds", "5"},
                         {"SendMessageBatchRequestEntry.2.MessageAttribute.1.Name", "n"},
                         {"SendMessageBatchRequestEntry.2.MessageAttribute.1.Value.DataType", "Number"},
                         {"SendMessageBatchRequestEntry.2.MessageAttribute.1.Value.StringValue", "1"}}),
              json::parse(R"({"Entries": [{"Id": "a", "DelaySeconds": 5, "MessageAttributes":
                              {"n": {"DataType": "Number", "StringValue": "1"}}}, {"Id": "b"}]})"));
    EXPECT_EQ(params_of("CreateQueue", {{"Attribute.1.Name", "DelaySeconds"},
                                        {"Attribute.1.Value", "5"},
                                        {"Tag.1.Key", "k"},
                                        {"Tag.1.Value", "v"},
                                        {"QueueName", "12"}}),
              json::parse(R"({"Attributes": {"DelaySeconds": "5"}, "tags": {"k": "v"}, "QueueName": "12"})"));
}

TEST(SqsForm, a_list_of_one_needs_no_number) {
    EXPECT_EQ(params_of("ReceiveMessage", {{"AttributeName", "All"}, {"MaxNumberOfMessages", "x"}}),
              json::parse(R"({"AttributeNames": ["All"], "MaxNumberOfMessages": "x"})"));
}

TEST(SqsForm, nonsense_is_read_as_something) {
    EXPECT_NO_THROW((void)params_of("SendMessage", {{"", ""},
                                                    {"...", "x"},
                                                    {"Attribute", "x"},
                                                    {"Attribute.1", "x"},
                                                    {"Attribute.999999999999999999999.Name", "x"},
                                                    {std::string(10000, '.'), "x"},
                                                    {"Tag.1.Key.x", "x"}}));
}

TEST(SqsForm, has_a_limit_of_parameters) {
    QueryForm::Parameters many;
    for (int i = 0; i < 2001; ++i)
        many.emplace_back("Attribute." + std::to_string(i) + ".Name", "x");
    EXPECT_THROW((void)params_of("SendMessage", many), Refusal);
    many.pop_back();
    EXPECT_NO_THROW((void)params_of("SendMessage", many));
}

class SqsQuery : public SqsTest {};

TEST_F(SqsQuery, answers_have_a_result_only_where_the_operation_has_one) {
    const std::string url = "http://localhost:4566/000000000000/q";
    EXPECT_THAT(query("Action=CreateQueue&QueueName=q").text,
                HasSubstr("<CreateQueueResult><QueueUrl>" + url + "</QueueUrl></CreateQueueResult>"));
    EXPECT_THAT(query("Action=ReceiveMessage&QueueUrl=" + url).text, HasSubstr("<ReceiveMessageResult/>"));
    const std::string purged = query("Action=PurgeQueue", "/000000000000/q").text;
    EXPECT_THAT(purged, testing::Not(HasSubstr("Result")));
    EXPECT_THAT(purged, HasSubstr("<ResponseMetadata><RequestId>"));
}

TEST_F(SqsQuery, policies_that_are_nested_deeply_are_refused) {
    const std::string deep = std::string(9000, '[') + std::string(9000, ']');
    for (const std::string& policy : {R"({"maxReceiveCount": )" + deep + R"(, "deadLetterTargetArn": "x"})"})
        EXPECT_EQ(call("CreateQueue", {{"QueueName", "q"}, {"Attributes", {{"RedrivePolicy", policy}}}}).error(),
                  "InvalidParameterValueException");
    const std::string policy = R"({"Statement": )" + deep + "}";
    EXPECT_EQ(call("CreateQueue", {{"QueueName", "q"}, {"Attributes", {{"Policy", policy}}}}).status, 400u);
}

TEST(SqsAddress, whose_queue_a_url_means) {
    const Scope caller{"111111111111", "eu-west-1"};
    const auto address = [&](std::string_view url) {
        const QueueAddress a = address_of(url, caller);
        return a.scope.account + " " + a.scope.region + " " + a.name;
    };
    EXPECT_EQ(address("q"), "111111111111 eu-west-1 q");
    EXPECT_EQ(address("http://localhost:4566/222222222222/q.fifo"), "222222222222 eu-west-1 q.fifo");
    EXPECT_EQ(address("https://sqs.us-west-2.amazonaws.com/222222222222/q"), "222222222222 us-west-2 q");
    EXPECT_EQ(address("http://us-west-2.queue.localhost.localstack.cloud:4566/222222222222/q"),
              "222222222222 us-west-2 q");
    EXPECT_EQ(address("http://localhost:4566/queue/us-west-2/222222222222/q"), "222222222222 us-west-2 q");
    EXPECT_EQ(address("localhost:4566/222222222222/q/"), "222222222222 eu-west-1 q");
    EXPECT_EQ(address("http://sqs.localhost.localstack.cloud:4566/222222222222/q?a=b"),
              "222222222222 eu-west-1 q");
    for (const char* bad : {"", "/", "http://", "http://h", "http://h/q", "http://h/12/q", "a/b"})
        EXPECT_THROW((void)address_of(bad, caller), Refusal) << bad;
    EXPECT_THROW((void)address_of("~async", caller), Refusal) << "the daemon's own";
}

}  // namespace
}  // namespace faasd::aws::sqs::test
