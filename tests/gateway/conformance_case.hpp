// A row of the HTTP/1.1 conformance suite: bytes in, statuses out, and what becomes of the connection.
#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace faasd::gateway::testing {

enum class Then {
    open,   // the next request on the same connection is answered as itself: no byte was lost or left over
    close,  // the server closes after the last answer
};

struct Case {
    const char* name;
    const char* rule;  // section of RFC 9112 or 9110
    std::string bytes;
    std::vector<unsigned> statuses;  // of the answers, in order
    Then then = Then::open;
    std::string contains = {};  // in the last answer's body: the echo of what the handler saw, or the reason
    std::string lacks = {};
};
inline void PrintTo(const Case& c, std::ostream* out) { *out << c.name << " (RFC " << c.rule << ")"; }

std::vector<Case> request_line_cases();
std::vector<Case> field_cases();
std::vector<Case> framing_cases();
std::vector<Case> chunked_cases();
std::vector<Case> connection_cases();

inline std::string get(const std::string& target, const std::string& fields = "Host: x\r\n") {
    return "GET " + target + " HTTP/1.1\r\n" + fields + "\r\n";
}
// A GET with these field lines beside its Host.
inline std::string with(const std::string& fields) { return "GET / HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n"; }
// A POST with these field lines beside its Host, and what follows the head.
inline std::string post(const std::string& fields, const std::string& body) {
    return "POST / HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n" + body;
}
inline std::string chunked(const std::string& body) { return post("Transfer-Encoding: chunked\r\n", body); }

}  // namespace faasd::gateway::testing
