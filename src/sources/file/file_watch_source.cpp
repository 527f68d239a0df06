#include "sources/file/file_watch_source.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <poll.h>
#include <sys/eventfd.h>
#include <system_error>
#include <unistd.h>

#include <spdlog/spdlog.h>

#include "base/text.hpp"
#include "base/thread_name.hpp"
#include "base/units.hpp"
#include "sources/errors.hpp"

namespace faasd::sources {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::nanoseconds kMissingRetry = 500ms;
constexpr std::chrono::nanoseconds kDeliveryRetry = 1s;
constexpr std::chrono::nanoseconds kScanEvery = 5s;

std::optional<FileEventKind> kind_of(std::string_view name) {
    if (name == "created") return FileEventKind::created;
    if (name == "modified") return FileEventKind::modified;
    if (name == "deleted") return FileEventKind::deleted;
    if (name == "moved") return FileEventKind::moved;
    return std::nullopt;
}

}  // namespace

base::Result<> FileWatchSource::check(const model::WatchDefinition& watch) {
    const auto mistake = [&](const std::string& why) {
        return base::Error(SourceErrc::invalid_configuration, "watch '" + watch.name + "': " + why);
    };
    if (watch.folder.empty()) return mistake("the folder is missing");
    if (watch.function.empty() == watch.bucket.empty()) return mistake("give either a function or a bucket");
    if (watch.settle < base::Duration::zero()) return mistake("settle is negative");
    if (watch.events.empty()) return mistake("events is empty; give created, modified, deleted or moved");
    for (const std::string& event : watch.events) {
        if (kind_of(event)) continue;
        const std::array<std::string, 4> names{"created", "modified", "deleted", "moved"};
        const auto near = base::closest(event, names);
        return mistake("unknown event '" + event + "'" + (near ? "; did you mean '" + *near + "'?" : "") +
                       "; allowed are created, modified, deleted, moved");
    }
    return {};
}

FileWatchSource::Configuration FileWatchSource::Configuration::of(const model::WatchDefinition& watch,
                                                                  const std::filesystem::path& app_folder) {
    Configuration out;
    out.name = watch.name;
    out.folder = std::filesystem::absolute(app_folder / watch.folder).lexically_normal();
    if (!out.folder.has_filename()) out.folder = out.folder.parent_path();
    out.pattern = watch.pattern;
    for (const std::string& event : watch.events) {
        if (const auto kind = kind_of(event)) out.events.insert(*kind);
    }
    out.recursive = watch.recursive;
    out.settle = watch.settle;
    out.function = watch.function;
    out.bucket = watch.bucket;
    out.prefix = watch.prefix;
    return out;
}

FileWatchSource::FileWatchSource(const Dependencies& dependencies, Configuration configuration,
                                 std::shared_ptr<model::AsyncInvoker> submit)
    : configuration_(std::move(configuration)),
      folder_(configuration_.folder, configuration_.recursive),
      delivery_(dependencies,
                {configuration_.name, configuration_.folder, configuration_.events, configuration_.function,
                 configuration_.bucket, configuration_.prefix},
                std::move(submit), stopping_),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      settling_(configuration_.settle) {
    if (wake_ < 0)
        throw std::system_error(errno, std::system_category(), "cannot start a folder watch (eventfd)");
}

FileWatchSource::~FileWatchSource() {
    stop();
    if (thread_.joinable()) thread_.join();
    ::close(wake_);
}

void FileWatchSource::start() {
    delivery_.load();
    inotify_ = std::make_unique<Inotify>();
    running_ = true;
    thread_ = std::thread([this] { run(); });
}

void FileWatchSource::stop() {
    stopping_ = true;
    const std::uint64_t one = 1;
    if (::write(wake_, &one, sizeof one) < 0) return;  // already woken
}

bool FileWatchSource::wait(std::chrono::nanoseconds until) {
    std::unique_lock lock(mutex_);
    const auto deadline = std::chrono::steady_clock::time_point(
        std::chrono::duration_cast<std::chrono::steady_clock::duration>(until));
    return ended_.wait_until(lock, deadline, [this] { return !running_; });
}

void FileWatchSource::run() {
    base::set_thread_name("watch");
    next_try_ = base::monotonic_now();
    while (!stopping_) {
        try {
            turn();
        } catch (const std::exception& error) {
            spdlog::error("watch {}: {}; scanning {} in a second", configuration_.name, error.what(),
                          configuration_.folder.string());
            attended_ = false;
            next_try_ = base::monotonic_now() + kDeliveryRetry;
        }
    }
    std::lock_guard lock(mutex_);
    running_ = false;
    ended_.notify_all();
}

