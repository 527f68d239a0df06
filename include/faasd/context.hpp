// The context of one invocation: who calls, how long is left, and the app's resources by name.
#pragma once

#include <chrono>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "faasd/resources.hpp"

namespace faasd {

// Lines of the function's own, tagged with the request id by the daemon. The arguments are written one after the
// other: context.log().info("stored ", key, ", ", size, " bytes").
class Logger {
  public:
    explicit Logger(detail::Host host) : host_(host) {}
    template <class... Parts>
    void debug(const Parts&... parts) const {
        write(FAASD_LOG_DEBUG, parts...);
    }
    template <class... Parts>
    void info(const Parts&... parts) const {
        write(FAASD_LOG_INFO, parts...);
    }
    template <class... Parts>
    void warn(const Parts&... parts) const {
        write(FAASD_LOG_WARN, parts...);
    }
    template <class... Parts>
    void error(const Parts&... parts) const {
        write(FAASD_LOG_ERROR, parts...);
    }

  private:
    template <class... Parts>
    void write(std::uint32_t level, const Parts&... parts) const {
        std::ostringstream line;
        (line << ... << parts);
        host_.host->log(host_.call, level, detail::raw(line.str()));
    }
    detail::Host host_;
};

// One of many calls that invoke_all() and invoke_async_all() make.
struct FunctionCall {
    std::string function;
    json payload = nullptr;
};

// What became of it.
class FunctionResult {
  public:
    explicit FunctionResult(json payload) : payload_(std::move(payload)) {}
    explicit FunctionResult(Error error) : error_(std::move(error)) {}
    [[nodiscard]] bool ok() const noexcept { return !error_; }
    // The answer; throws the error where there is none.
    [[nodiscard]] const json& payload() const {
        if (error_) throw *error_;
        return payload_;
    }
    // Null where the call succeeded.
    [[nodiscard]] const Error* error() const noexcept { return error_ ? &*error_ : nullptr; }

  private:
    json payload_;
    std::optional<Error> error_;
};

// One connection to a named dependency, held until the end of this object or of the call, whichever is first. Two of
// one call to the same dependency share one.
class Connection {
  public:
    Connection(detail::Host host, std::string name) : host_(host), name_(std::move(name)) {
        (void)host_.run("dependency.connect", {{"dependency", name_}});
    }
    ~Connection() { close(); }
    Connection(Connection&& other) noexcept : host_(other.host_), name_(std::exchange(other.name_, {})) {}
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    Connection& operator=(Connection&&) = delete;
    void close() noexcept {
        if (name_.empty()) return;
        try {
            (void)host_.run("dependency.disconnect", {{"dependency", std::exchange(name_, {})}});
        } catch (const std::exception&) {  // the call is over, and with it the connection
        }
    }

  private:
    detail::Host host_;
    std::string name_;
};

// Belongs to one call and dies with it. Not thread-safe.
class Context {
  public:
    Context(const faasd_host* host, faasd_call* call) : host_{host, call}, info_(host->info(call)) {}
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;

    [[nodiscard]] std::string_view request_id() const { return detail::view(info_->request_id); }
    [[nodiscard]] std::string_view function_name() const { return detail::view(info_->function_name); }
    [[nodiscard]] std::string_view function_version() const { return detail::view(info_->function_version); }
    [[nodiscard]] std::string_view trace_id() const { return detail::view(info_->trace_id); }
    // 1, and more for the retries of an asynchronous call.
    [[nodiscard]] unsigned attempt() const { return info_->attempt; }

    using TimePoint = std::chrono::sys_time<std::chrono::microseconds>;
    // The daemon's clock: under virtual time, it is the only one that tells the time.
    [[nodiscard]] TimePoint now() const { return TimePoint(std::chrono::microseconds(host_.host->now_us(host_.call))); }
    [[nodiscard]] TimePoint deadline() const { return TimePoint(std::chrono::microseconds(info_->deadline_us)); }
    [[nodiscard]] std::chrono::microseconds remaining_time() const { return deadline() - now(); }

    // A variable of the function's configuration, not of the daemon's process.
    [[nodiscard]] std::optional<std::string> environment(std::string_view name) const {
        const faasd_string value = host_.host->environment(host_.call, detail::raw(name));
        if (!value.data) return std::nullopt;
        return std::string(detail::view(value));
    }

    [[nodiscard]] Logger log() const { return Logger(host_); }

    // Resources that the function's `uses` in faasd.yaml grants.
    [[nodiscard]] Queue queue(std::string name) const { return {host_, std::move(name)}; }
    [[nodiscard]] Bucket bucket(std::string name) const { return {host_, std::move(name)}; }
    [[nodiscard]] Table table(std::string name) const { return {host_, std::move(name)}; }

    // Calls another function and waits for its answer, at most until this call's own deadline. Its failure is thrown
    // as Error with its type; error.function() says which function of the chain failed.
    json invoke(std::string_view function, const json& payload) const {
        return json::parse(host_.run("function.invoke", {{"function", function}}, detail::dump(payload)).body, nullptr,
                           false);
    }
    // Accepts the call durably and returns its request id at once.
    std::string invoke_async(std::string_view function, const json& payload) const {
        return host_.run("function.invoke_async", {{"function", function}}, detail::dump(payload))
            .result.at("request_id");
    }
    // Calls many functions at once and waits for all; the results stand in the order of the calls, each an answer or
    // an error of its own. At most 10,000 calls, of which `at_once` run at a time (0: 1000).
    std::vector<FunctionResult> invoke_all(const std::vector<FunctionCall>& calls, unsigned at_once = 0) const {
        if (calls.empty()) return {};
        json params = {{"calls", describe(calls)}};
        if (at_once > 0) params["max_concurrency"] = at_once;
        json output = host_.run("function.invoke_all", params).result;
        std::vector<FunctionResult> results;
        for (json& one : output.at("results")) {
            const auto error = one.find("error");
            if (error == one.end()) {
                results.emplace_back(std::move(one["payload"]));
            } else {
                results.emplace_back(Error(error->value("code", "Error"), error->value("message", "the call failed"),
                                           error->value("detail", json())));
            }
        }
        return results;
    }
    // Accepts many calls in one durable step, or none of them; their request ids.
    std::vector<std::string> invoke_async_all(const std::vector<FunctionCall>& calls) const {
        if (calls.empty()) return {};
        return host_.run("function.invoke_async_all", {{"calls", describe(calls)}}).result.at("request_ids");
    }

    // One of the connections that the configuration's `dependencies` gives a name; throws TooManyConnections.
    [[nodiscard]] Connection connect(std::string name) const { return {host_, std::move(name)}; }

    // Any named operation of the control API, for what the classes above do not cover.
    detail::OperationOutput operation(std::string_view name, const json& params, std::string_view body = {}) const {
        return host_.run(name, params, body);
    }

  private:
    static json describe(const std::vector<FunctionCall>& calls) {
        json list = json::array();
        for (const FunctionCall& call : calls)
            list.push_back({{"function", call.function}, {"payload", call.payload}});
        return list;
    }
    detail::Host host_;
    const faasd_call_info* info_;
};

}  // namespace faasd
