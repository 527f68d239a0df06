// What an AWS service says when it refuses.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "aws/protocol/call.hpp"
#include "model/http.hpp"

namespace faasd::aws {

struct Error {
    // The shape's name in the service's description: "QueueDoesNotExist". With its own name space where that is not the
    // service's: "com.amazon.coral.service#SerializationException".
    std::string code;
    unsigned status = 400;
    std::string message;
    // What the query protocol has always called it, where that is something else:
    // "AWS.SimpleQueueService.NonExistentQueue". JSON clients get it in x-amzn-query-error.
    std::string query_code{};
    std::string detail{};  // further members of the error as a JSON object: {"CancellationReasons": […]}
    std::string query_message{};  // what the query protocol says instead, where the words differ

    [[nodiscard]] bool senders_fault() const { return status < 500; }
};

// Of a request to no operation that faasd has.
[[nodiscard]] Error not_implemented(std::string_view operation);

// `shape_prefix` stands before the code in JSON: "com.amazonaws.sqs#". `xml_namespace` is that of the query protocol's
// error documents.
struct Dialect {
    Protocol protocol = Protocol::json_1_0;
    std::string_view shape_prefix{};
    std::string_view xml_namespace{};
    std::string_view content_type = "application/x-amz-json-1.0";  // of JSON
    bool crc32 = false;  // answers carry x-amz-crc32
};
[[nodiscard]] model::HttpResponse render(const Error& error, const Dialect& dialect, std::string_view request_id);

}  // namespace faasd::aws
