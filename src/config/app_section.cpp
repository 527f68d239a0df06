// The top level of the file, and the limits of its HTTP port.
#include "config/authorizer_field.hpp"
#include "config/environment_field.hpp"
#include "config/sections.hpp"
#include "config/target_fields.hpp"

namespace faasd::config {

using model::ResourceKind;
using namespace std::chrono_literals;

const Section<model::HttpLimits>& http_section() {
    using H = model::HttpLimits;
    constexpr std::int64_t kKiB = 1024, kMiB = 1024 * kKiB, kGiB = 1024 * kMiB;
    static const Section<H> section =
        Section<H>("http", "http", "Limits of the app's HTTP port.",
                   {size_field<H>("max_body", &H::max_body, 0, 4 * kGiB,
                                  "A larger request body is refused with 413."),
                    size_field<H>("max_header", &H::max_header, kKiB, kMiB,
                                  "A larger request head is refused with 431."),
                    duration_field<H>("header_timeout", &H::header_timeout, 1ms, 1h,
                                      "For the whole head of a request."),
                    duration_field<H>("body_timeout", &H::body_timeout, 1ms, 1h,
                                      "Between two pieces of a request body."),
                    duration_field<H>("idle_timeout", &H::idle_timeout, 1ms, 24h,
                                      "Between two requests of a connection."),
                    duration_field<H>("write_timeout", &H::write_timeout, 1ms, 1h,
                                      "Between two pieces of a response."),
                    integer_field<H>("max_connections", &H::max_connections, 1, 1'000'000,
                                     "Connections at once; one more is refused.")})
            .may_be_empty()
            .foreign({{"port", "the port is an option: faasd serve --port 3000"},
                      {"host", "the address is an option: faasd serve --host 127.0.0.1"}});
    return section;
}

namespace {

Field<model::App> http_field() {
    return {{"http", http_section().value(), "Limits of the app's HTTP port.", {}, false},
            [](Reading& reading, const Node& node, model::App& into) {
                Reading::Scope scope(reading, "http");
                http_section().read(reading, node, node, into.http);
            }};
}

Field<model::App> name_field() {
    return {{"name",
             ValueDescription::text("1 to 128 bytes"),
             "The app's name. Default: the folder's name.",
             {},
             false},
            [](Reading& reading, const Node& node, model::App& into) {
                auto name = reading.text("name", node);
                if (!name) return;
                if (name->empty() || name->size() > 128 || name->find_first_of("\r\n") != std::string::npos) {
                    reading.error(node, "'name': " + shown(node) + " can't be a name",
                                  "write 1 to 128 bytes on one line");
                } else {
                    into.name = std::move(*name);
                }
            }};
}

}  // namespace

const Section<model::App>& app_section() {
    using A = model::App;
    static const Section<A> section =
        Section<A>(
            "file", "faasd.yaml", "Every section is optional.",
            {name_field(), environment_field<A>(&A::environment, "Variables for every function."),
             named_field<A>("functions", &A::functions, function_section(), kFunctionName,
                            "Functions by name. The short form is a source file or a module.",
                            ResourceKind::function),
             routes_field(),
             named_field<A>("upstreams", &A::upstreams, upstream_section(), kUpstreamName,
                            "Other HTTP servers that routes lead to, by name. The short form is a URL."),
             named_field<A>("authorizers", &A::authorizers, authorizer_section(), kAuthorizerName,
                            "Functions that say who may pass, by name. The short form is a function."),
             authorizer_field<A>(&A::authorizer, "The authorizer of every route that names none itself."),
             policy_field(), cors_field(),
             named_field<A>("queues", &A::queues, queue_section(), kQueueName, "Queues by name.",
                            ResourceKind::queue, true),
             named_field<A>("buckets", &A::buckets, bucket_section(), kBucketName, "Buckets by name.",
                            ResourceKind::bucket, true),
             named_field<A>("tables", &A::tables, table_section(), kTableName, "Tables by name.",
                            ResourceKind::table),
             named_field<A>("dependencies", &A::dependencies, dependency_section(), kDependencyName,
                            "What functions connect to, and how often at once, by name. The short form is the number "
                            "of connections.",
                            ResourceKind::dependency),
             named_field<A>("schedules", &A::schedules, schedule_section(), kScheduleName, "Timers by name."),
             named_field<A>("watches", &A::watches, watch_section(), kScheduleName,
                            "Watched folders by name."),
             http_field()})
            .may_be_empty()
            .check([](Reading& reading, const Node& at, const Node& map, A& app) {
                settle_authorizers(reading, at, map, app);
                check_upstream_names(reading, at, map, app);
            })
            .foreign(
                {{"version", "the format has no version: remove it"},
                 {"Resources", "this is not a SAM or CloudFormation template: see docs/configuration.md"},
                 {"AWSTemplateFormatVersion",
                  "this is not a SAM or CloudFormation template: see docs/configuration.md"},
                 {"service", "did you mean 'name'?"},
                 {"provider", "faasd needs no provider: remove it"},
                 {"env", "did you mean 'environment'?"},
                 {"timers", "did you mean 'schedules'?"},
                 {"cron", "write schedules: { name: { cron: \"0 2 * * *\", function: name } }"},
                 {"endpoints", "did you mean 'routes'?"},
                 {"port", "the port is an option: faasd serve --port 3000"}});
    return section;
}

}  // namespace faasd::config
