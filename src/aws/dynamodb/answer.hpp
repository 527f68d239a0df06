// The text of an answer, written member by member.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "aws/dynamodb/value_json.hpp"

namespace faasd::aws::dynamodb {

class Answer {
  public:
    // The name of the next member; its value is to be appended to text.
    std::string& member(std::string_view name) {
        if (text.size() > 1) text.push_back(',');
        text.append("\"").append(name).append("\":");
        return text;
    }
    void item(std::string_view name, const model::Item& value) { write_item(member(name), value); }
    void string(std::string_view name, std::string_view value) { write_string(member(name), value); }
    void number(std::string_view name, std::uint64_t value) { member(name) += std::to_string(value); }
    template <class Items>
    void items(std::string_view name, const Items& values) {
        std::string& out = member(name);
        out.push_back('[');
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (i > 0) out.push_back(',');
            write_item(out, values[i]);
        }
        out.push_back(']');
    }
    [[nodiscard]] std::string finish() {
        text.push_back('}');
        return std::move(text);
    }

    std::string text = "{";
};

}  // namespace faasd::aws::dynamodb
