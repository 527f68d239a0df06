// A file in which every key of the format occurs: shown in the reference page, and read by the tests.
#pragma once

#include <string_view>

namespace faasd::config {

inline constexpr std::string_view kExample = R"yaml(name: shop
environment: { STAGE: dev }                  # for every function

functions:
  get_product: hello.cpp                     # the short form: a source or a module
  monolith: build/monolith.so
  list_products:
    source: [products.cpp, pricing.cpp]
    handler: list_products
    libraries: [gd]
    timeout: 10s
    concurrency: 100
    environment: { CURRENCY: "${SHOP_CURRENCY:-EUR}" }
    uses: [table:products, queue:to-encode, bucket:photos, function:encode, dependency:warehouse]
  encode:
    module: build/encode.so
    timeout: 20s
    dead_letter_queue: failed
    on_success: { queue: failed }
    on_failure: { bucket: photos }
    max_retries: 1
    retry_delay: 2s
    max_event_age: 1h
    recursion: allow
  check_token: build/check_token.so

routes:
  GET /products: list_products
  GET /products/{id}: get_product
  ANY /{rest+}: { function: monolith, authorizer: tokens }
  GET /orders: { upstream: legacy }
  GET /cart:
    split: { list_products: 10%, legacy: 90% }
    sticky: { cookie: visitor }              # or { header: X-User }
    when:
      - { header: X-Beta, present: true, to: list_products }
      - { header: User-Agent, prefix: "curl/", to: legacy }
      - { header: X-Version, value: "1", to: archive }
    shadow: { to: get_product, share: 50%, ignore: [/time] }

upstreams:
  archive: http://127.0.0.1:3002             # the short form
  legacy:
    url: http://127.0.0.1:3001/shop
    preserve_host: false
    connect_timeout: 2s
    response_timeout: 30s
    tunnel_idle_timeout: 5m
    retries: 1
    max_idle_connections: 32
    keep_alive: 30s
    health_check: { path: /health, interval: 10s, timeout: 2s, unhealthy_after: 3, healthy_after: 2 }

authorizers:
  tokens: check_token                        # the short form; asked about the header Authorization
  sessions:
    function: check_token
    identity_sources: [cookie.session, context.routeKey]
    cache_ttl: 1m
authorizer: none                             # of routes that name none

policy:
  Version: "2012-10-17"
  Statement:
    - { Sid: all, Effect: Allow, Principal: "*", Action: execute-api:Invoke, Resource: "execute-api:/*" }
    - Effect: Deny
      Principal: { AWS: "*" }
      NotAction: execute-api:ManageConnections
      NotResource: "execute-api:/*/GET/*"
      Condition: { NotIpAddress: { aws:SourceIp: [127.0.0.1, "::1"] } }

cors:                                        # or 'cors: true'
  allow_origins: ["https://shop.example"]
  allow_methods: [GET, POST]
  allow_headers: [content-type, authorization]
  expose_headers: [etag]
  allow_credentials: true
  max_age: 10m

queues:
  failed: {}                                 # every default
  to-encode:
    visibility_timeout: 2m
    delay: 0s
    retention: 4d
    receive_wait: 10s
    max_message_size: 256KiB
    dead_letter_queue: { queue: failed, max_receive_count: 3 }
    consumer:
      function: encode
      batch_size: 10
      batching_window: 0s
      max_concurrency: 4
      report_batch_item_failures: true
      filters:
        - { body: { s3: { object: { size: [{ numeric: [">", 0] }] } } } }
        - '{"body": {"kind": ["encode", {"prefix": "en"}]}}'
  orders.fifo:
    fifo: true
    content_based_deduplication: true
    deduplication_scope: messageGroup
    consumer: list_products                  # the short form

buckets:
  photos:
    notifications:
      - { events: [created], prefix: uploads/, suffix: .jpg, queue: to-encode }
      - events: ["ObjectRemoved:*"]
        filters: { s3: { object: { key: [{ wildcard: "*/public/*" }] } } }
        function: list_products

tables:
  products:
    key: { hash: category, range: "price:number" }
    indexes:
      by_maker: { key: maker, projection: [name, price] }
      by_name: { key: { hash: category, range: name }, projection: keys_only, local: true }
    ttl: expiresAt
    stream:
      view: new_and_old_images
      consumer:
        function: list_products
        batch_size: 100
        batching_window: 1s
        max_retries: 3
        filters: { eventName: [INSERT] }
        on_failure: { function: encode }
  users:
    key: userId
    stream: new_image
    max_connections: 100

dependencies:
  warehouse: { max_connections: 20 }
  labels: 2                                  # the short form

schedules:
  nightly:
    cron: "0 2 * * *"
    time_zone: Europe/Berlin
    function: list_products
    input: { full: true, steps: [1, 2.5, last] }
  heartbeat: { rate: 5 minutes, function: list_products, enabled: false }
  launch: { at: 2026-12-24T18:00:00, time_zone: Europe/Berlin, function: list_products, missed: skip }

watches:
  drop:
    folder: drop
    pattern: "*.jpg"
    events: [created, modified]
    recursive: true
    settle: 200ms
    bucket: photos
    prefix: uploads/
  inbox: { folder: inbox, function: list_products }

http:
  max_body: 6MiB
  max_header: 32KiB
  header_timeout: 10s
  body_timeout: 30s
  idle_timeout: 75s
  write_timeout: 30s
  max_connections: 16384
)yaml";

}  // namespace faasd::config
