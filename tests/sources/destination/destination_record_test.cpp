#include "sources/destination/destination_record.hpp"

#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace faasd::sources {
namespace {

TEST(DestinationRecord, tells_a_payload_as_text_that_is_too_deep_to_be_written_as_json) {
    InvocationRecord record;
    record.request = std::string(200'000, '[') + std::string(200'000, ']');
    record.response = R"({"a":[1]})";
    const auto told = nlohmann::json::parse(to_json(record, {}, {}));
    EXPECT_EQ(told["requestPayload"], record.request);
    EXPECT_EQ(told["responsePayload"]["a"][0], 1);
}

}  // namespace
}  // namespace faasd::sources
