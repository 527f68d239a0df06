// The daemon's side of the C ABI: what a module calls while one of its functions runs.
#include <condition_variable>
#include <mutex>
#include <optional>

#include "model/trace.hpp"
#include "runtime/call.hpp"
#include "runtime/descriptor.hpp"
#include "runtime/executor.hpp"
#include "runtime/grants.hpp"
#include "runtime/running.hpp"

namespace faasd::runtime {
namespace {

std::string_view view(faasd_string s) {
    return s.data ? std::string_view(s.data, s.size) : std::string_view();
}
faasd_string raw(std::string_view s) {
    return {s.data() ? s.data() : "", s.size()};
}

model::LogLevel level_of(std::uint32_t level) {
    switch (level) {
        case FAASD_LOG_DEBUG:
            return model::LogLevel::debug;
        case FAASD_LOG_WARN:
            return model::LogLevel::warn;
        case FAASD_LOG_ERROR:
            return model::LogLevel::error;
        default:
            return model::LogLevel::info;
    }
}

// The result of an operation that may have come at once.
struct Pending {
    std::mutex mutex;
    std::condition_variable ready;
    std::optional<model::OperationResult> result;
    std::optional<Pool::ChainWait> chain_wait;  // while a worker waits for what needs a worker
};

bool needs_worker(std::string_view operation) {
    return operation == "function.invoke" || operation == "function.invoke_all";
}

void copy_fields(const faasd_field* fields, std::size_t count,
                 std::vector<std::pair<std::string, std::string>>& to) {
    to.clear();
    for (std::size_t i = 0; i < count; ++i)
        to.emplace_back(view(fields[i].name), view(fields[i].value));
}

}  // namespace

struct HostTable {
    static const faasd_call_info* info(faasd_call* handle) noexcept { return &handle->call->info_; }

    static std::int64_t now_us(faasd_call* handle) noexcept {
        return base::to_micros(handle->call->host_->now());
    }

    static faasd_string environment(faasd_call* handle, faasd_string name) noexcept {
        const auto& variables = *handle->call->binding_->environment;
        const auto at = variables.find(std::string(view(name)));
        return at == variables.end() ? faasd_string{nullptr, 0} : raw(at->second);
    }

    static void log(faasd_call* handle, std::uint32_t level, faasd_string message) noexcept {
        const Call& call = *handle->call;
        model::LogEntry entry;
        entry.level = level_of(level);
        entry.at = call.host_->now();
        entry.function = call.function_->name();
        entry.request_id = call.invocation_.request_id;
        entry.trace = model::root_of(call.invocation_.cause.trace);
        entry.message = view(message);
        call.host_->journal->append(entry);
    }

    static int operation(faasd_call* handle, faasd_string name, faasd_string params, faasd_string body,
                         faasd_operation_result* result) noexcept {
        Call& call = *handle->call;
        try {
            model::OperationRequest request;
            request.name = view(name);
            request.params = view(params);
            request.body = view(body);
            request.function = call.function_->name();
            request.request_id = call.invocation_.request_id;
            request.trace = call.invocation_.cause.trace;
            request.depth = call.invocation_.depth + 1;
            request.chain = call.chain();
            request.deadline = call.deadline_by_clock();
            auto outcome = run_operation(call, std::move(request));
            if (outcome) {
                call.operation_response_ = std::move(*outcome);
                result->json = raw(call.operation_response_.json);
                result->body = raw(call.operation_response_.body);
                return 0;
            }
            call.operation_error_ = outcome.error();
        } catch (const std::exception& e) {
            call.operation_error_ = {};
            call.operation_error_.code = "InternalError";
            call.operation_error_.message = e.what();
        }
        result->error_code = raw(call.operation_error_.code);
        result->error_message = raw(call.operation_error_.message);
        if (!call.operation_error_.detail.empty()) result->error_detail = raw(call.operation_error_.detail);
        return 1;
    }

    static model::OperationResult run_operation(Call& call, model::OperationRequest request) {
        std::vector<Connections::Resource> used;
        const bool limited = call.host_->connections.any();
        if (auto refused =
                denied(*call.binding_->definition, request.name, request.params, limited ? &used : nullptr))
            return *refused;
        const auto refusal = [](const char* code, std::string message, unsigned status) {
            model::OperationError error;
            error.code = code;
            error.message = std::move(message);
            error.http_status = status;
            return error;
        };
        if (call.ended_early())
            return refusal("Timeout", "the time of function " + call.function_->name() + " is over", 504);
        const bool connects = request.name == "dependency.connect";
        if (connects || request.name == "dependency.disconnect") {
            if (used.empty()) return refusal("InvalidParameter", request.name + " needs a 'dependency'", 400);
            if (!connects) {
                call.host_->connections.close(used.front(), &call);
                return model::OperationResponse{"{}", {}};
            }
        }
        if (auto refused = call.connect(used, connects ? Connections::Until::closed : Connections::Until::end))
            return *refused;
        if (connects) return model::OperationResponse{"{}", {}};
        const auto pending = std::make_shared<Pending>();
        const bool chained = needs_worker(request.name);
        {
            std::shared_lock lock(call.host_->mutex);
            if (!call.host_->operations) return refusal("ShuttingDown", "the daemon is ending", 503);
            call.host_->operations->run(std::move(request), [pending](model::OperationResult outcome) {
                std::lock_guard guard(pending->mutex);
                pending->result.emplace(std::move(outcome));
                pending->chain_wait.reset();
                pending->ready.notify_one();
            });
        }
        std::unique_lock lock(pending->mutex);
        if (!pending->result) {
            lock.unlock();
            const Pool::Blocked blocked;
            call.blocked_ = true;
            lock.lock();
            if (chained && !pending->result) pending->chain_wait.emplace();
            pending->ready.wait(lock, [&] { return pending->result.has_value(); });
        }
        return std::move(*pending->result);
    }

