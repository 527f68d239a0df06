// Files that change under the hands of the one who copies them into a bucket.
#include "sources/file/file_delivery.hpp"

#include <fstream>
#include <sstream>
#include <stdexcept>

#include <gmock/gmock.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include "sources/world.hpp"

namespace faasd::sources {
namespace {

using namespace test;
namespace fs = std::filesystem;
using Happening = std::function<void()>;

// Something happens once, after the first piece was written.
class DisturbedWriter final : public model::ObjectWriter {
  public:
    DisturbedWriter(std::unique_ptr<ObjectWriter> writer, Happening& happening)
        : writer_(std::move(writer)), happening_(happening) {}
    base::Result<> write(std::string_view bytes) override {
        auto written = writer_->write(bytes);
        if (happening_) std::exchange(happening_, nullptr)();
        return written;
    }
    void set_checksum(model::Checksum checksum) override { writer_->set_checksum(std::move(checksum)); }
    void commit(base::Completion<model::ObjectInfo> done) override { writer_->commit(std::move(done)); }

  private:
    std::unique_ptr<ObjectWriter> writer_;
    Happening& happening_;
};

// What a delivery asks of the buckets goes to the real ones; it asks nothing else.
class DisturbedBlobs final : public model::Blobs {
  public:
    explicit DisturbedBlobs(model::Blobs& blobs) : blobs_(blobs) {}
    Happening happening;

    base::Result<std::unique_ptr<model::ObjectWriter>> put(std::string bucket, std::string key,
                                                           model::PutOptions options) override {
        auto writer = blobs_.put(std::move(bucket), std::move(key), std::move(options));
        if (!writer) return writer.error();
        return std::unique_ptr<model::ObjectWriter>(
            std::make_unique<DisturbedWriter>(std::move(*writer), happening));
    }
    void remove(std::string bucket, std::string key, std::string trace, base::Completion<> done) override {
        blobs_.remove(std::move(bucket), std::move(key), std::move(trace), std::move(done));
    }

    using Text = std::string;
    using View = std::string_view;
    using Done = base::Completion<>;
    using Written = base::Completion<model::ObjectInfo>;
    using Parts = std::vector<model::PartInfo>;
    using Reader = std::unique_ptr<model::ObjectReader>;
    void create_bucket(Text, Done) override { unasked(); }
    void ensure_bucket(Text, Done) override { unasked(); }
    void create_bucket(model::NewBucket, Done) override { unasked(); }
    void remove_bucket(Text, Done) override { unasked(); }
    std::vector<model::BucketInfo> buckets() override { unasked(); }
    bool bucket_exists(View) override { unasked(); }
    base::Result<model::BucketInfo> bucket(View) override { unasked(); }
    void set_versioning(Text, model::Versioning, Done) override { unasked(); }
    void set_object_lock(Text, model::ObjectLock, Done) override { unasked(); }
    void set_lifecycle(Text, std::vector<model::LifecycleRule>, Done) override { unasked(); }
    base::Result<std::vector<model::LifecycleRule>> lifecycle(View) override { unasked(); }
    std::optional<model::Expiration> expiration(View, const model::ObjectInfo&) override { unasked(); }
    base::Result<Text> document(View, View) override { unasked(); }
    void set_document(Text, Text, Text, Done) override { unasked(); }
    base::Result<Reader> get(View, View, const model::ReadConditions&, std::optional<model::ByteRange>,
                             const model::Selection&) override { unasked(); }
    base::Result<model::ObjectInfo> head(View, View, const model::ReadConditions&,
                                         const model::Selection&) override { unasked(); }
    base::Result<Parts> object_parts(View, View, const model::Selection&) override { unasked(); }
    void remove(model::RemoveRequest, base::Completion<model::Removed>) override { unasked(); }
    void update(Text, Text, std::optional<Text>, model::ObjectUpdate, Written) override { unasked(); }
    void copy(CopyRequest, Written) override { unasked(); }
    base::Result<model::ListPage> list(View, const model::ListRequest&) override { unasked(); }
    base::Result<model::VersionPage> list_versions(View, const model::VersionListRequest&) override { unasked(); }
    void start_upload(Text, Text, model::PutOptions, base::Completion<Text>) override { unasked(); }
    base::Result<std::unique_ptr<model::ObjectWriter>> put_part(Text, Text, Text, std::uint32_t,
                                                                std::optional<Text>) override { unasked(); }
    void complete_upload(Text, Text, Text, Parts, Written) override { unasked(); }
    void complete_upload(Text, Text, Text, Parts, model::CompleteOptions, Written) override { unasked(); }
    void abort_upload(Text, Text, Text, Done) override { unasked(); }
    base::Result<Parts> parts(View, View, View) override { unasked(); }
    base::Result<std::vector<model::UploadInfo>> uploads(View) override { unasked(); }
    base::Result<model::UploadInfo> upload(View, View, View) override { unasked(); }
    void on_change(model::BlobChangeSink) override { unasked(); }

