// How a body is framed: RFC 9112 sections 6 and 7.
#include "gateway/conformance_case.hpp"

namespace faasd::gateway::testing {

std::vector<Case> framing_cases() {
    using enum Then;
    const auto length = [](const std::string& value, const std::string& body) {
        return post("Content-Length: " + value + "\r\n", body);
    };
    const auto encoding = [](const std::string& value) {
        return post("Transfer-Encoding: " + value + "\r\n", "0\r\n\r\n");
    };
    return {
        {"no_length_no_body", "9112 6.3", post("", ""), {200}, open, "body=\n"},
        {"length", "9112 6.3", length("5", "hello"), {200}, open, "body=hello\n"},
        {"length_zero", "9112 6.3", length("0", ""), {200}, open, "body=\n"},
        {"length_with_leading_zeros", "9110 8.6", length("0005", "hello"), {200}, open, "body=hello\n"},
        {"binary_body", "9110 6.4", length("4", std::string("\0\r\n\xFF", 4)), {200}, open, std::string("body=\0\r\n\xFF\n", 10)},
        {"body_that_looks_like_a_request", "9112 6.3", length("30", get("/smuggled").substr(0, 30)), {200}, open, "body=GET /smuggled"},
        {"length_is_case_insensitive", "9110 5.1", post("CONTENT-LENGTH: 2\r\n", "hi"), {200}, open, "body=hi\n"},
        {"length_given_twice_equally", "9112 6.3", post("Content-Length: 2\r\nContent-Length: 2\r\n", "hi"), {200}, open, "body=hi\n"},
        {"length_list_of_equals", "9112 6.3", length("5, 5", "hello"), {200}, open, "body=hello\n"},
        {"length_list_that_differs", "9112 6.3", length("5, 6", "hello"), {400}, close},
        {"length_given_twice_differently", "9112 6.3", post("Content-Length: 2\r\nContent-Length: 3\r\n", "hi!"), {400}, close},
        {"length_negative", "9110 8.6", length("-1", ""), {400}, close},
        {"length_with_a_plus", "9110 8.6", length("+5", "hello"), {400}, close},
        {"length_hexadecimal", "9110 8.6", length("0x5", "hello"), {400}, close},
        {"length_with_a_fraction", "9110 8.6", length("5.0", "hello"), {400}, close},
        {"length_with_a_space", "9110 8.6", length("1 1", "hello"), {400}, close},
        {"length_of_letters", "9110 8.6", length("five", "hello"), {400}, close},
        {"length_empty", "9110 8.6", length("", ""), {400}, close},
        {"length_list_with_an_empty_member", "9110 8.6", length("5,", "hello"), {400}, close},
        {"length_that_overflows", "9110 8.6", length("18446744073709551621", "hello"), {413}, close},
        {"length_of_a_hundred_digits", "9110 8.6", length(std::string(100, '9'), ""), {413}, close},
        {"length_over_the_limit", "9110 15.5.14", length("100001", ""), {413}, close, "larger"},
        {"length_at_the_limit", "9110 15.5.14", length("100000", std::string(100'000, 'b')), {200}},
        {"length_in_1_0", "9112 6.3", "POST / HTTP/1.0\r\nContent-Length: 2\r\n\r\nhi", {200}, close, "body=hi\n"},

        {"chunked_beside_length", "9112 6.3", post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), {400}, close},
        {"length_after_chunked", "9112 6.3", post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n"), {400}, close},
        {"chunked_ignores_case", "9112 7", encoding("CHUNKED"), {200}, open, "body=\n"},
        {"empty_list_members", "9110 5.6.1.2", encoding(", chunked ,"), {200}, open, "body=\n"},
        {"unknown_coding_before_chunked", "9112 6.1", encoding("gzip, chunked"), {501}, close},
        {"unknown_coding_in_two_fields", "9112 6.1", post("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), {501}, close},
        {"identity_before_chunked", "9112 7", encoding("identity, chunked"), {501}, close},
        {"chunked_not_last", "9112 6.3", encoding("chunked, gzip"), {400}, close},
        {"unknown_coding_alone", "9112 6.3", encoding("gzip"), {400}, close},
        {"xchunked", "9112 6.3", encoding("xchunked"), {400}, close},
        {"xchunked_before_a_length", "9112 6.3", post("Transfer-Encoding: xchunked\r\nContent-Length: 5\r\n", "hello"), {400}, close},
        {"identity_alone", "9112 7", encoding("identity"), {400}, close},
        {"empty_encoding", "9112 6.3", encoding(""), {400}, close},
        {"empty_encoding_before_a_length", "9112 6.3", post("Transfer-Encoding:\r\nContent-Length: 5\r\n", "hello"), {400}, close},
        {"chunked_twice", "9112 6.1", encoding("chunked, chunked"), {400}, close},
        {"chunked_twice_in_two_fields", "9112 6.1", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), {400}, close},
        {"chunked_with_a_parameter", "9112 7", encoding("chunked;q=1"), {400}, close},
        {"chunked_quoted", "9112 7", encoding("\"chunked\""), {400}, close},
        {"chunked_with_a_vertical_tab", "9110 5.5", encoding("\x0B" "chunked"), {400}, close},
        {"chunked_in_1_0", "9112 6.1", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", {400}, close},
        {"chunked_in_1_0_with_keep_alive", "9112 6.1", "POST / HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", {400}, close},
        {"encoding_name_in_odd_case", "9110 5.1", post("tRANSFER-eNCODING: chunked\r\n", "1\r\na\r\n0\r\n\r\n"), {200}, open, "body=a\n"},
    };
}

std::vector<Case> chunked_cases() {
    using enum Then;
    const std::string end = "0\r\n\r\n";
    return {
        {"one_chunk", "9112 7.1", chunked("5\r\nhello\r\n" + end), {200}, open, "body=hello\n"},
        {"several_chunks", "9112 7.1", chunked("2\r\nhe\r\n3\r\nllo\r\n" + end), {200}, open, "body=hello\n"},
        {"no_chunk", "9112 7.1", chunked(end), {200}, open, "body=\n"},
        {"size_in_upper_case", "9112 7.1", chunked("A\r\n0123456789\r\n" + end), {200}, open, "body=0123456789\n"},
        {"size_in_lower_case", "9112 7.1", chunked("a\r\n0123456789\r\n" + end), {200}},
        {"size_with_leading_zeros", "9112 7.1", chunked("0005\r\nhello\r\n" + end), {200}, open, "body=hello\n"},
        {"last_chunk_of_many_zeros", "9112 7.1", chunked("000\r\n\r\n"), {200}, open, "body=\n"},
        {"chunk_with_line_ends", "9112 7.1", chunked("4\r\n\r\n\r\n\r\n" + end), {200}, open, "body=\r\n\r\n\n"},
        {"chunk_that_looks_like_the_end", "9112 7.1", chunked("5\r\n0\r\n\r\n\r\n" + end), {200}, open, "body=0\r\n\r\n\n"},
        {"extension", "9112 7.1.1", chunked("5;a\r\nhello\r\n" + end), {200}, open, "body=hello\n"},
        {"extension_with_a_value", "9112 7.1.1", chunked("5;a=b\r\nhello\r\n" + end), {200}, open, "body=hello\n"},
        {"extension_with_a_quoted_value", "9112 7.1.1", chunked("5;a=\"b;\\\"c\"\r\nhello\r\n" + end), {200}, open, "body=hello\n"},
        {"several_extensions", "9112 7.1.1", chunked("5;a;b=c;d=\"e\"\r\nhello\r\n0;last\r\n\r\n"), {200}, open, "body=hello\n"},
        {"extension_with_blanks", "9112 7.1.1", chunked("5 ; a = b\r\nhello\r\n" + end), {200}, open, "body=hello\n"},
        {"trailer", "9112 7.1.2", chunked("1\r\nx\r\n0\r\nT: v\r\n\r\n"), {200}, open, "body=x\n", "t=v"},
        {"several_trailers", "9112 7.1.2", chunked("0\r\nA: 1\r\nB: 2\r\n\r\n"), {200}, open, "body=\n", "b=2"},
        {"trailer_never_sets_the_length", "9110 6.5.1", chunked("1\r\nx\r\n0\r\nContent-Length: 50\r\n\r\n"), {200}, open, "body=x\n", "content-length"},
        {"trailer_never_sets_the_host", "9110 6.5.1", chunked("0\r\nHost: evil\r\n\r\n"), {200}, open, "host=x\n", "evil"},
        {"trailer_never_authorises", "9110 6.5.1", chunked("0\r\nAuthorization: me\r\n\r\n"), {200}, open, "", "authorization"},
        {"body_at_the_limit", "9110 15.5.14", chunked("186a0\r\n" + std::string(100'000, 'b') + "\r\n" + end), {200}},
        {"body_over_the_limit", "9110 15.5.14", chunked("186a1\r\n" + std::string(100'001, 'b') + "\r\n" + end), {413}, close, "larger"},
        {"body_over_the_limit_in_pieces", "9110 15.5.14", chunked("c350\r\n" + std::string(50'000, 'b') + "\r\nc351\r\n" + std::string(50'001, 'b') + "\r\n" + end), {413}, close},
        {"size_missing", "9112 7.1", chunked("\r\nhello\r\n" + end), {400}, close},
        {"size_not_hexadecimal", "9112 7.1", chunked("g\r\nhello\r\n" + end), {400}, close},
        {"size_negative", "9112 7.1", chunked("-5\r\nhello\r\n" + end), {400}, close},
        {"size_with_a_plus", "9112 7.1", chunked("+5\r\nhello\r\n" + end), {400}, close},
        {"size_with_0x", "9112 7.1", chunked("0x5\r\nhello\r\n" + end), {400}, close},
        {"size_with_an_underscore", "9112 7.1", chunked("1_0\r\n0123456789012345\r\n" + end), {400}, close},
        {"size_with_a_leading_space", "9112 7.1", chunked(" 5\r\nhello\r\n" + end), {400}, close},
        {"size_with_a_space_at_the_end", "9112 7.1", chunked("5 \r\nhello\r\n" + end), {400}, close},
        {"size_that_overflows", "9112 7.1", chunked("10000000000000000\r\nhello\r\n" + end), {413}, close},
        {"size_that_overflows_to_five", "9112 7.1", chunked("100000000000000005\r\nhello\r\n" + end), {413}, close},
        {"size_line_ends_in_lf", "9112 7.1", chunked("5\nhello\r\n" + end), {400}, close},
        {"size_line_ends_in_cr", "9112 7.1", chunked("5\rhello\r\n" + end), {400}, close},
        {"data_ends_in_lf", "9112 7.1", chunked("5\r\nhello\n" + end), {400}, close},
        {"data_without_its_end", "9112 7.1", chunked("5\r\nhello" + end), {400}, close},
        {"data_longer_than_its_size", "9112 7.1", chunked("3\r\nhello\r\n" + end), {400}, close},
        {"extension_without_a_name", "9112 7.1.1", chunked("5;\r\nhello\r\n" + end), {400}, close},
        {"extension_without_a_value", "9112 7.1.1", chunked("5;a=\r\nhello\r\n" + end), {400}, close},
        {"extension_with_an_open_quote", "9112 7.1.1", chunked("5;a=\"b\r\nhello\r\n" + end), {400}, close},
        {"extension_with_a_control_character", "9112 7.1.1", chunked("5;a=\"\x01\"\r\nhello\r\n" + end), {400}, close},
        {"extension_line_ends_in_lf", "9112 7.1.1", chunked("5;a\nhello\r\n" + end), {400}, close},
        {"extension_too_long", "9112 7.1.1", chunked("5;" + std::string(5000, 'a') + "\r\nhello\r\n" + end), {400}, close},
        {"trailer_without_a_colon", "9112 7.1.2", chunked("0\r\nT\r\n\r\n"), {400}, close},
        {"trailer_with_a_folded_line", "9112 5.2", chunked("0\r\nT: v\r\n w\r\n\r\n"), {400}, close},
        {"trailer_with_a_space_before_the_colon", "9112 5.1", chunked("0\r\nT : v\r\n\r\n"), {400}, close},
        {"trailer_ends_in_lf", "9112 2.2", chunked("0\r\nT: v\n\r\n"), {400}, close},
        {"end_in_lf", "9112 7.1", chunked("0\r\n\n"), {400}, close},
        {"trailer_too_large", "6585 5", chunked("0\r\nT: " + std::string(20'000, 'v') + "\r\n\r\n"), {431}, close},
        {"next_request_right_behind", "9112 9.3.2", chunked("1\r\na\r\n" + end) + get("/b"), {200, 200}, open, "path=/b\n"},
    };
}

}  // namespace faasd::gateway::testing
