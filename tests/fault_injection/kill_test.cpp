// kill -9 at any moment: every acknowledged write is there, nothing is made up, nothing comes twice beyond what was in
// flight. FAASD_KILLS sets how often (100), FAASD_SEED repeats a run's choices.
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <regex>
#include <thread>

#include <gmock/gmock.h>
#include <sqlite3.h>

#include "fault_injection/kill_client.hpp"

namespace {

using namespace faasd::test;
using namespace std::chrono_literals;
using nlohmann::json;
namespace fs = std::filesystem;

constexpr int kClients = 4;
// What can be delivered and not yet be noted as such when the daemon dies: three mappings with two batches of ten
// messages each, and the eight calls that one function may run at once.
constexpr std::uint64_t kInFlight = 3 * 2 * 10 + 8;

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
    const char* text = std::getenv(name);
    return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

std::vector<std::string> errors_in(const std::string& log) {
    static const std::regex error(R"(\d\d:\d\d:\d\d\.\d+ (error|critical) .*)");
    std::vector<std::string> errors;
    for (std::sregex_iterator found(log.begin(), log.end(), error), end; found != end; ++found)
        errors.push_back(found->str());
    return errors;
}

class Kill : public testing::Test {
  protected:
    Kill() : seed_(from_environment("FAASD_SEED", std::random_device{}())), random_(seed_) {
        std::cout << "FAASD_SEED=" << seed_ << '\n';
        fs::copy(FAASD_SOURCE_DIR "/tests/fault_injection/kill_app", app_.path(), fs::copy_options::recursive);
        for (int i = 0; i < kClients; ++i)
            clients_.push_back(std::make_unique<KillClient>("c" + std::to_string(i), random_(), deleted_));
    }