  private:
    [[noreturn]] static void unasked() { throw std::logic_error("a delivery does not ask this"); }
    model::Blobs& blobs_;
};

class Delivery : public World {
  protected:
    Delivery() : inbox_(folder_ / "inbox"), disturbed_(*blobs_) {
        fs::create_directories(inbox_);
        base::wait_for<void>([&](base::Completion<> done) { blobs_->ensure_bucket("drop", std::move(done)); }).value();
        spdlog::set_default_logger(
            std::make_shared<spdlog::logger>("", std::make_shared<spdlog::sinks::ostream_sink_mt>(log_)));
        RetryDelays exact;
        const Dependencies dependencies{*queues_, disturbed_, *tables_,   invoker_, *store_, *store_,
                                        *blocking_, clock_,   timers_, {},       exact};
        delivery_ = std::make_unique<FileDelivery>(
            dependencies,
            FileDelivery::Target{"inbox", inbox_, {FileEventKind::created, FileEventKind::modified,
                                                   FileEventKind::deleted, FileEventKind::moved}, "", "drop", ""},
            nullptr, stopping_);
    }
    ~Delivery() override { spdlog::set_default_logger(usual_); }

    void write(std::size_t size) const { std::ofstream(file()) << std::string(size, 'x'); }
    [[nodiscard]] fs::path file() const { return inbox_ / "large.bin"; }
    // As the watch does it once the file has settled.
    std::vector<std::string> deliver() {
        return delivery_->deliver({{"large.bin", Folder(inbox_, true).look("large.bin")}});
    }
    [[nodiscard]] std::optional<std::uint64_t> stored() {
        const auto object = blobs_->head("drop", "large.bin");
        return object ? std::optional(object->size) : std::nullopt;
    }

    const fs::path inbox_;
    DisturbedBlobs disturbed_;
    std::shared_ptr<spdlog::logger> usual_ = spdlog::default_logger();
    std::ostringstream log_;
    std::atomic<bool> stopping_ = false;
    std::unique_ptr<FileDelivery> delivery_;
};

constexpr std::size_t kLarge = 5 << 20;  // several pieces

TEST_F(Delivery, a_file_that_is_cut_short_while_it_is_copied_gives_no_object_until_it_has_settled_again) {
    write(kLarge);
    disturbed_.happening = [&] { fs::resize_file(file(), 3 << 20); };
    EXPECT_EQ(deliver(), std::vector<std::string>{"large.bin"}) << "to be looked at again";
    EXPECT_EQ(stored(), std::nullopt);
    EXPECT_THAT(log_.str(), testing::HasSubstr(
        "watch inbox: large.bin: the file changed or vanished while it was read; trying again"));
    EXPECT_TRUE(delivery_->known().empty());

    EXPECT_TRUE(deliver().empty());
    EXPECT_EQ(stored(), 3U << 20);
}

TEST_F(Delivery, a_file_of_the_same_size_that_is_written_to_while_it_is_copied_gives_no_object) {
    write(kLarge);
    disturbed_.happening = [&] { fs::last_write_time(file(), fs::file_time_type::clock::now() + 1h); };
    EXPECT_EQ(deliver(), std::vector<std::string>{"large.bin"});
    EXPECT_EQ(stored(), std::nullopt);
    EXPECT_TRUE(deliver().empty());
    EXPECT_EQ(stored(), kLarge);
}

TEST_F(Delivery, a_file_that_is_removed_while_it_is_copied_gives_no_object_and_is_forgotten) {
    write(kLarge);
    disturbed_.happening = [&] { fs::remove(file()); };
    EXPECT_EQ(deliver(), std::vector<std::string>{"large.bin"});
    EXPECT_EQ(stored(), std::nullopt);
    EXPECT_THAT(log_.str(), testing::HasSubstr("large.bin: the file changed or vanished while it was read"));
    EXPECT_TRUE(deliver().empty()) << "there is nothing left to do";
    EXPECT_TRUE(delivery_->known().empty());
}

TEST_F(Delivery, what_was_stored_before_stays_when_the_file_changes_while_its_new_version_is_copied) {
    write(100);
    EXPECT_TRUE(deliver().empty());
    ASSERT_EQ(stored(), 100U);
    write(kLarge);
    disturbed_.happening = [&] { fs::resize_file(file(), 7); };
    EXPECT_EQ(deliver(), std::vector<std::string>{"large.bin"});
    EXPECT_EQ(stored(), 100U);
    EXPECT_TRUE(deliver().empty());
    EXPECT_EQ(stored(), 7U);
}

}  // namespace
}  // namespace faasd::sources
