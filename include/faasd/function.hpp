// The SDK: include this, write an ordinary function, name it with FAASD_FUNCTION.
//
//     #include <faasd/function.hpp>
//
//     faasd::HttpResponse hello(const faasd::HttpRequest& request) {
//         return faasd::HttpResponse::text("Hello!");
//     }
//     FAASD_FUNCTION(hello)
//
// The first parameter says what the handler wants: HttpRequest, QueueBatch, BlobEvent, TimerEvent, FileEvent,
// StreamBatch, faasd::json, or std::string_view (the raw payload). A Context& may follow it, or stand alone. It
// returns HttpResponse, faasd::json, std::string (text from a handler of HttpRequest, JSON text from any other),
// BatchResult, or nothing. What it throws is a function error, with the exception's type and message.
#pragma once

#include <cstddef>
#include <type_traits>
#include <vector>

#include "faasd/context.hpp"
#include "faasd/events.hpp"
#include "faasd/http.hpp"

namespace faasd {
namespace detail {

struct Registry {
    std::vector<const faasd_function*> functions;
    void (*init)(Context&) = nullptr;
};
// Hidden, so that two modules in one process never share it.
__attribute__((visibility("hidden"))) inline Registry& registry() {
    static Registry instance;
    return instance;
}

template <class Event>
struct Decode;
template <>
struct Decode<json> {
    static constexpr const char* name = "json";
    static json from(const faasd_event& e) { return parse(view(e.payload), "the event"); }
};
template <>
struct Decode<std::string_view> {
    static constexpr const char* name = "raw";
    static std::string_view from(const faasd_event& e) { return view(e.payload); }
};
template <class Event>
struct DecodeTyped {
    static Event from(const faasd_event& e) {
        const json event = parse(view(e.payload), "the event");
        try {
            return Event::from_json(event);
        } catch (const json::exception& problem) {
            throw Error("InvalidEvent", std::string("the event is not a ") + Decode<Event>::name + ": " + problem.what());
        }
    }
};
template <>
struct Decode<QueueBatch> : DecodeTyped<QueueBatch> {
    static constexpr const char* name = "QueueBatch";
};
template <>
struct Decode<BlobEvent> : DecodeTyped<BlobEvent> {
    static constexpr const char* name = "BlobEvent";
};
template <>
struct Decode<TimerEvent> : DecodeTyped<TimerEvent> {
    static constexpr const char* name = "TimerEvent";
};
template <>
struct Decode<FileEvent> : DecodeTyped<FileEvent> {
    static constexpr const char* name = "FileEvent";
};
template <>
struct Decode<StreamBatch> : DecodeTyped<StreamBatch> {
    static constexpr const char* name = "StreamBatch";
};
template <>
struct Decode<HttpRequest> {
    static constexpr const char* name = "HttpRequest";
    static HttpRequest from(const faasd_event& e) { return HttpRequest(*e.http); }
};

inline void respond(const faasd_host* host, faasd_call* call, const HttpResponse& response) {
    constexpr std::size_t few = 16;
    faasd_field on_stack[few];
    std::vector<faasd_field> on_heap;
    faasd_field* fields = on_stack;
    if (response.headers.size() > few) {
        on_heap.resize(response.headers.size());
        fields = on_heap.data();
    }
    std::size_t count = 0;
    for (const auto& [name, value] : response.headers)
        fields[count++] = {raw(name), raw(value)};
    host->respond_http(call, response.status, fields, count, raw(response.body));
}
inline void respond(const faasd_host* host, faasd_call* call, const json& answer) {
    host->respond_payload(call, raw(dump(answer)));
}
inline void respond(const faasd_host* host, faasd_call* call, const BatchResult& result) {
    respond(host, call, result.to_json());
}
inline void respond(const faasd_host* host, faasd_call* call, const std::string& answer) {
    host->respond_payload(call, raw(answer));
}

// Runs `body` so that nothing it throws crosses the C boundary.
template <class Body>
void guarded(const faasd_host* host, faasd_call* call, Body&& body) noexcept {
    try {
        body();
    } catch (const Error& e) {
        if (e.detail().is_null() || host->size <= offsetof(faasd_host, fail_with))
            return host->fail(call, raw(e.type()), raw(e.what()));
        host->fail_with(call, raw(e.type()), raw(e.what()), raw(dump(e.detail())));
    } catch (const std::exception& e) {
        host->fail(call, raw(type_name(e)), raw(e.what()));
    } catch (...) {
        host->fail(call, raw("unknown"), raw("something other than a std::exception was thrown"));
    }
}

template <auto Handler, class Return, class Event, class... Args>
void answer_with(const faasd_host* host, faasd_call* call, Args&&... args) {
    if constexpr (std::is_void_v<Return>) {
        Handler(std::forward<Args>(args)...);
    } else if constexpr (std::is_same_v<Event, HttpRequest> && std::is_same_v<std::remove_cvref_t<Return>, std::string>) {
        respond(host, call, HttpResponse::text(Handler(std::forward<Args>(args)...)));
    } else {
        respond(host, call, Handler(std::forward<Args>(args)...));
    }
}
template <auto Handler, class Return, class Event, class... Args>
void call_handler(const faasd_host* host, faasd_call* call, Args&&... args) {
    if constexpr (std::is_same_v<Event, HttpRequest> || std::is_same_v<Return, HttpResponse>) {
        try {
            answer_with<Handler, Return, Event>(host, call, std::forward<Args>(args)...);
        } catch (const HttpError& error) {
            respond(host, call, HttpResponse::json({{"message", error.what()}}, error.status()));
        }
    } else {
        answer_with<Handler, Return, Event>(host, call, std::forward<Args>(args)...);
    }
}

template <auto Handler, class Signature = decltype(Handler)>
struct Invoke;

template <auto Handler, class Return>
struct Invoke<Handler, Return (*)()> {
    using Event = std::string_view;
    static void run(const faasd_host* host, faasd_call* call, const faasd_event*) {
        guarded(host, call, [&] { call_handler<Handler, Return, Event>(host, call); });
    }
};
template <auto Handler, class Return>
struct Invoke<Handler, Return (*)(Context&)> {
    using Event = std::string_view;
    static void run(const faasd_host* host, faasd_call* call, const faasd_event*) {
        guarded(host, call, [&] {
            Context context(host, call);
            call_handler<Handler, Return, Event>(host, call, context);
        });
    }
};
template <auto Handler, class Return, class Argument>
    requires(!std::same_as<std::remove_cvref_t<Argument>, Context>)
struct Invoke<Handler, Return (*)(Argument)> {
    using Event = std::remove_cvref_t<Argument>;
    static void run(const faasd_host* host, faasd_call* call, const faasd_event* event) {
        guarded(host, call, [&] { call_handler<Handler, Return, Event>(host, call, Decode<Event>::from(*event)); });
    }
};
template <auto Handler, class Return, class Argument>
struct Invoke<Handler, Return (*)(Argument, Context&)> {
    using Event = std::remove_cvref_t<Argument>;
    static void run(const faasd_host* host, faasd_call* call, const faasd_event* event) {
        guarded(host, call, [&] {
            Context context(host, call);
            call_handler<Handler, Return, Event>(host, call, Decode<Event>::from(*event), context);
        });
    }
};
template <auto Handler>
struct Invoke<Handler, void (*)(const HttpRequest&, HttpResponseStream&, Context&)> {
    using Event = HttpRequest;
    static void run(const faasd_host* host, faasd_call* call, const faasd_event* event) {
        guarded(host, call, [&] {
            Context context(host, call);
            HttpResponseStream stream(host, call);
            try {
                Handler(Decode<HttpRequest>::from(*event), stream, context);
            } catch (const HttpError& error) {
                if (stream.begun()) throw;
                return respond(host, call, HttpResponse::json({{"message", error.what()}}, error.status()));
            }
            stream.begin();
        });
    }
};

template <auto Handler>
const faasd_function* describe(const char* name) {
    using Event = typename Invoke<Handler>::Event;
    static const faasd_function function{
        sizeof(faasd_function), name,
        std::is_same_v<Event, HttpRequest> ? FAASD_EVENT_HTTP : FAASD_EVENT_PAYLOAD, Decode<Event>::name,
        &Invoke<Handler>::run};
    return &function;
}

struct Registration {
    explicit Registration(const faasd_function* function) { registry().functions.push_back(function); }
    explicit Registration(void (*init)(Context&)) { registry().init = init; }
};

inline void run_init(const faasd_host* host, faasd_call* call) {
    guarded(host, call, [&] {
        Context context(host, call);
        registry().init(context);
    });
}

}  // namespace detail
}  // namespace faasd