    static void respond_payload(faasd_call* handle, faasd_string json) noexcept {
        Call& call = *handle->call;
        call.has_response_ = true;
        call.http_response_ = false;
        call.body_ = view(json);
    }

    static void respond_http(faasd_call* handle, std::uint32_t status, const faasd_field* headers,
                             std::size_t count, faasd_string body) noexcept {
        Call& call = *handle->call;
        if (call.stream_) return;
        call.has_response_ = call.http_response_ = true;
        call.status_ = status;
        copy_fields(headers, count, call.headers_);
        call.body_ = view(body);
    }

    static int stream_begin(faasd_call* handle, std::uint32_t status, const faasd_field* headers,
                            std::size_t count) noexcept {
        Call& call = *handle->call;
        if (call.stream_ || call.buffered_stream_ || call.ended_early()) return 1;
        respond_http(handle, status, headers, count, {nullptr, 0});
        if (!std::holds_alternative<model::HttpRequest>(call.invocation_.event)) {
            call.buffered_stream_ = true;
            return 0;
        }
        call.begin_stream();
        return 0;
    }

    static int stream_write(faasd_call* handle, faasd_string bytes) noexcept {
        Call& call = *handle->call;
        if (call.ended_early()) return 1;
        if (call.buffered_stream_) {
            call.body_ += view(bytes);
            return 0;
        }
        if (!call.stream_) return 1;
        const Pool::Blocked blocked;
        call.blocked_ = true;
        return call.stream_->write(view(bytes)) ? 0 : 1;
    }

    static void fail(faasd_call* handle, faasd_string type, faasd_string message) noexcept {
        handle->call->failure_ = model::FunctionError{std::string(view(type)), std::string(view(message))};
    }

    static void fail_with(faasd_call* handle, faasd_string type, faasd_string message,
                          faasd_string detail) noexcept {
        handle->call->failure_ = model::FunctionError{std::string(view(type)), std::string(view(message)),
                                                      std::string(view(detail))};
    }
};

const faasd_host& Call::host_table() {
    static const faasd_host table{
        sizeof(faasd_host),       FAASD_ABI_VERSION,           &HostTable::info,
        &HostTable::now_us,       &HostTable::environment,     &HostTable::log,
        &HostTable::operation,    &HostTable::respond_payload, &HostTable::respond_http,
        &HostTable::stream_begin, &HostTable::stream_write,    &HostTable::fail,
        &HostTable::fail_with};
    return table;
}

void Call::begin_stream() {
    model::Outcome outcome;
    if (const char* flaw = flaw_of(status_, headers_)) {
        failure_ = model::FunctionError{"InvalidResponse", flaw};
        return;
    }
    auto stream = std::make_shared<BodyStream>(
        [](const std::shared_ptr<void>& host, base::UniqueFunction<void()> job) {
            static_cast<Host*>(host.get())->run_outside(std::move(job));
        },
        host_);
    {
        // The deadline's thread looks for a stream to break off.
        std::lock_guard lock(stream_mutex_);
        stream_ = stream;
    }
    outcome.duration = std::chrono::duration_cast<base::Duration>(base::monotonic_now() - started_);
    outcome.response =
        model::HttpResponse{status_, std::move(headers_), BodyStream::reader(std::move(stream))};
    headers_.clear();
    answer(std::move(outcome));
}

base::Result<> Call::run_init(std::shared_ptr<Host> host, std::shared_ptr<Function> function,
                              std::shared_ptr<const Binding> binding) {
    const faasd_module& module = binding->image->module();
    if (!FAASD_HAS(&module, init) || !module.init) return {};
    model::Invocation invocation;
    invocation.function = function->name();
    invocation.event = model::Payload{"null"};
    const auto call = std::make_shared<Call>(host, std::move(function), std::move(invocation), nullptr);
    call->binding_ = std::move(binding);
    call->started_ = base::monotonic_now();
    call->phase_ = running;
    call->info_ = call->describe(host->now() + call->binding_->definition->timeout);
    {
        const std::string name = init_name(call->function_->name());
        RunningFunction running_now = call->as_running();
        running_now.function = name.data();
        running_now.function_size = name.size();
        const RunningScope scope(running_now);
        module.init(&host_table(), &call->handle_);
    }
    call->disconnect();
    host->active.fetch_sub(1, std::memory_order_release);
    if (call->failure_)
        return base::Error(std::make_error_code(std::errc::operation_canceled),
                           "its init hook failed: " + call->failure_->type + ": " + call->failure_->message);
    return {};
}

}  // namespace faasd::runtime
