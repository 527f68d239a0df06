// What a configuration describes: an app, complete and checked, with every default filled in.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "model/queues.hpp"
#include "model/tables.hpp"

namespace faasd::model {

struct SourcePosition {
    std::string file;
    int line = 0, column = 0;  // from 1; 0: unknown
};

enum class ResourceKind { queue, bucket, table, function };
[[nodiscard]] std::string_view to_string(ResourceKind kind);

struct FunctionDefinition {
    std::string name;
    // One of the two: a shared object, or C++ sources that the daemon compiles and watches.
    std::filesystem::path module;
    std::vector<std::filesystem::path> sources;
    std::vector<std::string> libraries;  // -l of the sources
    std::string handler;                 // name within the module; default: the function's name
    base::Duration timeout = std::chrono::seconds{30};
    std::uint32_t concurrency = 1000;    // running at once
    std::map<std::string, std::string> environment;
    struct Grant {
        ResourceKind kind{};
        std::string name;
        bool operator==(const Grant&) const = default;
    };
    std::vector<Grant> uses;
    std::string dead_letter_queue;       // of asynchronous calls that failed for good
    std::uint32_t max_retries = 2;       // of asynchronous calls, [0, 2] on Lambda, [0, 100] here
    base::Duration max_event_age = std::chrono::hours{6};
    SourcePosition at;
};

struct CorsPolicy {
    std::vector<std::string> allow_origins, allow_methods, allow_headers, expose_headers;
    bool allow_credentials = false;
    std::optional<base::Duration> max_age;
};

struct RouteDefinition {
    std::string method;  // upper case, or "ANY"
    std::string path;    // "/products/{id}", "/{rest+}"
    std::string function;
    SourcePosition at;
    [[nodiscard]] std::string key() const { return method + ' ' + path; }  // "GET /products/{id}"
};

struct QueueConsumer {
    std::string function;
    std::uint32_t batch_size = 10;                            // [1, 10000]
    base::Duration batching_window = std::chrono::seconds{0}; // [0, 300 s]
    std::uint32_t max_concurrency = 10;                       // pollers
    bool report_batch_item_failures = true;
    bool operator==(const QueueConsumer&) const = default;
};
struct QueueDefinition {
    std::string name;
    QueueAttributes attributes;
    std::optional<QueueConsumer> consumer;
    SourcePosition at;
};

struct BucketNotification {
    std::vector<std::string> events;  // "ObjectCreated:*", "ObjectRemoved:*", "ObjectCreated:Put", ...
    std::string prefix, suffix;
    std::string function;  // one of the two
    std::string queue;
    bool operator==(const BucketNotification&) const = default;
};
struct BucketDefinition {
    std::string name;
    std::vector<BucketNotification> notifications;
    SourcePosition at;
};

struct StreamConsumer {
    std::string function;
    std::uint32_t batch_size = 100;                           // [1, 10000]
    base::Duration batching_window = std::chrono::seconds{0};
    std::optional<std::uint32_t> max_retries;                 // none: until the record expires
    bool operator==(const StreamConsumer&) const = default;
};
struct TableConfiguration {
    TableDefinition definition;
    std::optional<StreamConsumer> consumer;
    SourcePosition at;
};

struct ScheduleDefinition {
    std::string name;
    std::string expression;  // "rate(5 minutes)" or "cron(0 2 * * *)"; 5 fields, or 6 with seconds first
    std::string time_zone = "UTC";
    std::string function;
    std::string input;       // JSON; empty: the scheduled event
    bool enabled = true;
    SourcePosition at;
};

struct WatchDefinition {
    std::string name;
    std::filesystem::path folder;
    std::string pattern = "**";        // glob below the folder
    std::vector<std::string> events{"created", "modified"};  // and "deleted", "moved"
    bool recursive = true;
    base::Duration settle = std::chrono::milliseconds{200};  // unchanged for this long
    std::string function;              // one of the two
    std::string bucket;                // the file is copied in under prefix + its relative path
    std::string prefix;
    SourcePosition at;
};

struct HttpLimits {
    std::uint64_t max_body = 6 * 1024 * 1024;
    std::uint64_t max_header = 32 * 1024;
    base::Duration header_timeout = std::chrono::seconds{10};
    base::Duration body_timeout = std::chrono::seconds{30};   // between two reads of a body
    base::Duration idle_timeout = std::chrono::seconds{75};
    base::Duration write_timeout = std::chrono::seconds{30};  // between two writes
    std::uint32_t max_connections = 16384;
};

struct App {
    std::string name;
    std::filesystem::path file;    // the faasd.yaml
    std::filesystem::path folder;  // relative paths in it start here
    std::map<std::string, std::string> environment;  // of every function
    std::vector<FunctionDefinition> functions;
    std::vector<RouteDefinition> routes;
    std::optional<CorsPolicy> cors;
    std::vector<QueueDefinition> queues;
    std::vector<BucketDefinition> buckets;
    std::vector<TableConfiguration> tables;
    std::vector<ScheduleDefinition> schedules;
    std::vector<WatchDefinition> watches;
    HttpLimits http;
};

}  // namespace faasd::model
