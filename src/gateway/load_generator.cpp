#include "gateway/load_generator.hpp"

#include <algorithm>
#include <deque>
#include <memory>
#include <optional>
#include <string_view>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

namespace faasd::gateway {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using std::chrono::steady_clock;

constexpr std::size_t kKinds = 20;               // of errors that are told apart
constexpr std::chrono::milliseconds kBreath{20};  // before the next try, where the last one found nobody

std::string with_number(std::string_view text, std::uint64_t number) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t found = text.find("{n}", at);
        out += text.substr(at, found - at);
        if (found == std::string_view::npos) break;
        out += std::to_string(number);
        at = found + 3;
    }
    return out;
}

// {"errorType":"TooManyConnections",…} -> TooManyConnections; other bodies: their first line.
std::string error_of(const std::string& body) {
    constexpr std::string_view kType = "\"errorType\":\"";
    const std::size_t found = body.find(kType);
    if (found == std::string::npos) return body.substr(0, std::min<std::size_t>(body.find('\n'), 80));
    const std::size_t begin = found + kType.size();
    return body.substr(begin, body.find('"', begin) - begin);
}

// What the clients share: the numbers that are left, and what came of the others.
struct Work {
    explicit Work(const LoadOptions& with) : options(with) {}

    const LoadOptions& options;
    asio::io_context io{1};
    asio::ip::tcp::endpoint endpoint;
    std::uint64_t next = 1;
    std::deque<std::uint64_t> again;
    std::uint64_t open = 0;  // tries without an outcome
    LoadResult result;
    std::vector<std::uint32_t> times_us;
    steady_clock::time_point begun, last_answer;
    bool gave_up = false;

    // 0: there is nothing to do, now or any more.
    std::uint64_t take() {
        std::uint64_t number = 0;
        if (!again.empty()) {
            number = again.front();
            again.pop_front();
        } else if (next <= options.requests) {
            number = next++;
        }
        if (number != 0) {
            ++open;
            ++result.sent;
        }
        return number;
    }
    void answered(std::uint64_t number, unsigned status, const std::string& body, steady_clock::time_point sent) {
        --open;
        last_answer = steady_clock::now();
        times_us.push_back(static_cast<std::uint32_t>(
            std::chrono::duration_cast<std::chrono::microseconds>(last_answer - sent).count()));
        ++result.statuses[status];
        if (status / 100 == 2) {
            ++result.accepted;
            return;
        }
        ++result.refused;
        std::string error = error_of(body);
        if (result.errors.size() < kKinds || result.errors.contains(error)) ++result.errors[std::move(error)];
        if (options.again) again.push_back(number);
    }
    void unanswered(std::uint64_t number) {
        --open;
        ++result.unanswered;
        if (options.again) again.push_back(number);
    }
    [[nodiscard]] bool over() const { return open == 0 && again.empty() && next > options.requests; }
};

class Client : public std::enable_shared_from_this<Client> {
  public:
    explicit Client(Work& work) : work_(work), stream_(work.io), timer_(work.io) {
        head_ = work.options.method + ' ';
        rest_ = " HTTP/1.1\r\nHost: " + work.options.host + ':' + std::to_string(work.options.port) + "\r\n";
        for (const auto& [name, value] : work.options.headers)
            rest_ += name + ": " + value + "\r\n";
    }

    void next() {
        number_ = work_.take();
        if (number_ == 0) return work_.over() ? void() : later();
        sent_ = steady_clock::now();
        const std::string body = with_number(work_.options.body, number_);
        request_ = head_ + with_number(work_.options.target, number_) + rest_ + "Content-Length: " +
                   std::to_string(body.size()) + "\r\n\r\n" + body;
        stream_.expires_after(work_.options.timeout);
        if (connected_) return write();
        stream_.async_connect(work_.endpoint, [self = shared_from_this()](const beast::error_code& error) {
            if (error) return self->lost();
            self->connected_ = true;
            beast::error_code ignored;
            self->stream_.socket().set_option(asio::ip::tcp::no_delay(true), ignored);
            self->write();
        });
    }

  private:
    void write() {
        asio::async_write(stream_, asio::buffer(request_), [self = shared_from_this()](const beast::error_code& error, std::size_t) {
            // A server may answer, and close, before it has read everything.
            if (error && error != asio::error::broken_pipe && error != asio::error::connection_reset) return self->lost();
            self->read();
        });
    }
    void read() {
        parser_.emplace();
        parser_->body_limit(64 * 1024 * 1024);
        http::async_read(stream_, buffer_, *parser_, [self = shared_from_this()](const beast::error_code& error, std::size_t) {
            if (error) return self->lost();
            const auto& answer = self->parser_->get();
            self->work_.answered(self->number_, answer.result_int(), answer.body(), self->sent_);
            if (!answer.keep_alive()) self->close();
            self->next();
        });
    }
    void lost() {
        close();
        work_.unanswered(number_);
        later();
    }
    void later() {
        if (work_.gave_up) return;
        if (work_.options.again && steady_clock::now() - std::max(work_.last_answer, work_.begun) > work_.options.give_up) {
            work_.gave_up = true;
            return work_.io.stop();
        }
        timer_.expires_after(kBreath);
        timer_.async_wait([self = shared_from_this()](const beast::error_code&) { self->next(); });
    }
    void close() {
        connected_ = false;
        buffer_.clear();
        stream_.close();
    }

    Work& work_;
    beast::tcp_stream stream_;
    asio::steady_timer timer_;
    beast::flat_buffer buffer_;
    std::optional<http::response_parser<http::string_body>> parser_;
    std::string head_, rest_, request_;
    std::uint64_t number_ = 0;
    steady_clock::time_point sent_;
    bool connected_ = false;
};

}  // namespace

base::Result<LoadResult> run_load(const LoadOptions& options) {
    Work work(options);
    beast::error_code error;
    const auto address = asio::ip::make_address(options.host == "localhost" ? "127.0.0.1" : options.host, error);
    if (error) return base::Error(std::error_code(error), options.host + " is not an address: name it by its IP");
    work.endpoint = {address, options.port};
    work.times_us.reserve(options.requests);
    work.begun = steady_clock::now();
    for (unsigned i = 0; i < options.connections; ++i)
        std::make_shared<Client>(work)->next();
    work.io.run();
    if (work.gave_up)
        return base::Error(std::make_error_code(std::errc::timed_out),
                           options.host + ':' + std::to_string(options.port) + ": no answer any more, with " +
                               std::to_string(work.result.accepted) + " of " + std::to_string(options.requests) + " accepted");
    work.result.took = std::max(work.last_answer, work.begun) - work.begun;
    auto& times = work.times_us;
    std::sort(times.begin(), times.end());
    if (!times.empty()) {
        work.result.median = std::chrono::microseconds{times[times.size() / 2]};
        work.result.p99 = std::chrono::microseconds{times[times.size() * 99 / 100]};
    }
    return std::move(work.result);
}

}  // namespace faasd::gateway
