// Persistence and pipelining: RFC 9112 section 9.
#include "gateway/conformance_case.hpp"

namespace faasd::gateway::testing {

std::vector<Case> connection_cases() {
    using enum Then;
    const std::string bad = "GET / HTTP/1.1\r\n\r\n";
    return {
        {"persistent_by_default", "9112 9.3", get("/"), {200}},
        {"close_is_kept", "9112 9.6", with("Connection: close\r\n"), {200}, close},
        {"close_ignores_case", "9112 9.6", with("connection: CLOSE\r\n"), {200}, close},
        {"close_in_a_list", "9112 9.6", with("Connection: foo, close\r\n"), {200}, close},
        {"close_in_a_second_field", "9112 9.6", with("Connection: foo\r\nConnection: close\r\n"), {200}, close},
        {"close_beats_keep_alive", "9112 9.3", with("Connection: keep-alive, close\r\n"), {200}, close},
        {"close_as_part_of_a_word", "9112 9.6", with("Connection: closed\r\n"), {200}},
        {"keep_alive_in_1_1", "9112 9.3", with("Connection: keep-alive\r\n"), {200}},
        {"closes_in_1_0", "9112 9.3", "GET / HTTP/1.0\r\n\r\n", {200}, close},
        {"keep_alive_in_1_0", "9112 9.3", "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", {200}},
        {"keep_alive_in_1_0_ignores_case", "9112 9.3", "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", {200}},
        {"keep_alive_in_1_0_with_a_body", "9112 9.3", "POST / HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\na", {200}},
        {"close_and_keep_alive_in_1_0", "9112 9.3", "GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n", {200}, close},
        {"proxy_connection_is_ignored", "9112 9.3", "GET / HTTP/1.0\r\nProxy-Connection: keep-alive\r\n\r\n", {200}, close},
        {"two_pipelined", "9112 9.3.2", get("/a") + get("/b"), {200, 200}, open, "path=/b\n"},
        {"three_pipelined_with_bodies", "9112 9.3.2", post("Content-Length: 1\r\n", "a") + get("/") + post("Content-Length: 1\r\n", "c"), {200, 200, 200}, open, "body=c\n"},
        {"empty_line_between_requests", "9112 2.2", post("Content-Length: 1\r\n", "a") + "\r\n" + get("/b"), {200, 200}, open, "path=/b\n"},
        {"nothing_is_answered_after_close", "9112 9.6", with("Connection: close\r\n") + get("/b"), {200}, close},
        {"nothing_is_answered_after_a_refusal", "9112 9.6", bad + get("/b"), {400}, close},
        {"a_refusal_waits_for_its_turn", "9112 9.3.2", get("/a") + bad, {200, 400}, close},
        {"head_then_get", "9112 9.3.2", "HEAD / HTTP/1.1\r\nHost: x\r\n\r\n" + get("/b"), {200, 200}, open, "path=/b\n"},
        {"body_shorter_than_the_next_request", "9112 6.3", post("Content-Length: 3\r\n", "abcGET /b HTTP/1.1\r\nHost: x\r\n\r\n"), {200, 200}, open, "path=/b\n"},
    };
}

}  // namespace faasd::gateway::testing
