#include "runtime/crash_ledger.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fstream>
#include <unistd.h>

#include "base/units.hpp"

namespace faasd::runtime {
namespace {

constexpr std::size_t kMaxEntries = 200;

}  // namespace

CrashLedger::CrashLedger(std::filesystem::path file) : file_(std::move(file)) {
    std::ifstream in(file_);
    Entry entry;
    while (in >> entry.at_us >> entry.fingerprint && std::getline(in >> std::ws, entry.function))
        entries_.push_back(entry);
}

void CrashLedger::add(std::string_view function, std::string_view fingerprint, base::TimePoint at) {
    if (function.empty() || fingerprint.empty()) return;
    const std::lock_guard lock(mutex_);
    std::erase_if(entries_,
                  [&](const Entry& e) { return e.function == function && e.fingerprint != fingerprint; });
    entries_.push_back({base::to_micros(at), std::string(fingerprint), std::string(function)});
    if (entries_.size() > kMaxEntries) entries_.erase(entries_.begin());
    write_locked();
}

std::optional<std::string> CrashLedger::quarantined(std::string_view function,
                                                    std::string_view fingerprint) const {
    const std::lock_guard lock(mutex_);
    std::vector<std::int64_t> times;
    for (const Entry& entry : entries_)
        if (entry.function == function && entry.fingerprint == fingerprint) times.push_back(entry.at_us);
    for (std::size_t i = kCrashes - 1; i < times.size(); ++i)
        if (times[i] - times[i - (kCrashes - 1)] <= kWithin.count())
            return "function " + std::string(function) + " crashed the daemon " + std::to_string(kCrashes) +
                   " times within " + base::format_duration(kWithin) + ", last at " +
                   base::format_rfc3339(base::from_micros(times.back())) +
                   ", and is in quarantine until its code changes";
    return std::nullopt;
}

// On disk before its new version has its name: a crash now must not lose the count of those before.
void CrashLedger::write_locked() const {
    std::error_code ignored;
    std::filesystem::create_directories(file_.parent_path(), ignored);
    std::string text;
    for (const Entry& entry : entries_)
        text += std::to_string(entry.at_us) + ' ' + entry.fingerprint + ' ' + entry.function + '\n';
    const std::string fresh = file_.string() + ".new";
    const int fd = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) return;
    const bool written =
        ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(fd) == 0;
    ::close(fd);
    if (written) std::filesystem::rename(fresh, file_, ignored);
}

}  // namespace faasd::runtime
