// What a configuration describes: an app, complete and checked, with every default filled in.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "model/pattern/event_pattern.hpp"
#include "model/policy.hpp"
#include "model/queues.hpp"
#include "model/schedules.hpp"
#include "model/source_position.hpp"
#include "model/tables.hpp"
#include "model/upstreams.hpp"

namespace faasd::model {

enum class ResourceKind { queue, bucket, table, function, dependency };
[[nodiscard]] std::string_view to_string(ResourceKind kind);

// Where records of what became of events go: a queue, a function or a bucket.
struct Destination {
    ResourceKind kind{};
    std::string name;
    bool operator==(const Destination&) const = default;
};

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
    std::optional<Destination> on_success, on_failure;  // of asynchronous calls
    std::uint32_t max_retries = 2;       // of asynchronous calls, [0, 2] on Lambda, [0, 100] here
    base::Duration retry_delay = std::chrono::minutes{1};  // before the first retry; doubles
    base::Duration max_event_age = std::chrono::hours{6};
    bool allow_recursion = false;        // more calls in one chain than kMaxCallsInChain (model/trace.hpp)
    SourcePosition at;
};

struct CorsPolicy {
    std::vector<std::string> allow_origins, allow_methods, allow_headers, expose_headers;
    bool allow_credentials = false;
    std::optional<base::Duration> max_age;
};

// A part of a request that says who sends it.
struct IdentitySource {
    enum class Kind { header, query, cookie, context };
    Kind kind = Kind::header;
    std::string name = "Authorization";  // of the context: "routeKey", "httpMethod", "path", "identity.sourceIp"
    bool operator==(const IdentitySource&) const = default;
};

// A function that is asked whether a request may pass: a Lambda authorizer of API Gateway HTTP APIs, format 2.0.
struct AuthorizerDefinition {
    std::string name;
    std::string function;
    std::vector<IdentitySource> identity_sources{{}};
    base::Duration cache_ttl = std::chrono::seconds{300};  // [0, 3600 s]; 0: asked for each request
    SourcePosition at;
};

struct RouteDefinition {
    std::string method;  // upper case, or "ANY"
    std::string path;    // "/products/{id}", "/{rest+}"
    // One of the three: a function, an upstream, or several targets by weight.
    std::string function;
    std::string upstream;
    std::vector<WeightedTarget> split;
    std::vector<HeaderRule> when;  // the first that applies wins over all of these
    std::optional<Stickiness> sticky;
    std::optional<ShadowDefinition> shadow;
    std::string authorizer;  // empty: everybody may pass
    SourcePosition at;
    [[nodiscard]] std::string key() const { return method + ' ' + path; }  // "GET /products/{id}"
};

struct QueueConsumer {
    std::string function;
    std::uint32_t batch_size = 10;                            // [1, 10000]
    base::Duration batching_window = std::chrono::seconds{0}; // [0, 300 s]
    std::uint32_t max_concurrency = 10;                       // pollers
    bool report_batch_item_failures = true;
    std::vector<EventPattern> filters;                        // one has to match; empty: everything
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
    std::vector<EventPattern> filters;  // of the event's record; one has to match; empty: everything
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
    std::vector<EventPattern> filters;                        // one has to match; empty: everything
    std::optional<Destination> on_failure;
    bool operator==(const StreamConsumer&) const = default;
};
struct TableConfiguration {
    TableDefinition definition;
    std::optional<StreamConsumer> consumer;
    std::optional<std::uint32_t> max_connections;  // invocations that may use it at once
    SourcePosition at;
};

// Something outside that takes so many connections; functions take one by name.
struct DependencyDefinition {
    std::string name;
    std::uint32_t max_connections = 1;
    SourcePosition at;
};

struct ScheduleDefinition {
    std::string name;
    // "rate(5 minutes)", "cron(0 2 * * *)" (5 fields, or 6 with seconds first), "at(2026-12-24T18:00:00)"
    std::string expression;
    std::string time_zone = "UTC";
    std::string function;
    std::string input;       // JSON; empty: the scheduled event
    bool enabled = true;
    MissedRuns missed = MissedRuns::once;
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
    std::vector<UpstreamDefinition> upstreams;
    std::vector<AuthorizerDefinition> authorizers;
    std::string authorizer;                // of routes that name none; they have it already
    std::optional<PolicyDocument> policy;  // who may send requests at all: API Gateway's resource policy
    std::optional<CorsPolicy> cors;
    std::vector<QueueDefinition> queues;
    std::vector<BucketDefinition> buckets;
    std::vector<TableConfiguration> tables;
    std::vector<DependencyDefinition> dependencies;
    std::vector<ScheduleDefinition> schedules;
    std::vector<WatchDefinition> watches;
    HttpLimits http;
};

}  // namespace faasd::model
