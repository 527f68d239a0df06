// One function a bar, or a few that share their set-up. Each adds its rows; a failure throws.
#pragma once

#include "measure/report.hpp"

namespace faasd::bench {

void measure_http(Report& report);         // a native function beside the bare server
void measure_start(Report& report);        // exec to the first answer
void measure_memory(Report& report);       // at rest, five functions
void measure_send(Report& report);         // durable sends over HTTP and through the SDK
void measure_parallel(Report& report);     // 1,000 functions that sleep
void measure_mixed(Report& report);        // a quick endpoint beside slow ones
void measure_receive(Report& report);      // with and without a backlog
void measure_table(Report& report);        // with 1 M items
void measure_object(Report& report);       // 256 MiB beside dd
void measure_edit(Report& report);         // a saved source to the request that sees it
void measure_connections(Report& report);  // 10,000 of them, idle

void measure_buffer(Report& report);       // 20,000 events through a queue into a table
void measure_fan_out(Report& report);      // asynchronous calls
void measure_map_reduce(Report& report);   // the words of a whole text
void measure_crawler(Report& report);      // 10,000 profiles
void measure_timers(Report& report);       // 10,000 schedules at rest, and how late one fires
void measure_thumbnailer(Report& report);  // a photo through the whole pipeline
void measure_backlog(Report& report);      // memory while 1 M messages wait

// Over AWS's protocols.
void measure_aws_sqs(Report& report);
void measure_aws_dynamodb(Report& report);
void measure_aws_s3(Report& report);
void measure_aws_lambda(Report& report);
void measure_aws_start(Report& report);    // with many resources

}  // namespace faasd::bench
