#include "runtime/probe.hpp"

#include <cstdio>
#include <dlfcn.h>
#include <exception>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "base/units.hpp"
#include "runtime/descriptor.hpp"
#include "runtime/process.hpp"

namespace faasd::runtime {
namespace {

using nlohmann::json;

// The answer starts a line of its own, whatever the module's static initializers print.
constexpr std::string_view kMark = "\n@faasd-probe ";

int answer(const json& value) {
    const std::string line =
        std::string(kMark) + base::to_text(value) + '\n';
    std::fflush(stdout);
    const bool written =
        ::write(STDOUT_FILENO, line.data(), line.size()) == static_cast<ssize_t>(line.size());
    // No destructors of the module's: they are not what was asked about.
    ::_exit(written ? 0 : 1);
}

// The last words of a process, for a message: what it printed, shortened.
std::string last_words(const std::string& output) {
    std::string_view text = output;
    while (!text.empty() && (text.back() == '\n' || text.back() == ' '))
        text.remove_suffix(1);
    if (text.empty()) return {};
    if (text.size() > 400) text.remove_prefix(text.size() - 400);
    return " It said: " + std::string(text);
}

}  // namespace

int probe_main(int argc, char** argv) {
    const std::string path = argc > 0 ? argv[argc - 1] : "";
    void* handle = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!handle) return answer({{"error", explain_dlopen_error(path, ::dlerror())}});
    const auto descriptor = read_descriptor(handle, path);
    if (!descriptor) return answer({{"error", descriptor.error().message}});
    const faasd_module& module = *descriptor.value();
    json functions = json::array();
    for (std::size_t i = 0; i < module.function_count; ++i) {
        const faasd_function& function = *module.functions[i];
        functions.push_back(
            {{"name", function.name}, {"event", function.event_type ? function.event_type : ""}});
    }
    return answer({{"functions", functions}, {"sdk", module.sdk_version ? module.sdk_version : ""}});
}

base::Result<ModuleFacts> probe_module(const std::filesystem::path& module, const ProbeOptions& options,
                                       const std::atomic<bool>* cancelled) {
    const auto bad = [](std::string message) {
        return base::Error(std::make_error_code(std::errc::executable_format_error), std::move(message));
    };
    auto command = options.command;
    command.push_back(module.string());
    auto ran = run_process(command, options.timeout, true, cancelled);
    if (!ran) return ran.error();
    const std::string& output = ran->output;
    const auto mark = output.rfind(kMark);
    if (mark == std::string::npos || !ran->ok()) {
        if (ran->timed_out)
            return bad("opening " + module.string() + " did not end within " +
                       base::format_duration(options.timeout) +
                       ": a static initializer of it hangs. Move that work into an init hook (FAASD_INIT)." +
                       last_words(output));
        return bad(
            "opening " + module.string() + " killed the process that tried it, which " + ran->how_it_ended() +
            ": a static initializer of it throws or crashes. Move that work into an init hook (FAASD_INIT), "
            "where an exception becomes an error." +
            last_words(output));
    }
    const json found = base::parse_json(output.substr(mark + kMark.size()));
    if (!found.is_object()) return bad("the probe of " + module.string() + " gave an unreadable answer");
    if (found.contains("error")) return bad(found["error"].get<std::string>());
    ModuleFacts facts;
    facts.sdk_version = found.value("sdk", "");
    for (const json& function : found["functions"])
        facts.functions.push_back({function.value("name", ""), function.value("event", "")});
    return facts;
}

}  // namespace faasd::runtime
