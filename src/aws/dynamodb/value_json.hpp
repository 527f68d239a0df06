// Attribute values on the wire: {"S": "text"}, {"N": "5"}, … read from text and written to it without a tree.
// Source: API Reference, AttributeValue; Developer Guide, "DynamoDB low-level API".
#pragma once

#include <string>
#include <string_view>

#include "aws/dynamodb/json_reader.hpp"
#include "model/tables.hpp"

namespace faasd::aws::dynamodb {

// What is wrong with a value, if anything.
struct Note {
    std::string text;
    bool stands_alone = false;  // also about a key to start at, DynamoDB says no more than this
    [[nodiscard]] explicit operator bool() const { return !text.empty(); }
};

// A wrong JSON type is thrown as a Refusal (SerializationException). What is no good value is noted instead, since
// DynamoDB judges values after the rest of the request: the first note stays. `wrong_type` is what a value that is no
// object is called.
[[nodiscard]] model::AttributeValue read_value(JsonReader& reader, Note& note,
                                               std::string_view wrong_type = "Unexpected value type in payload");
[[nodiscard]] model::Item read_item(JsonReader& reader, Note& note);

void write_value(std::string& out, const model::AttributeValue& value);
void write_item(std::string& out, const model::Item& item);
void write_string(std::string& out, std::string_view text);  // with quotes and escapes

}  // namespace faasd::aws::dynamodb
