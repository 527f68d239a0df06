#include "daemon/data_directory.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "base/random.hpp"

namespace faasd::daemon {
namespace {

namespace fs = std::filesystem;

constexpr const char* kMemoryFolder = "/dev/shm";
constexpr std::string_view kPrefix = "faasd-";
// Tells the daemon's next self, after a crash, which folder in memory is its own.
constexpr const char* kKeptFolder = "FAASD_EPHEMERAL_DIR";

bool is_abandoned(const fs::path& folder) {
    const int lock = ::open((folder / "lock").c_str(), O_RDWR | O_CLOEXEC);
    if (lock < 0) return false;
    const bool free = ::flock(lock, LOCK_EX | LOCK_NB) == 0;
    ::close(lock);
    return free;
}

void sweep(const fs::path& memory) {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(memory, ignored)) {
        if (!entry.path().filename().string().starts_with(kPrefix)) continue;
        if (is_abandoned(entry.path())) fs::remove_all(entry.path(), ignored);
    }
}

base::Result<fs::path> make_memory_folder() {
    if (const char* kept = std::getenv(kKeptFolder); kept && fs::is_directory(kept)) return fs::path(kept);
    std::error_code error;
    const fs::path memory = ::access(kMemoryFolder, W_OK) == 0 ? fs::path(kMemoryFolder) : fs::temp_directory_path(error);
    sweep(memory);
    const fs::path folder = memory / (std::string(kPrefix) + base::random_hex(12));
    if (!fs::create_directory(folder, error))
        return base::Error(error, "--ephemeral: " + folder.string() + ": " + error.message());
    fs::permissions(folder, fs::perms::owner_all, error);
    ::setenv(kKeptFolder, folder.c_str(), 1);
    return folder;
}

// The first of the two that can be created and written to.
fs::path writable(const fs::path& preferred, const fs::path& fallback) {
    std::error_code error;
    fs::create_directories(preferred, error);
    if (!error && ::access(preferred.c_str(), W_OK) == 0) return preferred;
    fs::create_directories(fallback, error);
    return fallback;
}

std::string read(const fs::path& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
}

base::Result<> write_atomically(const fs::path& file, const std::string& text) {
    const fs::path temporary = file.string() + ".new";
    std::ofstream out(temporary, std::ios::trunc);
    out << text << '\n';
    out.close();
    std::error_code error;
    if (!out) error = std::make_error_code(std::errc::io_error);
    if (!error) fs::rename(temporary, file, error);
    if (error) return base::Error(error, file.string() + ": the ports could not be written: " + error.message());
    return {};
}

}  // namespace

base::Result<std::unique_ptr<DataDirectory>> DataDirectory::open(const Options& options, const fs::path& config_folder) {
    const fs::path beside = config_folder / ".faasd";
    fs::path state = options.data_dir.empty() ? beside : options.data_dir;
    if (options.ephemeral) {
        auto memory = make_memory_folder();
        if (memory.has_error()) return memory.error();
        state = *memory;
    }
    std::error_code error;
    fs::create_directories(state, error);
    if (error)
        return base::Error(error, "the data folder " + state.string() + " cannot be made: " + error.message() +
                                      "; name another with --data-dir");
    const fs::path cache = writable(beside / "cache", state / "cache");
    // A daemon of another data folder is found through its --ports-file or --url.
    const bool beside_config = options.data_dir.empty() && ::access(beside.c_str(), W_OK) == 0;
    return std::unique_ptr<DataDirectory>(
        new DataDirectory(state, cache, (beside_config ? beside : state) / "ports.json", options.ephemeral));
}

DataDirectory::~DataDirectory() {
    std::error_code ignored;
    if (!written_.empty() && read(ports_) == written_ + '\n') fs::remove(ports_, ignored);
    if (!ephemeral_) return;
    ::unsetenv(kKeptFolder);
    fs::remove_all(state_, ignored);
}

std::string DataDirectory::describe() const {
    return ephemeral_ ? "in memory, gone when it stops" : state_.string();
}

base::Result<> DataDirectory::write_ports(const std::string& json, const fs::path& also) {
    written_ = json;
    if (const auto done = write_atomically(ports_, json); done.has_error()) return done;
    return also.empty() ? base::Result<>() : write_atomically(also, json);
}

}  // namespace faasd::daemon
