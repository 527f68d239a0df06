// docs/aws.md lists the operations that there are.
#include <cstdlib>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "aws/coverage.hpp"
#include "daemon/cloud.hpp"
#include "services/blob/blob_engine.hpp"
#include "services/queue/engine.hpp"
#include "services/table/table_engine.hpp"
#include "storage/temporary_store.hpp"

namespace faasd::daemon {
namespace {

struct NoFunctions final : model::Invoker, model::AsyncInvoker, model::InvocationLog, model::BlockingExecutor {
    void invoke(model::Invocation, base::UniqueFunction<void(model::Outcome)>) override {}
    [[nodiscard]] bool has_function(std::string_view) const override { return false; }
    void submit(model::AsyncInvocation, base::Completion<std::string>) override {}
    void submit_all(std::vector<model::AsyncInvocation>, base::Completion<std::vector<std::string>>) override {}
    base::Result<std::string> submit_in(model::Transaction&, model::AsyncInvocation) override { return std::string(); }
    void read(model::LogQuery, base::Duration, base::UniqueFunction<void(model::LogPage)>) override {}
    void post(base::UniqueFunction<void()>) override {}
};

std::string content_of(const std::string& path) {
    std::stringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
}

TEST(AwsDocument, lists_the_operations_of_every_service) {
    const storage::test::TemporaryFolder folder;
    base::ManualClock clock;
    base::ManualTimers timers{clock};
    const auto store = storage::test::open_store(folder.path());
    queue::QueueEngine queues(*store, clock, timers);
    blob::BlobEngine blobs(*store, clock, timers);
    table::TableEngine tables(*store, clock, timers);
    const auto nothing = std::make_shared<NoFunctions>();
    const Options options;
    const auto cloud = make_cloud({options, queues, blobs, tables, clock, nothing, *nothing, *nothing, *nothing,
                                   [] { return std::shared_ptr<const model::App>(); }, [](base::Completion<>) {}});

    const std::string path = FAASD_SOURCE_DIR "/docs/aws.md", heading = "\n## Operations\n";
    const std::string document = content_of(path);
    const std::size_t begin = document.find(heading);
    ASSERT_NE(begin, std::string::npos) << "docs/aws.md has no section 'Operations'";
    const std::string wanted = document.substr(0, begin + heading.size()) + aws::coverage(cloud->operations());
    if (std::getenv("FAASD_WRITE_DOCS")) std::ofstream(path, std::ios::binary) << wanted;
    EXPECT_TRUE(content_of(path) == wanted)
        << "docs/aws.md is out of date: run this program with FAASD_WRITE_DOCS=1 and commit it";
}

}  // namespace
}  // namespace faasd::daemon
