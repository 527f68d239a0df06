#include "runtime/shared_objects.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "base/digest.hpp"
#include "runtime/build_files.hpp"

namespace faasd::runtime {
namespace fs = std::filesystem;
namespace {

constexpr auto kKept = std::chrono::hours{24 * 30};

std::string content_digest(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) return {};
    return base::sha256_hex(std::string{std::istreambuf_iterator<char>(in), {}});
}

}  // namespace

SharedObjects::SharedObjects(const fs::path& folder) {
    std::error_code error;
    if (folder.empty()) return;
    for (const char* part : {"objects", "modules"}) {
        fs::create_directories(folder / part, error);
        if (error || ::access((folder / part).c_str(), W_OK) != 0) return;
    }
    folder_ = folder;
}

fs::path SharedObjects::record(const std::string& how, const fs::path& source) const {
    return objects() / (base::sha256_hex(how + '\n' + source.filename().string() + '\n' + content_digest(source)) + ".made-of");
}

// A record: the object's name, then "digest path" of each header; the path as it is from the source's folder.
std::optional<SharedObjects::Found> SharedObjects::find(const std::string& how, const fs::path& source) const {
    if (!enabled()) return std::nullopt;
    const fs::path file = record(how, source);
    const auto lines = read_lines(file);
    if (lines.empty()) return std::nullopt;
    Found found{objects() / lines.front(), {}};
    for (std::size_t i = 1; i < lines.size(); ++i) {
        const auto space = lines[i].find(' ');
        if (space == std::string::npos) return std::nullopt;
        fs::path header = (source.parent_path() / lines[i].substr(space + 1)).lexically_normal();
        if (content_digest(header) != lines[i].substr(0, space)) return std::nullopt;
        found.headers.push_back(std::move(header));
    }
    if (::access(found.object.c_str(), R_OK) != 0) return std::nullopt;
    touch(file);
    touch(found.object);
    return found;
}

void SharedObjects::remember(const std::string& how, const fs::path& source, const std::vector<fs::path>& headers,
                             const fs::path& object) const {
    if (!enabled()) return;
    std::vector<std::string> lines{object.filename().string()};
    for (const auto& header : headers)
        lines.push_back(content_digest(header) + ' ' + header.lexically_relative(source.parent_path()).string());
    write_lines(record(how, source), lines);
}

void SharedObjects::touch(const fs::path& file) { ::utimensat(AT_FDCWD, file.c_str(), nullptr, 0); }

void SharedObjects::remove_old() const {
    if (!enabled()) return;
    std::error_code error;
    const auto oldest = fs::file_time_type::clock::now() - kKept;
    for (const auto& folder : {objects(), modules()})
        for (const auto& entry : fs::directory_iterator(folder, error))
            if (const auto written = entry.last_write_time(error); !error && written < oldest) fs::remove(entry.path(), error);
}

SharedObjects::Turn::Turn(const SharedObjects& objects, const std::string& how, const fs::path& source,
                          std::chrono::milliseconds at_most, const std::atomic<bool>& cancelled) {
    if (!objects.enabled()) return;
    const auto file = objects.record(how, source).replace_extension(".turn");
    lock_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    const auto end = std::chrono::steady_clock::now() + at_most;
    while (lock_ >= 0 && ::flock(lock_, LOCK_EX | LOCK_NB) != 0 && !cancelled && std::chrono::steady_clock::now() < end)
        ::poll(nullptr, 0, 20);
}

SharedObjects::Turn::~Turn() {
    if (lock_ >= 0) ::close(lock_);
}

std::string content_of_headers(const fs::path& folder) {
    std::vector<std::string> headers;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder, ignored))
        headers.push_back(entry.path().filename().string() + ' ' + content_digest(entry.path()));
    std::sort(headers.begin(), headers.end());
    std::string text;
    for (const auto& header : headers)
        text += '\n' + header;
    return text;
}

}  // namespace faasd::runtime
