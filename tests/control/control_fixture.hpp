// Operations over the real engines, with a clock that stands still.
#pragma once

#include <filesystem>
#include <future>
#include <memory>

#include <nlohmann/json.hpp>

#include <gmock/gmock.h>

#include "base/random.hpp"
#include "base/timers.hpp"
#include "base/wait.hpp"
#include "control/operations.hpp"
#include "services/blob/blob_engine.hpp"
#include "services/queue/engine.hpp"
#include "services/table/table_engine.hpp"
#include "storage/store.hpp"

namespace faasd::control::test {

class Operations : public testing::Test {
  protected:
    Operations() {
        add_queue_operations(operations, queues);
        add_bucket_operations(operations, blobs);
        add_table_operations(operations, tables);
        wait<void>([&](auto done) { queues.ensure("jobs", {}, std::move(done)); });
        wait<void>([&](auto done) { blobs.ensure_bucket("photos", std::move(done)); });
        model::TableDefinition users;
        users.name = "users";
        users.key.hash.name = "id";
        wait<void>([&](auto done) { tables.ensure(users, std::move(done)); });
        model::TableDefinition scores;
        scores.name = "scores";
        scores.key.hash.name = "player";
        scores.key.range = model::KeyAttribute{"level", model::KeyType::number};
        wait<void>([&](auto done) { tables.ensure(scores, std::move(done)); });
    }

    template <class T, class Start>
    static void wait(Start start) {
        const auto done = base::wait_for<T>(std::move(start));
        if (done.has_error()) throw std::runtime_error(done.error().message);
    }

    struct Answer {
        nlohmann::json json;
        std::string body, error, message;
    };
    Answer run(const std::string& name, const nlohmann::json& params, std::string body = {}) {
        model::OperationRequest request;
        request.name = name;
        request.params = params.dump();
        request.body = std::move(body);
        return run(std::move(request));
    }
    Answer run(model::OperationRequest request) {
        std::promise<Answer> promise;
        operations.run(std::move(request), [&](model::OperationResult result) {
            if (result) {
                promise.set_value({nlohmann::json::parse(result->json), result->body, "", ""});
            } else {
                promise.set_value({nullptr, "", result.error().code, result.error().message});
            }
        });
        return promise.get_future().get();
    }

    struct Folder {
        std::filesystem::path path =
            std::filesystem::temp_directory_path() / ("faasd-control-" + base::random_hex(12));
        ~Folder() {
            std::error_code ignored;
            std::filesystem::remove_all(path, ignored);
        }
    };
    Folder folder;
    base::ManualClock clock;
    base::ManualTimers timers{clock};
    std::unique_ptr<storage::Store> store = [this] {
        storage::StoreOptions with;
        with.directory = folder.path;
        return storage::Store::open(with).value();
    }();
    queue::QueueEngine queues{*store, clock, timers};
    blob::BlobEngine blobs{*store, clock, timers};
    table::TableEngine tables{*store, clock, timers};
    OperationTable operations;
};

}  // namespace faasd::control::test
