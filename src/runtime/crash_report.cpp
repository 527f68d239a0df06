#include "runtime/crash_report.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cinttypes>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <link.h>
#include <map>
#include <sstream>
#include <unistd.h>

#include "base/units.hpp"
#include "runtime/crash_handler.hpp"
#include "runtime/process.hpp"

namespace faasd::runtime {
namespace fs = std::filesystem;
namespace {

std::string hex(std::uint64_t value) {
    std::array<char, 24> text{};
    std::snprintf(text.data(), text.size(), "0x%" PRIx64, value);
    return text.data();
}

std::string read_all(int fd) {
    std::string content;
    char buffer[16 * 1024];
    ::lseek(fd, 0, SEEK_SET);
    for (ssize_t n = 0; (n = ::read(fd, buffer, sizeof buffer)) > 0;)
        content.append(buffer, static_cast<std::size_t>(n));
    return content;
}

struct Mapping {
    std::uint64_t start = 0, end = 0, offset = 0;
    std::string path;
};

// 7f12…-7f13… r-xp 00001000 08:01 1234   /path/of/module.so
std::vector<Mapping> parse_maps(const std::string& text) {
    std::vector<Mapping> mappings;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        Mapping mapping;
        char permissions[8]{};
        int path_at = 0;
        if (std::sscanf(line.c_str(), "%" SCNx64 "-%" SCNx64 " %7s %" SCNx64 " %*s %*s %n", &mapping.start,
                        &mapping.end, permissions, &mapping.offset, &path_at) < 4)
            continue;
        if (path_at > 0) mapping.path = line.substr(static_cast<std::size_t>(path_at));
        mappings.push_back(std::move(mapping));
    }
    return mappings;
}

// A program that is linked for fixed addresses (the release build of faasd) is looked up by them.
bool has_fixed_addresses(const std::string& path) {
    ElfW(Ehdr) header{};
    // The executable, replaced meanwhile, has no other name.
    constexpr std::string_view deleted = " (deleted)";
    std::ifstream(path.ends_with(deleted) ? "/proc/self/exe" : path, std::ios::binary).read(reinterpret_cast<char*>(&header), sizeof header);
    return header.e_type == ET_EXEC;
}

CrashFrame locate(std::uint64_t pc, const std::vector<Mapping>& mappings) {
    const auto holds = [&](const Mapping& m) { return pc >= m.start && pc < m.end; };
    const auto at = std::find_if(mappings.begin(), mappings.end(), holds);
    if (at == mappings.end() || !at->path.starts_with('/')) return {{}, pc, {}};
    if (has_fixed_addresses(at->path)) return {at->path, pc, {}};
    const auto first = std::find_if(mappings.begin(), mappings.end(),
                                    [&](const Mapping& m) { return m.path == at->path && m.offset == 0; });
    return {at->path, pc - (first == mappings.end() ? at->start - at->offset : first->start), {}};
}

// The handler's own frames, and the trampoline into it, come before the one that was interrupted.
std::vector<std::uint64_t> interrupted_stack(const CrashRecord& record) {
    const int count = std::clamp(record.frame_count, 0, CrashRecord::kMaxFrames);
    const auto number = [](void* pc) { return reinterpret_cast<std::uint64_t>(pc); };
    std::vector<std::uint64_t> stack;
    for (int i = 0; i < count; ++i)
        if (!stack.empty() || record.frames[i] == record.pc)
            // A return address is behind the call.
            stack.push_back(stack.empty() ? number(record.frames[i]) : number(record.frames[i]) - 1);
    if (stack.empty() && record.pc) stack.push_back(number(record.pc));
    return stack;
}

template <std::size_t N>
std::string text_of(const char (&field)[N]) {
    return {field, ::strnlen(field, N)};
}

}  // namespace

