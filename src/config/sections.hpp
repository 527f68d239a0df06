// One section a file: what it describes, and the model type that it fills.
#pragma once

#include "config/fields.hpp"

namespace faasd::config {

// Built at the first use and never changed; thread-safe.
const Section<model::App>& app_section();
const Section<model::FunctionDefinition>& function_section();
const Section<model::RouteDefinition>& route_section();
const Section<model::Stickiness>& sticky_section();
const Section<model::HeaderRule>& header_rule_section();
const Section<model::ShadowDefinition>& shadow_section();
const Section<model::UpstreamDefinition>& upstream_section();
const Section<model::HealthCheck>& health_check_section();
const Section<model::AuthorizerDefinition>& authorizer_section();
const Section<model::PolicyStatement>& statement_section();
const Section<model::CorsPolicy>& cors_section();
const Section<model::QueueDefinition>& queue_section();
const Section<model::RedrivePolicy>& redrive_section();
const Section<model::QueueConsumer>& queue_consumer_section();
const Section<model::BucketDefinition>& bucket_section();
const Section<model::BucketNotification>& notification_section();
const Section<model::TableConfiguration>& table_section();
const Section<model::KeySchema>& key_section();
const Section<model::IndexDefinition>& index_section();
const Section<model::TableConfiguration>& stream_section();
const Section<model::StreamConsumer>& stream_consumer_section();
const Section<model::ScheduleDefinition>& schedule_section();
const Section<model::WatchDefinition>& watch_section();
const Section<model::DependencyDefinition>& dependency_section();
const Section<model::HttpLimits>& http_section();

// The fields that are no section of their own.
Field<model::App> routes_field();
Field<model::App> cors_field();
Field<model::App> policy_field();

}  // namespace faasd::config
