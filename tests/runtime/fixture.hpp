// A runtime with the test modules, in a temporary folder.
#pragma once

#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <string>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "base/random.hpp"
#include "runtime/runtime.hpp"

namespace faasd::runtime::testing {

class TemporaryFolder {
  public:
    TemporaryFolder()
        : path_(std::filesystem::temp_directory_path() / ("faasd-runtime-test-" + base::random_hex(12))) {
        std::filesystem::create_directories(path_);
    }
    ~TemporaryFolder() { std::filesystem::remove_all(path_); }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    std::filesystem::path write(const std::string& name, const std::string& text) const {
        const auto file = path_ / name;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file) << text;
        return file;
    }

  private:
    std::filesystem::path path_;
};

inline std::filesystem::path module_file(const std::string& name) {
    return std::filesystem::path(FAASD_BINARY_DIR) / "tests/runtime/modules" /
           ("test_module_" + name + ".so");
}

inline model::FunctionDefinition function_of(const std::string& module, const std::string& name) {
    model::FunctionDefinition definition;
    definition.name = name;
    definition.module = module_file(module);
    return definition;
}

inline model::HttpRequest http_request(std::string_view method, std::string_view path,
                                       std::string_view body = {}) {
    model::HttpRequest request;
    request.method = method;
    request.raw_path = request.path = path;
    request.body = body;
    request.host = "localhost";
    request.remote_address = "127.0.0.1:5000";
    return request;
}

inline model::Invocation json_call(std::string function, std::string json = "{}") {
    model::Invocation invocation;
    invocation.function = std::move(function);
    invocation.event = model::Payload{std::move(json)};
    return invocation;
}

inline model::Invocation http_call(std::string function, std::string_view body = {}) {
    model::Invocation invocation;
    invocation.function = std::move(function);
    invocation.event = http_request("GET", "/", body);
    return invocation;
}

inline std::future<model::Outcome> invoke_async(model::Invoker& invoker, model::Invocation invocation) {
    auto promise = std::make_shared<std::promise<model::Outcome>>();
    auto future = promise->get_future();
    invoker.invoke(std::move(invocation),
                   [promise](model::Outcome outcome) { promise->set_value(std::move(outcome)); });
    return future;
}
inline model::Outcome invoke(model::Invoker& invoker, model::Invocation invocation) {
    return invoke_async(invoker, std::move(invocation)).get();
}
inline std::string payload(const model::Outcome& outcome) {
    return std::get<model::Payload>(outcome.response).json;
}
inline std::string body(const model::Outcome& outcome) {
    return std::get<std::string>(std::get<model::HttpResponse>(outcome.response).body);
}

inline RuntimeOptions options_in(const TemporaryFolder& folder) {
    RuntimeOptions options;
    options.private_folder = folder.path() / "private";
    options.cache = folder.path() / "cache";
    options.builder.sdk_include = std::filesystem::path(FAASD_SOURCE_DIR) / "include";
    options.watch = false;
    return options;
}

struct RuntimeTest : ::testing::Test {
    TemporaryFolder folder;
    base::SystemClock clock;
    Runtime runtime{options_in(folder), clock};

    void start(std::vector<model::FunctionDefinition> functions) {
        model::App app;
        app.functions = std::move(functions);
        runtime.start(app);
        ASSERT_TRUE(runtime.wait_until_loaded(std::chrono::seconds{60}));
    }
};

}  // namespace faasd::runtime::testing
