// No room left: writes are refused and say so, reads go on, and when there is room again everything goes on; what was
// refused has not happened.
#include <sys/mount.h>
#include <sys/resource.h>

#include <set>

#include <gmock/gmock.h>

#include "support/daemon_process.hpp"

namespace {

using namespace faasd::test;
using namespace std::chrono_literals;
using nlohmann::json;
namespace fs = std::filesystem;

constexpr unsigned kNoStorage = 507;

class DiskFull : public testing::Test {
  protected:
    DiskFull() {
        app_.write("faasd.yaml", "functions:\n  echo: { module: " FAASD_ECHO_MODULE
                                 " }\nroutes:\n  ANY /{rest+}: echo\nbuckets:\n  files: {}\n"
                                 "queues:\n  kept: {}\ntables:\n  items: { key: id }\n");
        fs::create_directories(data());
    }
    [[nodiscard]] fs::path data() const { return app_.path() / "data"; }
    void start() {
        daemon_ = std::make_unique<DaemonProcess>(app_.path(), std::vector<std::string>{"--data-dir", data().string()});
        ASSERT_TRUE(daemon_->running()) << daemon_->log();
    }

    // One write of each kind; the answers' statuses, and in the sets below what was accepted.
    std::set<unsigned> write_each() {
        const std::string name = std::to_string(++number_);
        std::set<unsigned> statuses;
        const auto note = [&](const faasd::gateway::ClientResponse& response, std::set<std::string>& accepted) {
            statuses.insert(response.status);
            if (response.status / 100 == 2) {
                accepted.insert(name);
            } else {
                const json answer = json::parse(response.body, nullptr, false);
                EXPECT_EQ(response.status, kNoStorage) << response.body;
                if (answer.is_object()) {
                    EXPECT_EQ(answer["error"]["code"], "StorageError");
                    EXPECT_THAT(answer["error"].value("message", ""), testing::Not(testing::IsEmpty()));
                }
            }
        };
        note(daemon_->control("POST", "queues/kept/messages", name), messages_);
        const json item = {{"table", "items"}, {"plain", true}, {"item", {{"id", name}, {"x", std::string(3000, 'x')}}}};
        note(daemon_->control("POST", "operations/table.put", item.dump()), items_);
        note(daemon_->control("PUT", "buckets/files/objects/small-" + name, std::string(20'000, 's')), small_);
        note(daemon_->control("PUT", "buckets/files/objects/large-" + name, std::string(300'000, 'l')), large_);
        return statuses;
    }
    void expect_reads_go_on() {
        ASSERT_TRUE(daemon_->running()) << daemon_->log();
        EXPECT_EQ(daemon_->control("GET", "health").status, 200U);
        EXPECT_EQ(daemon_->get("/function").status, 200U);
        EXPECT_EQ(daemon_->operation("table.get", {{"table", "items"}, {"plain", true}, {"key", "1"}})["result"]["item"]["id"],
                  "1");
        EXPECT_EQ(daemon_->control("GET", "buckets/files/objects/large-1").body, std::string(300'000, 'l'));
        EXPECT_EQ(daemon_->control("GET", "buckets/files/objects/small-1").body, std::string(20'000, 's'));
    }
    void expect_what_was_accepted_and_nothing_else() {
        std::set<std::string> items, small, large, messages;
        const json rows = daemon_->operation("table.scan", {{"table", "items"}, {"plain", true}});
        for (const json& item : rows["result"]["items"])
            items.insert(item["id"]);
        EXPECT_EQ(items, items_);
        const json objects = daemon_->operation("bucket.list", {{"bucket", "files"}});
        for (const json& object : objects["result"]["objects"]) {
            const std::string key = object["key"];
            EXPECT_EQ(object["size"], key.starts_with("small-") ? 20'000 : 300'000) << key;
            (key.starts_with("small-") ? small : large).insert(key.substr(6));
        }
        EXPECT_EQ(small, small_);
        EXPECT_EQ(large, large_);
        const json peeked = daemon_->operation("queue.peek", {{"queue", "kept"}, {"limit", 1000}});
        for (const json& message : peeked["result"]["messages"])
            messages.insert(message["body"]);
        EXPECT_EQ(messages, messages_);
    }
    // Until a whole round is refused, in which the smallest write too finds no room.
    bool write_until_refused(int rounds) {
        for (int i = 0; i < rounds; ++i)
            if (write_each() == std::set<unsigned>{kNoStorage}) return true;
        return false;
    }
    void expect_writes_work_again() {
        EXPECT_TRUE(eventually([&] { return write_each() == std::set<unsigned>{200}; }, 10s)) << daemon_->log();
        expect_what_was_accepted_and_nothing_else();
        daemon_->kill();
        start();
        expect_what_was_accepted_and_nothing_else();
        EXPECT_EQ(write_each(), std::set<unsigned>{200});
        EXPECT_EQ(daemon_->stop(), 0);
    }

    TemporaryFolder app_;
    std::unique_ptr<DaemonProcess> daemon_;
    int number_ = 0;
    std::set<std::string> messages_, items_, small_, large_;
};

TEST_F(DiskFull, a_full_disk_refuses_writes_until_there_is_room_again) {
    if (::mount("none", data().c_str(), "tmpfs", 0, "size=24m") != 0)
        GTEST_SKIP() << "mounting a small file system needs root";
    struct Unmount {
        fs::path folder;
        ~Unmount() { ::umount2(folder.c_str(), MNT_DETACH); }
    } unmount{data()};
    start();
    ASSERT_EQ(write_each(), std::set<unsigned>{200});
    ASSERT_TRUE(write_until_refused(300)) << "the disk does not become full";
    EXPECT_TRUE(write_until_refused(5)) << "it stays full";
    expect_reads_go_on();
    expect_what_was_accepted_and_nothing_else();

    ASSERT_EQ(::mount("none", data().c_str(), "tmpfs", MS_REMOUNT, "size=64m"), 0);
    expect_writes_work_again();
}

// Another way to short writes, without root: no file may grow past a limit.
TEST_F(DiskFull, a_file_that_may_not_grow_refuses_writes_until_it_may) {
    start();
    ASSERT_EQ(write_each(), std::set<unsigned>{200});
    const rlimit small{200'000, RLIM_INFINITY};
    ASSERT_EQ(::prlimit(daemon_->pid(), RLIMIT_FSIZE, &small, nullptr), 0);
    ASSERT_TRUE(write_until_refused(100));
    expect_reads_go_on();
    expect_what_was_accepted_and_nothing_else();
    const rlimit any{RLIM_INFINITY, RLIM_INFINITY};
    ASSERT_EQ(::prlimit(daemon_->pid(), RLIMIT_FSIZE, &any, nullptr), 0);
    expect_writes_work_again();
}

}  // namespace
