#include "crash/child.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include <spdlog/spdlog.h>

#include "runtime/crash_handler.hpp"
#include "runtime/crash_ledger.hpp"
#include "runtime/crash_report.hpp"
#include "runtime/fixture.hpp"

namespace faasd::runtime::testing {

int crash_child(int argc, char** argv) {
    const std::filesystem::path folder = argv[2];
    const std::string function = argv[3];
    spdlog::set_level(spdlog::level::off);
    auto report = take_crash_report(folder / "crashes", folder / "private");
    install_crash_handler({std::vector<std::string>(argv, argv + argc), nullptr});
    const auto ledger = std::make_shared<CrashLedger>(folder / "ledger");
    if (report) {
        ledger->add(report->function, report->fingerprint, report->at);
        symbolize(*report);
        save(*report, folder / "crashes");
    }
    int listener = inherited_listener("app");
    const bool inherited = listener >= 0;
    if (!inherited) {
        listener = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        ::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address);
        ::listen(listener, 8);
        keep_listener("app", listener);
    }
    sockaddr_in address{};
    socklen_t size = sizeof address;
    ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
    const auto port = std::to_string(ntohs(address.sin_port));
    std::ofstream(folder / "ports", std::ios::app) << port << '\n';

    base::SystemClock clock;
    RuntimeOptions options;
    options.private_folder = folder / "private";
    options.cache = folder / "cache";
    options.watch = false;
    options.ledger = ledger;
    Runtime runtime(options, clock);
    model::App app;
    app.functions = {function_of("crashes", function)};
    runtime.start(app);
    auto invocation = json_call(function);
    invocation.request_id = "request-1";
    const auto outcome = invoke(runtime, std::move(invocation));
    // What it broke shows when its thread ends.
    if (outcome.status == model::OutcomeStatus::success) {
        runtime.shutdown(base::Duration::zero());
        std::this_thread::sleep_for(std::chrono::seconds{10});
    }
    std::ofstream(folder / "result.json")
        << nlohmann::json{{"status", std::string(to_string(outcome.status))},
                          {"message", outcome.error.message},
                          {"inherited", inherited},
                          {"report", report ? report->text() : ""}};
    return 0;
}

}  // namespace faasd::runtime::testing
