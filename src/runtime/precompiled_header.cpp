#include "runtime/precompiled_header.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "base/clock.hpp"
#include "base/digest.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "base/thread_name.hpp"
#include "runtime/build_files.hpp"
#include "runtime/loader.hpp"
#include "runtime/process.hpp"

namespace faasd::runtime {
namespace fs = std::filesystem;

namespace {
constexpr std::chrono::nanoseconds kAWhile = std::chrono::seconds{8};
}

PrecompiledHeader::~PrecompiledHeader() { cancel(); }

void PrecompiledHeader::cancel() {
    cancelled_ = true;
    std::lock_guard lock(mutex_);
    if (thread_.joinable()) thread_.join();
}

std::string PrecompiledHeader::sdk_stamp() const {
    std::vector<std::string> headers;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(sdk_include_ / "faasd", ignored))
        headers.push_back(FileStamp::of(entry.path()).text());
    std::sort(headers.begin(), headers.end());
    std::string stamp;
    for (const std::string& header : headers)
        stamp += '\n' + header;
    return stamp;
}

fs::path PrecompiledHeader::place(const std::string& compiler_id, const std::vector<std::string>& flags) const {
    std::string key = compiler_id + sdk_stamp();
    for (const std::string& flag : flags)
        key += '\n' + flag;
    return cache_ / "headers" / base::md5_hex(key);
}

std::optional<fs::path> PrecompiledHeader::folder(const std::string& compiler_id,
                                                  const std::vector<std::string>& flags) const {
    if (cache_.empty()) return std::nullopt;
    fs::path found = place(compiler_id, flags);
    std::error_code ignored;
    for (const char* file : {"function.hpp", "function.hpp.gch"})
        if (!fs::exists(found / "faasd" / file, ignored)) return std::nullopt;
    return found;
}

void PrecompiledHeader::build_later(const std::string& compiler, const std::string& compiler_id,
                                    const std::vector<std::string>& flags, std::chrono::milliseconds timeout) {
    if (cache_.empty() || begun_.exchange(true)) return;
    std::lock_guard guard(mutex_);
    if (cancelled_) return;
    thread_ = std::thread([this, compiler, flags, timeout, folder = place(compiler_id, flags) / "faasd"] {
        base::set_thread_name("header");
        for (const auto begin = base::monotonic_now() + kAWhile; base::monotonic_now() < begin;) {
            if (cancelled_) return;
            std::this_thread::sleep_for(std::chrono::milliseconds{20});
        }
        std::error_code error;
        fs::create_directories(folder, error);
        // For who includes it a second time, where GCC looks for a header and not for what was made of it.
        write_lines(folder / "function.hpp", {"#ifndef FAASD_FUNCTION", "#include_next <faasd/function.hpp>", "#endif"});
        // One daemon at a time: it costs seconds and a hundred megabytes.
        const int lock = ::open((folder / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (lock < 0 || ::flock(lock, LOCK_EX | LOCK_NB) != 0 || fs::exists(folder / "function.hpp.gch", error)) {
            if (lock >= 0) ::close(lock);
            return;
        }
        // Of daemons that were killed.
        for (const auto& entry : fs::directory_iterator(folder, error))
            if (entry.path().filename().string().starts_with("function.hpp.") && entry.path().extension() != ".gch")
                fs::remove(entry.path(), error);
        const fs::path fresh = folder / ("function.hpp." + base::random_hex(8));
        std::vector<std::string> command{"nice", "-n", "19", compiler};
        command.insert(command.end(), flags.begin(), flags.end());
        for (const std::string& argument : {std::string("-x"), std::string("c++-header"),
                                            (sdk_include_ / "faasd" / "function.hpp").string(), std::string("-o"),
                                            fresh.string()})
            command.push_back(argument);
        const auto ran = run_process(command, timeout, true, &cancelled_);
        if (ran && ran->ok()) {
            fs::rename(fresh, folder / "function.hpp.gch", error);
            spdlog::debug("the SDK's header is compiled: from now on edits are served sooner");
        } else {
            fs::remove(fresh, error);
        }
        ::close(lock);
    });
}

fs::path user_cache() {
    const auto variable = [](const char* name) -> fs::path {
        const char* value = std::getenv(name);
        return value && *value == '/' ? fs::path(value) : fs::path();
    };
    if (auto own = variable("FAASD_CACHE_DIR"); !own.empty()) return own;
    if (auto shared = variable("XDG_CACHE_HOME"); !shared.empty()) return shared / "faasd";
    if (auto home = variable("HOME"); !home.empty()) return home / ".cache" / "faasd";
    return {};
}

}  // namespace faasd::runtime
