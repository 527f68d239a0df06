#include "sources/file/file_delivery.hpp"

#include <algorithm>
#include <fstream>

#include <spdlog/spdlog.h>

#include "base/random.hpp"
#include "base/wait.hpp"
#include "sources/errors.hpp"
#include "sources/file/content_type.hpp"

namespace faasd::sources {
namespace {

constexpr std::size_t kPiece = 1 << 20;
constexpr std::size_t kChangesAtOnce = 200;  // in one transaction

// Trying again can't help, whatever becomes of the store.
bool is_for_good(const base::Error& error) {
    return error.code == model::BlobErrc::invalid_key || error.code == model::BlobErrc::entity_too_large ||
           error.code == model::BlobErrc::invalid_argument;
}

bool contains_kind(const std::set<FileEventKind>& kinds, FileEventKind kind) {
    return kinds.contains(kind);
}

}  // namespace

FileDelivery::FileDelivery(const Dependencies& dependencies, Target target,
                           std::shared_ptr<model::AsyncInvoker> submit, const std::atomic<bool>& stopping)
    : dependencies_(dependencies),
      target_(std::move(target)),
      submit_(std::move(submit)),
      stopping_(stopping),
      space_("watch/" + target_.watch + "/" + target_.folder.string()) {}

void FileDelivery::load() {
    known_.clear();
    for (auto& [path, text] : dependencies_.state.list(space_)) {
        if (const auto state = FileState::from_text(text)) known_.emplace(std::move(path), *state);
    }
}

std::vector<FileChange> FileDelivery::selected(const std::vector<FileChange>& changes) const {
    std::vector<FileChange> out;
    for (const FileChange& change : changes) {
        if (change.kind == FileEventKind::moved && !contains_kind(target_.events, FileEventKind::moved)) {
            // Who does not ask for moves sees a file go and another come.
            if (contains_kind(target_.events, FileEventKind::deleted)) {
                out.push_back({FileEventKind::deleted, change.from, {}, change.state});
            }
            if (contains_kind(target_.events, FileEventKind::created)) {
                out.push_back({FileEventKind::created, change.path, {}, change.state});
            }
        } else if (contains_kind(target_.events, change.kind)) {
            out.push_back(change);
        }
    }
    return out;
}

std::vector<std::string> FileDelivery::deliver(const Observations& settled) {
    std::vector<std::string> undone;
    const std::vector<FileChange> changes = changes_of(known_, settled);
    const auto give_back = [&](const FileChange& change, const std::string& why) {
        complain(change.path, why, "trying again");
        undone.push_back(change.path);
        if (!change.from.empty()) undone.push_back(change.from);
    };
    if (target_.bucket.empty()) {
        for (std::size_t first = 0; first < changes.size(); first += kChangesAtOnce) {
            const auto begin = changes.begin() + static_cast<std::ptrdiff_t>(first);
            const std::vector<FileChange> some(
                begin, begin + static_cast<std::ptrdiff_t>(std::min(kChangesAtOnce, changes.size() - first)));
            if (const auto done = submit(selected(some), some); !done) {
                for (const FileChange& change : some)
                    give_back(change, done.error().message);
            }
        }
        return undone;
    }
    for (const FileChange& change : changes) {
        if (stopping_) break;
        base::Result<> done;
        for (const FileChange& event : selected({change})) {
            const bool gone = event.kind == FileEventKind::deleted;
            done = gone ? remove_object(event.path) : copy(event);
            if (done && event.kind == FileEventKind::moved) done = remove_object(event.from);
            if (!done) break;
        }
        if (!done && is_for_good(done.error())) {
            complain(change.path, done.error().message, "left where it is until it changes");
            done = {};
        }
        if (done) done = submit({}, {change});
        if (!done && !stopping_) give_back(change, done.error().message);
    }
    return undone;
}

base::Result<> FileDelivery::submit(const std::vector<FileChange>& events,
                                    const std::vector<FileChange>& changes) {
    std::vector<model::AsyncInvocation> invocations;
    for (const FileChange& event : events) {
        invocations.push_back({target_.function,
                               {model::CauseKind::file, event_of(event).path, {}, {}},
                               file_event(event_of(event), dependencies_.identity)});
    }
    const auto done = base::wait_for<void>([&](base::Completion<> completion) {
        dependencies_.transactions.write(
            [&](model::Transaction& transaction) -> base::Result<> {
                for (const model::AsyncInvocation& invocation : invocations) {
                    if (auto submitted = submit_->submit_in(transaction, invocation); !submitted) {
                        return submitted.error();
                    }
                }
                write_snapshot(transaction, changes);
                return {};
            },
            std::move(completion));
    });
    if (done) remember(changes);
    return done;
}

void FileDelivery::write_snapshot(model::Transaction& transaction, const std::vector<FileChange>& changes) {
    auto& state = dependencies_.state;
    for (const FileChange& change : changes) {
        if (!change.from.empty()) state.remove_in(transaction, space_, change.from);
        if (change.kind == FileEventKind::deleted) {
            state.remove_in(transaction, space_, change.path);
        } else {
            state.put_in(transaction, space_, change.path, change.state.to_text());
        }
    }
}

void FileDelivery::complain(const std::string& path, const std::string& why, const char* what_next) {
    std::string& said = complaints_[path];
    if (said == why) return;
    said = why;
    spdlog::error("watch {}: {}: {}; {}", target_.watch, path, why, what_next);
}

void FileDelivery::remember(const std::vector<FileChange>& changes) {
    for (const FileChange& change : changes) {
        complaints_.erase(change.path);
        if (!change.from.empty()) known_.erase(change.from);
        if (change.kind == FileEventKind::deleted) {
            known_.erase(change.path);
        } else {
            known_[change.path] = change.state;
        }
    }
}

base::Result<> FileDelivery::copy(const FileChange& change) {
    const std::filesystem::path path = target_.folder / change.path;
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return base::Error(SourceErrc::invalid_configuration, "the file cannot be opened, or has vanished");
    model::PutOptions options;
    options.content_type = content_type_of(change.path);
    options.trace = base::random_hex(32);
    auto writer = dependencies_.blobs.put(target_.bucket, target_.prefix + change.path, std::move(options));
    if (!writer) return writer.error();
    std::string piece(std::min<std::uint64_t>(kPiece, change.state.size + 1), '\0');
    std::uint64_t total = 0;
    while (file && !stopping_) {
        file.read(piece.data(), static_cast<std::streamsize>(piece.size()));
        const auto size = static_cast<std::size_t>(file.gcount());
        if (size == 0) break;
        total += size;
        if (auto written = (*writer)->write({piece.data(), size}); !written) return written;
    }
    const auto now = Folder(target_.folder, true).look(change.path);
    if (stopping_ || file.bad() || total != change.state.size || now != change.state) {
        return base::Error(SourceErrc::invalid_configuration,
                           "the file changed or vanished while it was read");
    }
    const auto stored = base::wait_for<model::ObjectInfo>(
        [&](base::Completion<model::ObjectInfo> done) { (*writer)->commit(std::move(done)); });
    if (!stored) return stored.error();
    return {};
}

base::Result<> FileDelivery::remove_object(const std::string& path) {
    return base::wait_for<void>([&](base::Completion<> done) {
        dependencies_.blobs.remove(target_.bucket, target_.prefix + path, base::random_hex(32),
                                   std::move(done));
    });
}

FileEvent FileDelivery::event_of(const FileChange& change) const {
    FileEvent event;
    event.kind = change.kind;
    event.watch = target_.watch;
    event.path = (target_.folder / change.path).string();
    event.key = change.path;
    event.size = change.state.size;
    event.modified_at = base::from_micros(change.state.modified_ns / 1000);
    event.from = change.from;
    event.at = dependencies_.clock.now();
    return event;
}

}  // namespace faasd::sources
