// What fills the table: one function a kind of resource.
#pragma once

#include "control/operation_table.hpp"
#include "model/blobs.hpp"
#include "model/invocation.hpp"
#include "model/invocation_log.hpp"
#include "model/queues.hpp"
#include "model/schedules.hpp"
#include "model/tables.hpp"

namespace faasd::control {

// queue.send, send_batch, receive, delete, change_visibility, peek, purge, info, list
void add_queue_operations(OperationTable& table, model::Queues& queues);
// bucket.put, get, head, delete, copy, list, buckets
void add_bucket_operations(OperationTable& table, model::Blobs& blobs);
// table.get, put, update, delete, query, scan, batch_get, batch_write, transact_write, info, list
void add_table_operations(OperationTable& table, model::Tables& tables);
// log.read
void add_log_operations(OperationTable& table, model::InvocationLog& log, const base::Clock& clock);
// function.invoke, invoke_all, invoke_async, invoke_async_all
void add_function_operations(OperationTable& table, model::Invoker& invoker, model::AsyncInvoker& async_invoker);

// schedule.list, run
void add_schedule_operations(OperationTable& table, model::Schedules& schedules);

}  // namespace faasd::control
