/* The binary interface between the daemon and a function module. Plain C, so that the two need not share a compiler,
 * a standard library or a version of any library.
 *
 * A module is a shared object that exports one symbol, faasd_module_descriptor. C++ code uses faasd/function.hpp,
 * which is built on this.
 *
 * Rules: every struct starts with its size, so that either side can be older than the other: never read past the
 * size the other side announced. No exception crosses. All text is UTF-8, given as pointer and length, not
 * terminated. Views that the host hands out live until the call's invoke returns, unless said otherwise. The host
 * copies whatever it is handed before it returns. The host's functions may be called from any thread, as long as
 * the call's invoke has not returned, one at a time for each call. */
#ifndef FAASD_ABI_H
#define FAASD_ABI_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FAASD_ABI_VERSION 1u

typedef struct faasd_string {
    const char* data; /* null: absent */
    size_t size;
} faasd_string;

typedef struct faasd_field {
    faasd_string name, value;
} faasd_field;

/* What a handler wants to be given; the host converts. */
enum faasd_event_kind {
    FAASD_EVENT_HTTP = 1,   /* faasd_http_request; no JSON on the way */
    FAASD_EVENT_PAYLOAD = 2 /* JSON text in the shape that AWS Lambda gives the event */
};

typedef struct faasd_http_request {
    uint32_t size;
    faasd_string method, raw_path, path, raw_query, route_key, host, body, remote_address;
    const faasd_field* headers; /* as received, in order, repetitions kept */
    size_t header_count;
    const faasd_field* path_parameters; /* decoded */
    size_t path_parameter_count;
    /* What the route's authorizer said: its context by name (texts as they are, anything else as JSON), and principalId
     * where it named one. Only where `size` covers it. */
    const faasd_field* authorizer;
    size_t authorizer_count;
} faasd_http_request;

typedef struct faasd_event {
    uint32_t size;
    uint32_t kind;                  /* faasd_event_kind */
    const faasd_http_request* http; /* FAASD_EVENT_HTTP */
    faasd_string payload;           /* FAASD_EVENT_PAYLOAD */
} faasd_event;

typedef struct faasd_call faasd_call; /* one invocation (or one load's init); the host's */

typedef struct faasd_call_info {
    uint32_t size;
    faasd_string request_id, function_name, function_version, trace_id;
    uint32_t attempt;    /* from 1 */
    int64_t deadline_us; /* by the host's clock, microseconds since 1970 */
} faasd_call_info;

enum faasd_log_level {
    FAASD_LOG_DEBUG = 1,
    FAASD_LOG_INFO = 2,
    FAASD_LOG_WARN = 3,
    FAASD_LOG_ERROR = 4
};

/* The result of an operation: views that live until the call's next operation or its end. */
typedef struct faasd_operation_result {
    uint32_t size;
    faasd_string json, body;                /* where it succeeded */
    faasd_string error_code, error_message; /* where it failed */
    faasd_string error_detail;              /* JSON, or absent */
} faasd_operation_result;

typedef struct faasd_host {
    uint32_t size;
    uint32_t abi_version;
    const faasd_call_info* (*info)(faasd_call*);
    int64_t (*now_us)(faasd_call*);
    /* A variable of the function's environment; absent where it is not set. Lives as long as the module. */
    faasd_string (*environment)(faasd_call*, faasd_string name);
    void (*log)(faasd_call*, uint32_t level, faasd_string message);
    /* A named operation on the app's resources ("queue.send", "table.get", ...): JSON arguments, bytes beside them.
     * Blocks. 0: succeeded; 1: failed, with the error in the result. */
    int (*operation)(faasd_call*, faasd_string name, faasd_string params, faasd_string body,
                     faasd_operation_result* result);
    /* The answer; the last one given counts. Without one, the answer to a payload is null, to HTTP 204. */
    void (*respond_payload)(faasd_call*, faasd_string json);
    void (*respond_http)(faasd_call*, uint32_t status, const faasd_field* headers, size_t header_count,
                         faasd_string body);
    /* A streamed HTTP answer: head first, then pieces. write blocks while the client is slow. Both return 0, or 1
     * where the answer is not (or no longer) wanted. The stream ends when invoke returns. */
    int (*stream_begin)(faasd_call*, uint32_t status, const faasd_field* headers, size_t header_count);
    int (*stream_write)(faasd_call*, faasd_string bytes);
    /* The call failed: what Lambda calls errorType and errorMessage. */
    void (*fail)(faasd_call*, faasd_string type, faasd_string message);
    /* The same with JSON beyond the message, for callers. */
    void (*fail_with)(faasd_call*, faasd_string type, faasd_string message, faasd_string detail);
} faasd_host;

typedef struct faasd_function {
    uint32_t size;
    const char* name;
    uint32_t accepts;       /* faasd_event_kind */
    const char* event_type; /* for people: "HttpRequest", "QueueBatch", "json", ... */
    void (*invoke)(const faasd_host*, faasd_call*, const faasd_event*);
} faasd_function;

typedef struct faasd_module {
    uint32_t size;
    uint32_t abi_version;
    const char* sdk_version;
    const faasd_function* const* functions;
    size_t function_count;
    /* Runs once a load, before the first call; may be null. It fails by calling fail(). */
    void (*init)(const faasd_host*, faasd_call*);
} faasd_module;

/* The one exported symbol. Returns the same pointer each time. */
#define FAASD_MODULE_SYMBOL "faasd_module_descriptor"
__attribute__((visibility("default"))) const faasd_module* faasd_module_descriptor(void);

#ifdef __cplusplus
}
#endif
#endif
