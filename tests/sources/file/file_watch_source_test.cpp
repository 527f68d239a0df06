#include "sources/file/file_watch_source.hpp"

#include <fstream>

#include "sources/async/async_queue.hpp"
#include "sources/world.hpp"

namespace faasd::sources {
namespace {

using namespace test;
namespace fs = std::filesystem;

class Watch : public World {
  protected:
    Watch() : inbox_(folder_ / "inbox") {
        watch_.name = "inbox";
        watch_.folder = inbox_;
        watch_.events = {"created", "modified", "deleted", "moved"};
        watch_.settle = 20ms;
        watch_.function = "import";
        fs::create_directories(inbox_);
    }
    ~Watch() override { end(); }

    void begin() {
        model::FunctionDefinition function;
        function.name = "import";
        async_ = std::make_shared<AsyncQueue>(dependencies());
        ASSERT_TRUE(async_->configure({function}));
        async_->start();
        ASSERT_TRUE(FileWatchSource::check(watch_));
        source_ = std::make_shared<FileWatchSource>(
            dependencies(), FileWatchSource::Configuration::of(watch_, folder_), async_);
        source_->start();
    }
    void end() {
        if (!source_) return;
        source_->stop();
        EXPECT_TRUE(source_->wait(base::monotonic_now() + 10s));
        async_->stop();
        EXPECT_TRUE(async_->wait(base::monotonic_now() + 10s));
        source_.reset();
        async_.reset();
    }
    void write(const std::string& path, const std::string& text) const {
        fs::create_directories((inbox_ / path).parent_path());
        std::ofstream(inbox_ / path) << text;
    }
    // "File Created a.txt", in any order.
    std::multiset<std::string> events() {
        std::multiset<std::string> out;
        for (std::size_t i = 0; i < invoker_.count(); ++i) {
            const auto event = invoker_.call(i)->event();
            std::string text = std::string(event["detail-type"]) + ' ' + std::string(event["detail"]["key"]);
            if (event["detail"].contains("from")) text += " from " + std::string(event["detail"]["from"]);
            out.insert(text);
        }
        return out;
    }
    [[nodiscard]] testing::AssertionResult happened(const std::multiset<std::string>& expected) {
        if (eventually([&] { return events() == expected; })) return testing::AssertionSuccess();
        auto failure = testing::AssertionFailure();
        for (const auto& event : events())
            failure << event << "; ";
        return failure;
    }