std::optional<CrashReport> take_crash_report(const fs::path& folder, const fs::path& private_folder) {
    const int fd = inherited_crash_record();
    if (fd < 0) return std::nullopt;
    const std::string content = read_all(fd);
    ::close(fd);
    CrashRecord record{};
    if (content.size() < sizeof record) return std::nullopt;
    std::memcpy(&record, content.data(), sizeof record);
    if (record.magic != CrashRecord::kMagic) return std::nullopt;
    CrashReport report;
    report.signal = record.signal;
    const char* name = ::sigabbrev_np(record.signal);
    report.cause = name ? std::string("SIG") + name : "signal " + std::to_string(record.signal);
    if (record.signal == SIGSEGV || record.signal == SIGBUS)
        report.cause += " at address " + hex(reinterpret_cast<std::uint64_t>(record.address));
    report.function = text_of(record.function);
    report.returned = record.returned != 0;
    report.request_id = text_of(record.request_id);
    report.fingerprint = text_of(record.fingerprint);
    report.at = base::TimePoint(std::chrono::seconds{record.time_s});
    const auto mappings = parse_maps(content.substr(sizeof record));
    std::error_code ignored;
    fs::create_directories(folder, ignored);
    std::map<fs::path, fs::path> moved;
    for (const std::uint64_t pc : interrupted_stack(record)) {
        CrashFrame frame = locate(pc, mappings);
        if (!private_folder.empty() && frame.module.string().starts_with(private_folder.string())) {
            auto& kept = moved[frame.module];
            if (kept.empty()) {
                kept = folder / frame.module.filename();
                fs::rename(frame.module, kept, ignored);
            }
            frame.module = kept;
        }
        report.frames.push_back(std::move(frame));
    }
    return report;
}

void symbolize(CrashReport& report) {
    std::map<fs::path, std::vector<CrashFrame*>> modules;
    for (CrashFrame& frame : report.frames)
        if (!frame.module.empty()) modules[frame.module].push_back(&frame);
    for (auto& [module, frames] : modules) {
        std::vector<std::string> command{"addr2line", "-Cfps", "-e", module.string()};
        for (const CrashFrame* frame : frames)
            command.push_back(hex(frame->offset));
        const auto ran = run_process(command, std::chrono::seconds{5}, false);
        if (!ran || !ran->ok()) continue;
        std::istringstream lines(ran->output);
        for (CrashFrame* frame : frames) {
            std::string line;
            if (!std::getline(lines, line)) break;
            if (!line.starts_with("??")) frame->symbol = line;
        }
    }
}

std::string CrashReport::text() const {
    std::string text = function.empty() ? "the daemon crashed" : "function " + function + " crashed";
    text += " (" + cause + ")";
    if (!request_id.empty()) text += (returned ? " after request " : " in request ") + request_id;
    if (returned) text += ", which had ended: it was the last one on this thread, and may have damaged its memory,";
    text += " at " + base::format_rfc3339(at);
    if (!fingerprint.empty()) text += "\nmodule " + fingerprint;
    int number = 0;
    for (const CrashFrame& frame : frames) {
        text += "\n  #" + std::to_string(number++) + ' ';
        if (!frame.symbol.empty()) text += frame.symbol + " in ";
        text += frame.module.empty() ? hex(frame.offset)
                                     : frame.module.filename().string() + '+' + hex(frame.offset);
    }
    return text;
}

fs::path save(const CrashReport& report, const fs::path& folder) {
    std::error_code ignored;
    fs::create_directories(folder, ignored);
    std::string name =
        base::format_rfc3339(report.at) + '-' + (report.function.empty() ? "daemon" : report.function);
    std::replace(name.begin(), name.end(), ':', '.');
    std::replace(name.begin(), name.end(), '/', '.');
    const fs::path file = folder / (name + ".txt");
    std::ofstream out(file);
    out << report.text() << '\n';
    if (!out.flush()) return {};
    std::vector<fs::path> all;
    for (const auto& entry : fs::directory_iterator(folder, ignored))
        if (entry.path().extension() == ".txt") all.push_back(entry.path());
    std::sort(all.begin(), all.end());
    for (std::size_t i = 0; i + 50 < all.size(); ++i)
        fs::remove(all[i], ignored);
    return file;
}

}  // namespace faasd::runtime
