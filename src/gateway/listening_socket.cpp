#include "gateway/listening_socket.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <utility>

#include "gateway/port_holder.hpp"

namespace faasd::gateway {
namespace {

constexpr int kBacklog = 4096;

base::Error socket_error(int number, const std::string& what) {
    const std::error_code code(number, std::generic_category());
    return {code, what + ": " + code.message()};
}

base::Result<ListeningSocket> describe(int descriptor) {
    sockaddr_storage address{};
    socklen_t length = sizeof address;
    if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &length) != 0)
        return socket_error(errno, "the listening socket has no address");
    const std::string text = format_address(address);
    const auto colon = text.rfind(':');
    if (colon == std::string::npos) return socket_error(EAFNOSUPPORT, "the listening socket is not TCP");
    std::string host = text.substr(0, colon);
    if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
    return ListeningSocket{descriptor, std::move(host), static_cast<std::uint16_t>(std::stoul(text.substr(colon + 1)))};
}

base::Error bind_error(int number, const std::string& where, std::uint16_t port) {
    if (number == EADDRINUSE) {
        const auto holder = find_port_holder(port);
        return {std::error_code(number, std::generic_category()),
                "port " + std::to_string(port) + " is in use" + (holder ? " by " + *holder : "") +
                    ": end it, or choose another port (0 picks a free one)"};
    }
    if (number == EACCES)
        return socket_error(number, "cannot listen on " + where + " (ports below 1024 need a privilege)");
    return socket_error(number, "cannot listen on " + where);
}

base::Result<ListeningSocket> bind_one(const addrinfo& address, const std::string& where, std::uint16_t port) {
    const int descriptor =
        ::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
    if (descriptor < 0) return bind_error(errno, where, port);
    const int on = 1;
    ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (::bind(descriptor, address.ai_addr, address.ai_addrlen) != 0 || ::listen(descriptor, kBacklog) != 0) {
        const int number = errno;
        ::close(descriptor);
        return bind_error(number, where, port);
    }
    return describe(descriptor);
}

}  // namespace

std::string format_address(const sockaddr_storage& address) {
    char text[INET6_ADDRSTRLEN] = {};
    if (address.ss_family == AF_INET) {
        const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
        ::inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
        return std::string(text) + ':' + std::to_string(ntohs(v4.sin_port));
    }
    if (address.ss_family == AF_INET6) {
        const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
        ::inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text);
        return '[' + std::string(text) + "]:" + std::to_string(ntohs(v6.sin6_port));
    }
    return "unknown";
}

base::Result<ListeningSocket> bind_socket(const std::string& host, std::uint16_t port) {
    const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
    const std::string name = bracketed ? host.substr(1, host.size() - 2) : host;
    const std::string where = host + ':' + std::to_string(port);
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    const int status = ::getaddrinfo(name.empty() ? nullptr : name.c_str(), std::to_string(port).c_str(), &hints, &found);
    if (status != 0)
        return base::Error(std::make_error_code(std::errc::address_not_available),
                           "cannot listen on " + where + ": " + ::gai_strerror(status));
    const std::unique_ptr<addrinfo, void (*)(addrinfo*)> addresses(found, ::freeaddrinfo);
    // "localhost" is ::1 as well as 127.0.0.1; most programs try the latter first.
    const addrinfo* chosen = found;
    for (const addrinfo* a = found; a; a = a->ai_next)
        if (a->ai_family == AF_INET) {
            chosen = a;
            break;
        }
    return bind_one(*chosen, where, port);
}

base::Result<ListeningSocket> adopt_socket(int descriptor) {
    int listening = 0;
    socklen_t length = sizeof listening;
    if (::getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listening, &length) != 0)
        return socket_error(errno, "descriptor " + std::to_string(descriptor) + " cannot be taken over");
    if (!listening)
        return socket_error(EINVAL, "descriptor " + std::to_string(descriptor) + " is no listening socket");
    ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) | O_NONBLOCK);
    ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    return describe(descriptor);
}

}  // namespace faasd::gateway
