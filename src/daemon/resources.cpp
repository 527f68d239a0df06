#include "daemon/resources.hpp"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "base/wait.hpp"

namespace faasd::daemon {
namespace {

// Waits for many completions and keeps what went wrong.
class Together {
  public:
    // A completion of one part; `what` is said before its error.
    base::Completion<> part(std::string what) {
        std::lock_guard lock(state_->mutex);
        ++state_->left;
        return [state = state_, what = std::move(what)](base::Result<> done) {
            std::lock_guard inner(state->mutex);
            if (done.has_error()) state->errors.push_back(what + ": " + done.error().message);
            if (--state->left == 0) state->ended.notify_all();
        };
    }
    base::Result<> wait() {
        std::unique_lock lock(state_->mutex);
        state_->ended.wait(lock, [&] { return state_->left == 0; });
        if (state_->errors.empty()) return {};
        std::string message;
        for (const std::string& error : state_->errors)
            message += (message.empty() ? "" : "\n") + error;
        return base::Error(std::make_error_code(std::errc::invalid_argument), std::move(message));
    }

  private:
    struct State {
        std::mutex mutex;
        std::condition_variable ended;
        std::size_t left = 0;
        std::vector<std::string> errors;
    };
    std::shared_ptr<State> state_ = std::make_shared<State>();
};

std::string place(const model::SourcePosition& at, const char* kind, const std::string& name) {
    return at.file + ':' + std::to_string(at.line) + ':' + std::to_string(at.column) + ": " + kind + " '" + name + '\'';
}

base::Result<> empty_bucket(model::Blobs& blobs, const std::string& bucket) {
    while (true) {
        const auto page = blobs.list_versions(bucket, {});
        if (page.has_error()) return page.error();
        if (page->versions.empty()) break;
        Together removals;
        for (const auto& object : page->versions) {
            model::RemoveRequest request{bucket, object.key, object.version_id};
            request.force = true;
            blobs.remove(std::move(request), [done = removals.part(bucket + '/' + object.key)](
                                                 const base::Result<model::Removed>& removed) mutable {
                if (removed.has_error()) return done(removed.error());
                done({});
            });
        }
        if (const auto done = removals.wait(); done.has_error()) return done;
    }
    const auto uploads = blobs.uploads(bucket);
    if (uploads.has_error()) return uploads.error();
    Together aborts;
    for (const auto& upload : *uploads)
        blobs.abort_upload(bucket, upload.key, upload.upload_id, aborts.part(bucket + '/' + upload.key));
    return aborts.wait();
}

base::Result<> remove_table(model::Tables& tables, const std::string& name, bool is_protected) {
    if (is_protected) {
        const auto freed = base::wait_for<model::TableInfo>([&](auto then) {
            tables.alter(
                name,
                [](model::TableDefinition& table) -> base::Result<> {
                    table.deletion_protection = false;
                    return {};
                },
                std::move(then));
        });
        if (freed.has_error()) return freed.error();
    }
    return base::wait_for<void>([&](auto then) { tables.remove(name, std::move(then)); });
}

}  // namespace

base::Result<> ensure_resources(const model::App& app, model::Queues& queues, model::Blobs& blobs,
                                model::Tables& tables) {
    Together all;
    // Dead-letter queues before those that name them.
    for (const bool redrives : {false, true})
        for (const auto& queue : app.queues)
            if (queue.attributes.redrive.has_value() == redrives)
                queues.ensure(queue.name, queue.attributes, all.part(place(queue.at, "queue", queue.name)));
    for (const auto& bucket : app.buckets)
        blobs.ensure_bucket(bucket.name, all.part(place(bucket.at, "bucket", bucket.name)));
    for (const auto& table : app.tables)
        tables.ensure(table.definition, all.part(place(table.at, "table", table.definition.name)));
    return all.wait();
}

base::Result<> empty_resources(model::Queues& queues, model::Blobs& blobs, model::Tables& tables) {
    // A queue that was purged a moment ago refuses another purge; made anew, it is as empty.
    for (const std::string& name : queues.list()) {
        const auto info = queues.info(name);
        if (info.has_error()) continue;
        auto done = base::wait_for<void>([&](auto then) { queues.remove(name, std::move(then)); });
        if (done) done = base::wait_for<void>([&](auto then) { queues.ensure(name, info->attributes, std::move(then)); });
        if (done.has_error()) return done;
    }
    for (const auto& bucket : blobs.buckets())
        if (const auto done = empty_bucket(blobs, bucket.name); done.has_error()) return done;
    for (const std::string& name : tables.list()) {
        const auto info = tables.info(name);
        if (info.has_error()) continue;
        auto done = remove_table(tables, name, info->definition.deletion_protection);
        if (done) done = base::wait_for<void>([&](auto then) { tables.ensure(info->definition, std::move(then)); });
        if (done.has_error()) return done;
    }
    for (const std::string& name : tables.list_hidden())
        if (auto done = remove_table(tables, name, false); done.has_error()) return done;
    return {};
}

}  // namespace faasd::daemon