    bool start() {
        const auto began = std::chrono::steady_clock::now();
        daemon_ = std::make_unique<DaemonProcess>(app_.path());
        slowest_start_ = std::max(slowest_start_, std::chrono::steady_clock::now() - began);
        return daemon_->running() && errors_in(daemon_->log()).empty();
    }
    void kill() {
        daemon_->kill();
        ++kills_;
        EXPECT_THAT(errors_in(daemon_->log()), testing::IsEmpty());
    }
    // Somewhere between the first instruction and the first answer.
    void kill_a_start() {
        const std::string app = app_.path().string(), log = app + "/start.log";
        const pid_t started = ::fork();
        if (started == 0) {
            const int file = ::open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
            ::dup2(file, 1);
            ::dup2(file, 2);
            ::execl(FAASD_EXECUTABLE, FAASD_EXECUTABLE, "serve", app.c_str(), "--port", "0", "--control-port", "0",
                    nullptr);
            ::_exit(127);
        }
        std::this_thread::sleep_for(std::chrono::microseconds(random_() % 80'000));
        ::kill(started, SIGKILL);
        ++kills_;
        int status = 0;
        ::waitpid(started, &status, 0);
        EXPECT_TRUE(WIFSIGNALED(status)) << app_.read("start.log");
        EXPECT_THAT(errors_in(app_.read("start.log")), testing::IsEmpty());
    }
    void run_cycle() {
        std::vector<std::thread> threads;
        for (const auto& client : clients_)
            threads.emplace_back([&client, this] { client->run(*daemon_); });
        std::this_thread::sleep_for(std::chrono::microseconds(random_() % 350'000));
        kill();
        for (std::thread& thread : threads)
            thread.join();
    }
    [[nodiscard]] std::vector<std::string> complaints() const {
        std::vector<std::string> all;
        for (const auto& client : clients_)
            all.insert(all.end(), client->complaints().begin(), client->complaints().end());
        return all;
    }

    // Everything that was sent through one door, by all clients.
    Sent all(Sent KillClient::*what) const {
        Sent all;
        for (const auto& client : clients_) {
            const Sent& sent = (*client).*what;
            all.tried.insert(sent.tried.begin(), sent.tried.end());
            all.acknowledged.insert(sent.acknowledged.begin(), sent.acknowledged.end());
        }
        return all;
    }

    void expect_drained(const std::string& queue) {
        EXPECT_TRUE(eventually([&] {
            const json info = daemon_->operation("queue.info", {{"queue", queue}})["result"];
            return info["visible"] == 0 && info["in_flight"] == 0 && info["delayed"] == 0;
        })) << daemon_->operation("queue.info", {{"queue", queue}}).dump() << '\n' << daemon_->log();
    }
    std::map<std::string, std::uint64_t> deliveries() {
        std::map<std::string, std::uint64_t> times;
        json params = {{"table", "delivered"}, {"plain", true}};
        do {
            const json page = daemon_->operation("table.scan", params)["result"];
            for (const json& item : page["items"])
                times[item["id"]] = item["times"];
            params["start_key"] = page.value("last_key", json());
        } while (!params["start_key"].is_null());
        return times;
    }
    void expect_deliveries();
    void expect_messages_kept();
    void expect_counter();
    void expect_files();
    void expect_sound_database() const;

    const std::uint64_t seed_;
    std::mt19937_64 random_;
    TemporaryFolder app_;
    DeletedMessages deleted_;
    std::vector<std::unique_ptr<KillClient>> clients_;
    std::unique_ptr<DaemonProcess> daemon_;
    std::uint64_t kills_ = 0;
    std::chrono::steady_clock::duration slowest_start_{};
};

void Kill::expect_deliveries() {
    expect_drained("mapped");
    expect_drained("ordered.fifo");
    expect_drained("uploads");
    const Sent calls = all(&KillClient::calls);
    std::map<std::string, std::uint64_t> delivered;
    // The queue of asynchronous calls is the daemon's own: its end shows in what was delivered.
    EXPECT_TRUE(eventually([&] {
        delivered = deliveries();
        return std::all_of(calls.acknowledged.begin(), calls.acknowledged.end(),
                           [&](const std::string& id) { return delivered.contains(id); });
    })) << "an acknowledged asynchronous call was not made";

    std::uint64_t extra = 0, lost = 0, out_of_order = 0;
    std::set<std::string> made_up;
    for (const auto& [id, times] : delivered) {
        extra += times - 1;
        out_of_order += id.starts_with("out of order/");
        made_up.insert(id);
    }
    for (const Sent& sent : {all(&KillClient::mapped), all(&KillClient::ordered), all(&KillClient::objects), calls}) {
        for (const std::string& id : sent.acknowledged) {
            if (!delivered.contains(id) && ++lost <= 10) ADD_FAILURE() << "acknowledged and not delivered: " << id;
        }
        for (const std::string& id : sent.tried)
            made_up.erase(id);
    }
    std::erase_if(made_up, [](const std::string& id) { return id.starts_with("last/"); });
    EXPECT_EQ(lost, 0U);
    EXPECT_EQ(out_of_order, 0U);
    EXPECT_THAT(made_up, testing::IsEmpty()) << "delivered and never sent";
    EXPECT_LE(extra, kills_ * kInFlight);
    std::cout << delivered.size() << " deliveries, " << extra << " more than once\n";
}

void Kill::expect_messages_kept() {
    const Sent sent = all(&KillClient::kept);
    std::set<std::string> deletes_tried;
    for (const auto& client : clients_)
        deletes_tried.insert(client->deletes_tried.begin(), client->deletes_tried.end());
    std::multiset<std::string> found;
    EXPECT_TRUE(eventually([&] {
        const json batch = daemon_->operation("queue.receive", {{"queue", "kept"}, {"max_messages", 10}})["result"];
        json handles = json::array();
        for (const json& message : batch["messages"]) {
            found.insert(message["body"].get<std::string>());
            handles.push_back(message["receipt_handle"]);
        }
        if (!handles.empty()) {
            (void)daemon_->operation("queue.delete", {{"queue", "kept"}, {"receipt_handles", handles}});
            return false;
        }
        const json info = daemon_->operation("queue.info", {{"queue", "kept"}})["result"];
        return info["visible"] == 0 && info["in_flight"] == 0;
    }, 2min)) << "the queue does not become empty";

    std::uint64_t lost = 0;
    for (const std::string& body : sent.acknowledged) {
        if (!found.contains(body) && !deletes_tried.contains(body) && ++lost <= 10)
            ADD_FAILURE() << "acknowledged and lost: " << body;
    }
    EXPECT_EQ(lost, 0U);
    for (const std::string& body : found) {
        EXPECT_FALSE(deleted_.contains(body)) << "deleted and back: " << body;
        EXPECT_TRUE(sent.tried.contains(body)) << "never sent: " << body;
        EXPECT_EQ(found.count(body), 1U) << "sent once and kept twice: " << body;
    }
    std::cout << sent.acknowledged.size() << " messages kept, " << deleted_.size() << " of them deleted\n";
}

void Kill::expect_counter() {
    std::uint64_t least = 0, most = 0;
    for (const auto& client : clients_) {
        least += client->added;
        most += client->added + client->maybe_added;
    }
    const json item = daemon_->operation("table.get", {{"table", "items"}, {"plain", true}, {"key", "counter"}});
    const std::uint64_t counted = item["result"]["item"].is_null() ? 0 : item["result"]["item"]["n"].get<std::uint64_t>();
    EXPECT_GE(counted, least);
    EXPECT_LE(counted, most);
}

// Each large object has its file, and nothing else has one.
void Kill::expect_files() {
    std::set<std::string> stored;
    for (const auto& client : clients_)
        for (const auto& [key, values] : client->object_ledger().entries())
            if (values.front()) stored.insert(key);  // verify() has left one
    std::uint64_t large = 0;
    const json listing = daemon_->operation("bucket.list", {{"bucket", "objects"}})["result"];
    for (const json& object : listing["objects"]) {
        EXPECT_TRUE(stored.contains(object["key"])) << "deleted and listed: " << object.dump();
        large += object["size"] > 64 * 1024;
    }
    const auto files = [this] {
        std::uint64_t count = 0;
        for (const auto& entry : fs::recursive_directory_iterator(app_.path() / ".faasd"))
            if (entry.is_regular_file() && entry.path().string().find("/objects/") != std::string::npos &&
                entry.path().string().find("/cache/") == std::string::npos)
                ++count;
        return count;
    };
    EXPECT_EQ(listing["objects"].size(), stored.size());
    EXPECT_TRUE(eventually([&] { return files() == large; })) << files() << " files for " << large << " large objects";
}

void Kill::expect_sound_database() const {
    fs::path file;
    for (const auto& entry : fs::recursive_directory_iterator(app_.path() / ".faasd"))
        if (entry.path().filename() == "state.sqlite") file = entry.path();
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open_v2(file.c_str(), &database, SQLITE_OPEN_READWRITE, nullptr), SQLITE_OK);
    std::string answer;
    sqlite3_exec(
        database, "PRAGMA integrity_check",
        [](void* to, int, char** columns, char**) {
            *static_cast<std::string*>(to) += columns[0];
            return 0;
        },
        &answer, nullptr);
    sqlite3_close(database);
    EXPECT_EQ(answer, "ok");
}

TEST_F(Kill, every_acknowledged_write_survives_a_hundred_kills_and_nothing_else_does) {
    const auto kills = from_environment("FAASD_KILLS", 100);
    ASSERT_TRUE(start()) << daemon_->log();  // compiles the functions
    slowest_start_ = {};
    while (kills_ < kills) {
        run_cycle();
        if (random_() % 8 == 0) kill_a_start();
        ASSERT_TRUE(start()) << "after " << kills_ << " kills: " << daemon_->log();
        ASSERT_THAT(complaints(), testing::IsEmpty()) << "after " << kills_ << " kills";
    }
    for (const auto& client : clients_)
        client->verify(*daemon_);
    EXPECT_THAT(complaints(), testing::IsEmpty());
    expect_deliveries();
    expect_messages_kept();
    expect_counter();
    expect_files();

    EXPECT_THAT(errors_in(daemon_->log()), testing::IsEmpty());
    EXPECT_EQ(daemon_->stop(), 0) << daemon_->log();
    expect_sound_database();
    std::uint64_t acknowledged = 0;
    for (const auto& client : clients_)
        acknowledged += client->acknowledged();
    std::cout << kills_ << " kills, " << acknowledged << " answers, slowest start "
              << std::chrono::duration_cast<std::chrono::milliseconds>(slowest_start_).count() << " ms\n";
    EXPECT_GT(acknowledged, kills_) << "the daemon was killed before it did anything";
}

}  // namespace