// Emitted in each file that includes this and merged into one by the linker.
extern "C" inline __attribute__((used, visibility("default"))) const faasd_module* faasd_module_descriptor(void) {
    auto& registry = ::faasd::detail::registry();
    static const faasd_module module{sizeof(faasd_module),
                                     FAASD_ABI_VERSION,
                                     "0.1.0",
                                     registry.functions.data(),
                                     registry.functions.size(),
                                     registry.init ? &::faasd::detail::run_init : nullptr};
    return &module;
}

#define FAASD_DETAIL_JOIN2(a, b) a##b
#define FAASD_DETAIL_JOIN(a, b) FAASD_DETAIL_JOIN2(a, b)

// Names a handler after itself, or after `name` (a string).
#define FAASD_FUNCTION(handler) FAASD_FUNCTION_NAMED(#handler, handler)
#define FAASD_FUNCTION_NAMED(name, handler)                                                              \
    namespace {                                                                                          \
    [[maybe_unused]] const ::faasd::detail::Registration FAASD_DETAIL_JOIN(faasd_registration_, __COUNTER__){ \
        ::faasd::detail::describe<&handler>(name)};                                                      \
    }

// void init(faasd::Context&): runs once each time the module is loaded, before its first call. What it throws makes
// the load fail.
#define FAASD_INIT(function)                                                                             \
    namespace {                                                                                          \
    [[maybe_unused]] const ::faasd::detail::Registration FAASD_DETAIL_JOIN(faasd_registration_, __COUNTER__){ \
        static_cast<void (*)(::faasd::Context&)>(&function)};                                            \
    }
