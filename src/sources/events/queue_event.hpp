// The event of a queue mapping, as AWS documents it ("Using Lambda with Amazon SQS").
#pragma once

#include <string>
#include <string_view>

#include "model/queues.hpp"
#include "sources/events/aws_identity.hpp"

namespace faasd::sources {

inline constexpr std::string_view kRecordsHead = R"({"Records":[)";
inline constexpr std::string_view kRecordsTail = "]}";

// One record. Text that is not UTF-8 has its broken bytes replaced.
[[nodiscard]] std::string queue_record(const model::Message& message, std::string_view queue,
                                       const AwsIdentity& identity);

// {"Records":[…]} around records already rendered.
template <class Range, class Text>
[[nodiscard]] std::string join_records(const Range& range, Text text) {
    std::string out(kRecordsHead);
    bool first = true;
    for (const auto& entry : range) {
        if (!first) out.push_back(',');
        first = false;
        out.append(text(entry));
    }
    return out.append(kRecordsTail);
}

}  // namespace faasd::sources
