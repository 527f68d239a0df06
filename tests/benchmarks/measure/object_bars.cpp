#include <stdexcept>
#include <vector>

#include "measure/bars.hpp"
#include "measure/subject.hpp"

namespace faasd::bench {
namespace {

constexpr std::size_t kSize = std::size_t{256} << 20;

// MB/s of what `work` does with kSize bytes: the median of three.
template <class Work>
double speed(Work work) {
    std::vector<double> speeds;
    for (int round = 0; round < 3; ++round) {
        const auto began = std::chrono::steady_clock::now();
        work();
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
        speeds.push_back(static_cast<double>(kSize) / 1e6 / took.count());
    }
    return median(speeds);
}

void must_run(const std::vector<std::string>& command) {
    const auto done = test::run(command);
    if (done.exit_code != 0) throw std::runtime_error(command[0] + ": " + done.err);
}

}  // namespace

void measure_object(Report& report) {
    const test::TemporaryFolder folder;
    folder.write("large", std::string(kSize, 'o'));
    const std::string file = (folder.path() / "large").string(), copy = (folder.path() / "copy").string();
    Subject subject;
    gateway::ClientRequest request;
    request.port = subject.control_port();
    request.target = "/_faasd/v1/buckets/objects/objects/large";

    const double dd_write = speed([&] { must_run({"dd", "if=" + file, "of=" + copy, "bs=1M", "conv=fdatasync"}); });
    const double dd_read = speed([&] { must_run({"dd", "if=" + file, "of=/dev/null", "bs=1M"}); });
    const double md5 = speed([&] { must_run({"md5sum", file}); });
    const std::string piece(std::size_t{1} << 20, 'o');
    const double put = speed([&] {
        std::size_t left = kSize;
        request.method = "PUT";
        request.body_size = kSize;
        request.body_source = [&]() -> base::Result<std::string> {
            if (left == 0) return std::string();
            left -= piece.size();
            return piece;
        };
        const auto answer = gateway::fetch(request);
        if (answer.has_error() || answer->status / 100 != 2) throw std::runtime_error("the put failed");
    });
    request.method = "GET";
    request.body_size = 0;
    request.body_source = nullptr;
    const double get = speed([&] {
        std::size_t got = 0;
        request.body_sink = [&](std::string_view bytes) -> base::Result<> {
            got += bytes.size();
            return {};
        };
        const auto answer = gateway::fetch(request);
        if (answer.has_error() || got != kSize) throw std::runtime_error("the get failed");
    });
    report.add({"object of 256 MiB, put over HTTP", fixed(put, 0, "MB/s"),
                "dd with fdatasync " + fixed(dd_write, 0, "MB/s") + ", md5sum " + fixed(md5, 0, "MB/s"),
                fixed(put / dd_write, 2), "", Met::no_bar});
    report.add({"object of 256 MiB, get over HTTP", fixed(get, 0, "MB/s"), "dd " + fixed(dd_read, 0, "MB/s"),
                fixed(get / dd_read, 2), "", Met::no_bar});
    report.add({"  the daemon's peak of memory meanwhile", megabytes(peak_rss(subject.daemon().pid())), "", "", "",
                Met::no_bar});
}

}  // namespace faasd::bench
