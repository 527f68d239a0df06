// One request and its answer: the memory that both live in, and the ways into it from other threads.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/chunked_decoder.hpp"
#include "gateway/io_context_loop.hpp"
#include "gateway/request_head.hpp"
#include "model/http.hpp"

namespace faasd::gateway {

class Connection;

// Shared by the connection, the request (HttpRequest::owner), the responder and the body stream. It outlives the
// connection for as long as a function still reads the request, even one that was written off.
//
// Threads: everything belongs to the loop, except what is marked. Other threads hand over through the Signals.
struct Exchange : std::enable_shared_from_this<Exchange> {
    explicit Exchange(IoContextLoop& io_loop) : loop(io_loop) {}

    // Runs `on_loop(exchange)` on the loop: at once where the caller is on it, otherwise posted. One may be under way
    // a kind: each kind of call is made one at a time.
    struct Signal : Posted {
        std::shared_ptr<Exchange> exchange;
        void (*on_loop)(Exchange&) = nullptr;
    };
    void raise(Signal& signal, void (*on_loop)(Exchange&));

    IoContextLoop& loop;
    Connection* connection = nullptr;  // null once it is gone or has moved on

    // The request. Not changed any more once the handler has it.
    std::string bytes;  // of the head
    RequestHead head;
    std::string body;
    std::string remote_address;
    [[nodiscard]] model::HttpRequest request();

    // The body while it arrives.
    std::uint64_t remaining = 0;  // Framing::length
    std::uint64_t received = 0;
    std::uint64_t limit = 0;
    std::unique_ptr<ChunkedDecoder> decoder;  // Framing::chunked
    bool body_complete = false;
    bool continue_wanted = false;  // 100 Continue has not been sent yet
    Millis body_started = 0;

    // Stream mode: the handler asked for a piece. Written by the reader before `demand` is raised.
    base::Completion<std::string_view> piece_wanted;
    std::string piece;
    bool demanded = false, stream_failed = false, streamed = false;
    Signal demand;

    // The answer. Written by the responder before `answered` is raised.
    model::HttpResponse response;
    Signal answered;

    // The answer's body while it is sent.
    std::unique_ptr<model::HttpBodySource> source;
    std::optional<base::Result<std::string>> source_piece;
    bool source_in_call = false, source_waiting = false;
    std::optional<base::Result<std::string>> late_piece;  // written by the source before `produced` is raised
    Signal produced;
    // Sets source_piece where the source answers at once, source_waiting otherwise.
    void read_source();
    // Lets go of the source: the client has all of it, or is gone. Not before a read that is under way has ended.
    void drop_source();

    // The connection is done with the exchange: whoever still waits for a part of the body is told.
    void abandon();

    // Any thread.
    void set_on_disconnect(base::UniqueFunction<void()> callback);
    [[nodiscard]] base::UniqueFunction<void()> take_on_disconnect(bool gone);

  private:
    std::mutex disconnect_mutex_;
    base::UniqueFunction<void()> on_disconnect_;  // guarded by disconnect_mutex_
    bool disconnected_ = false;                   // guarded by disconnect_mutex_
};

[[nodiscard]] std::unique_ptr<model::HttpResponder> make_responder(std::shared_ptr<Exchange> exchange);
[[nodiscard]] std::unique_ptr<model::HttpBodyStream> make_body_stream(std::shared_ptr<Exchange> exchange);

}  // namespace faasd::gateway