    const fs::path inbox_;
    model::WatchDefinition watch_;
    std::shared_ptr<AsyncQueue> async_;
    std::shared_ptr<FileWatchSource> source_;
};

TEST_F(Watch, reports_what_happens_to_a_file) {
    begin();
    write("a.txt", "one");
    ASSERT_TRUE(happened({"File Created a.txt"}));
    const auto detail = invoker_.call(0)->event()["detail"];
    EXPECT_EQ(detail["path"], (inbox_ / "a.txt").string());
    EXPECT_EQ(detail["size"], 3);
    EXPECT_EQ(invoker_.call(0)->invocation.cause.kind, model::CauseKind::file);
    write("a.txt", "more");
    ASSERT_TRUE(happened({"File Created a.txt", "File Modified a.txt"}));
    fs::rename(inbox_ / "a.txt", inbox_ / "b.txt");
    ASSERT_TRUE(happened({"File Created a.txt", "File Modified a.txt", "File Moved b.txt from a.txt"}));
    fs::remove(inbox_ / "b.txt");
    ASSERT_TRUE(happened(
        {"File Created a.txt", "File Modified a.txt", "File Moved b.txt from a.txt", "File Deleted b.txt"}));
}

TEST_F(Watch, follows_folders_that_come_later_and_move) {
    begin();
    write("x/y/a.txt", "1");
    ASSERT_TRUE(happened({"File Created x/y/a.txt"}));
    fs::rename(inbox_ / "x", inbox_ / "z");
    ASSERT_TRUE(happened({"File Created x/y/a.txt", "File Moved z/y/a.txt from x/y/a.txt"}));
    write("z/y/b.txt", "2");
    ASSERT_TRUE(happened(
        {"File Created x/y/a.txt", "File Moved z/y/a.txt from x/y/a.txt", "File Created z/y/b.txt"}));
}

TEST_F(Watch, leaves_a_file_that_no_bucket_takes_where_it_is_and_goes_on_with_the_others) {
    base::wait_for<void>([&](base::Completion<> done) {
        blobs_->ensure_bucket("drop", std::move(done));
    }).value();
    watch_.function.clear();
    watch_.bucket = "drop";
    write("caf\xe9.txt", "a name that is not UTF-8");
    begin();
    write("good.txt", "1");
    ASSERT_TRUE(eventually([&] { return blobs_->head("drop", "good.txt").has_value(); }));
    // Remembered, so that it is not read again each second.
    const std::string space = "watch/inbox/" + inbox_.string();
    EXPECT_TRUE(eventually([&] { return store_->get(space, "caf\xe9.txt").has_value(); }));
    fs::rename(inbox_ / "caf\xe9.txt", inbox_ / "cafe.txt");
    EXPECT_TRUE(eventually([&] { return blobs_->head("drop", "cafe.txt").has_value(); }));
}

TEST_F(Watch, notices_at_the_start_what_happened_while_the_daemon_was_down) {
    begin();
    write("stays", "1");
    write("changes", "1");
    write("goes", "1");
    ASSERT_TRUE(happened({"File Created stays", "File Created changes", "File Created goes"}));
    end();
    write("changes", "22");
    write("comes", "1");
    fs::remove(inbox_ / "goes");
    reopen();
    begin();
    ASSERT_TRUE(happened({"File Created stays", "File Created changes", "File Created goes",
                          "File Modified changes", "File Created comes", "File Deleted goes"}));
}

TEST_F(Watch, hands_on_only_what_its_pattern_and_events_select) {
    watch_.pattern = "**/*.csv";
    watch_.events = {"created"};
    begin();
    write("a.txt", "1");
    write(".hidden.csv", "1");
    write("b.csv~", "1");
    write(".git/x.csv", "1");
    write("d/b.csv", "1");
    ASSERT_TRUE(happened({"File Created d/b.csv"}));
    write("d/b.csv", "22");
    write("c.csv", "1");
    ASSERT_TRUE(happened({"File Created d/b.csv", "File Created c.csv"}));
}

TEST_F(Watch, without_recursion_sees_only_the_folder_itself) {
    watch_.recursive = false;
    begin();
    write("d/a.txt", "1");
    write("b.txt", "1");
    ASSERT_TRUE(happened({"File Created b.txt"}));
}

TEST_F(Watch, waits_until_a_file_is_written) {
    watch_.settle = 2s;  // a busy machine may keep the writer from its next part for long
    begin();
    std::ofstream file(inbox_ / "big");
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < 20; ++i) {
        file << "part" << std::flush;
        std::this_thread::sleep_for(120ms);
    }
    file.close();
    ASSERT_GT(std::chrono::steady_clock::now() - start, watch_.settle);
    ASSERT_TRUE(happened({"File Created big"}));
    EXPECT_EQ(invoker_.call(0)->event()["detail"]["size"], 80);
}

TEST_F(Watch, creates_a_missing_folder_and_waits_for_one_that_was_deleted) {
    fs::remove_all(inbox_);
    begin();
    ASSERT_TRUE(eventually([&] { return fs::exists(inbox_); }));
    write("a", "1");
    ASSERT_TRUE(happened({"File Created a"}));
    fs::remove_all(inbox_);
    ASSERT_TRUE(happened({"File Created a", "File Deleted a"}));
    write("b", "1");
    ASSERT_TRUE(happened({"File Created a", "File Deleted a", "File Created b"}));
}

TEST_F(Watch, does_not_follow_links_out_of_the_folder) {
    std::ofstream(folder_ / "secret") << "x";
    fs::create_symlink(folder_ / "secret", inbox_ / "out");
    write("real", "1");
    fs::create_symlink(inbox_ / "real", inbox_ / "in");
    fs::create_directory_symlink(folder_, inbox_ / "up");
    begin();
    ASSERT_TRUE(happened({"File Created real", "File Created in"}));
}

TEST_F(Watch, copies_files_into_a_bucket_byte_by_byte) {
    base::wait_for<void>([&](base::Completion<> done) {
        blobs_->ensure_bucket("drop", std::move(done));
    }).value();
    watch_.function.clear();
    watch_.bucket = "drop";
    watch_.prefix = "in/";
    begin();
    std::string bytes(3 * 1024 * 1024 + 17, '\0');
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<char>(i * 31);
    write("u/a.png", bytes);
    ASSERT_TRUE(eventually([&] { return blobs_->head("drop", "in/u/a.png").has_value(); }));
    auto reader = blobs_->get("drop", "in/u/a.png").value();
    EXPECT_EQ(reader->info().content_type, "image/png");
    std::string read(bytes.size(), '\0');
    std::size_t size = 0;
    while (const std::size_t n = reader->read(std::span(read).subspan(size)).value())
        size += n;
    EXPECT_TRUE(read == bytes);
    write("empty", "");
    EXPECT_TRUE(eventually([&] { return blobs_->head("drop", "in/empty").has_value(); }));
    fs::remove(inbox_ / "u/a.png");
    EXPECT_TRUE(eventually([&] { return !blobs_->head("drop", "in/u/a.png").has_value(); }));
}

TEST_F(Watch, keeps_a_file_until_its_bucket_is_there) {
    watch_.function.clear();
    watch_.bucket = "later";
    begin();
    write("a", "1");
    std::this_thread::sleep_for(100ms);
    base::wait_for<void>([&](base::Completion<> done) {
        blobs_->ensure_bucket("later", std::move(done));
    }).value();
    EXPECT_TRUE(eventually([&] { return blobs_->head("later", "a").has_value(); }));
}

TEST_F(Watch, loses_no_file_of_a_burst) {
    begin();
    std::multiset<std::string> expected;
    for (int i = 0; i < 2000; ++i) {
        const std::string name = "d" + std::to_string(i % 20) + "/f" + std::to_string(i);
        write(name, name);
        expected.insert("File Created " + name);
    }
    EXPECT_TRUE(happened(expected));
}

TEST(WatchDefinition, mistakes_are_named) {
    model::WatchDefinition watch;
    watch.name = "w";
    watch.folder = "in";
    EXPECT_NE(FileWatchSource::check(watch).error().message.find("either a function or a bucket"),
              std::string::npos);
    watch.function = "f";
    watch.events = {"creatd"};
    EXPECT_NE(FileWatchSource::check(watch).error().message.find("did you mean 'created'?"),
              std::string::npos);
}

}  // namespace
}  // namespace faasd::sources