void FileWatchSource::turn() {
    std::array<pollfd, 2> descriptors{{{inotify_->descriptor(), POLLIN, 0}, {wake_, POLLIN, 0}}};
    ::poll(descriptors.data(), descriptors.size(), poll_timeout());
    if (stopping_) return;
    for (const Inotify::Event& event : inotify_->read())
        handle(event);
    if (next_try_ != 0ns && base::monotonic_now() >= next_try_) {
        next_try_ = 0ns;
        if (!attended_) {
            attend();
        } else if (scanning_) {
            scan_all();
        }
    }
    deliver_settled();
}

int FileWatchSource::poll_timeout() const {
    auto next = settling_.deadline();
    if (next_try_ != 0ns) next = next ? std::min(*next, next_try_) : next_try_;
    if (!next) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*next - base::monotonic_now()).count();
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000));
}

bool FileWatchSource::wanted(const std::string& path) const {
    if (is_ignored(path)) return false;
    if (!configuration_.recursive && path.find('/') != std::string::npos) return false;
    return base::glob_match(configuration_.pattern, path);
}

void FileWatchSource::attend() {
    const bool present = warned_ ? folder_.exists() : folder_.ensure();
    if (!present) {
        if (!std::exchange(warned_, true)) {
            spdlog::warn("watch {}: the folder {} is missing; waiting for it", configuration_.name,
                         configuration_.folder.string());
        }
        next_try_ = base::monotonic_now() + kMissingRetry;
    } else {
        if (std::exchange(warned_, false)) {
            spdlog::info("watch {}: the folder {} is there", configuration_.name,
                         configuration_.folder.string());
        }
        attended_ = true;
    }
    scan_all();
}

void FileWatchSource::scan_all() {
    if (attended_) follow("");
    for (const auto& [path, state] : delivery_.known())
        look_at(path);
    if (attended_ && scanning_) next_try_ = base::monotonic_now() + kScanEvery;
}

void FileWatchSource::follow(const std::string& folder) {
    // Each folder is watched before it is read: what comes in between is seen twice rather than never.
    folder_.walk(
        folder,
        [this](const std::string& path) {
            const auto added = inotify_->add(folder_.absolute(path).string(), path);
            if (added != Inotify::Added::no_room || scanning_) return;
            spdlog::warn(
                "watch {}: no room for more watched folders (raise fs.inotify.max_user_watches); scanning {} "
                "every {}s instead",
                configuration_.name, configuration_.folder.string(), kScanEvery / 1s);
            scanning_ = true;
            next_try_ = base::monotonic_now() + kScanEvery;
        },
        [this](const std::string& path) { look_at(path); });
}

void FileWatchSource::handle(const Inotify::Event& event) {
    using What = Inotify::What;
    switch (event.what) {
        case What::changed:
            return look_at(event.path);
        case What::folder_came:
            if (!configuration_.recursive || is_ignored(event.path)) return;
            inotify_->remove(event.path);
            return follow(event.path);
        case What::folder_went:
            inotify_->remove(event.path);
            for (const auto& [path, state] : delivery_.known()) {
                if (path.starts_with(event.path + '/')) look_at(path);
            }
            return look_again();
        case What::root_went:
            return lose_folder();
        case What::overflow:
            spdlog::warn("watch {}: more happens than the kernel reports; scanning the folder",
                         configuration_.name);
            return scan_all();
    }
}

void FileWatchSource::lose_folder() {
    if (!attended_) return;
    attended_ = false;
    inotify_->remove("");
    warned_ = true;
    spdlog::warn("watch {}: the folder {} was removed; waiting for it", configuration_.name,
                 configuration_.folder.string());
    attend();
}

void FileWatchSource::look_at(const std::string& path) {
    if (wanted(path)) settling_.observe(path, folder_.look(path), base::monotonic_now());
}

void FileWatchSource::look_again() {
    for (const std::string& path : settling_.paths())
        look_at(path);
}

void FileWatchSource::deliver_settled() {
    const auto deadline = settling_.deadline();
    if (!deadline || *deadline > base::monotonic_now()) return;
    look_again();
    const Observations settled = settling_.take_settled(base::monotonic_now());
    if (settled.empty()) return;
    const auto undone = delivery_.deliver(settled);
    if (undone.empty() || stopping_) return;
    // Not at once: what made them fail, a full disk or a missing bucket, is likely to last.
    const auto later = base::monotonic_now() + kDeliveryRetry;
    for (const std::string& path : undone)
        settling_.observe(path, folder_.look(path), later);
}

}  // namespace faasd::sources
