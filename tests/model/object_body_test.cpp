#include "model/object_body.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "model/queued_executor.hpp"

namespace faasd::model {
namespace {

// Gives a piece a call: what a reader of files does where they end.
class Pieces final : public ObjectReader {
  public:
    Pieces(std::vector<std::string> pieces, std::size_t& reads) : pieces_(std::move(pieces)), reads_(reads) {}
    [[nodiscard]] const ObjectInfo& info() const override { return info_; }
    [[nodiscard]] std::uint64_t offset() const override { return 0; }
    [[nodiscard]] std::uint64_t length() const override { return 9; }
    [[nodiscard]] base::Result<std::size_t> read(std::span<char> into) override {
        if (reads_ >= pieces_.size()) return std::size_t{0};
        const std::string& piece = pieces_[reads_++];
        if (piece.empty()) return base::Error(std::make_error_code(std::errc::io_error));
        return piece.copy(into.data(), into.size());
    }

  private:
    ObjectInfo info_;
    std::vector<std::string> pieces_;
    std::size_t& reads_;
};

class ObjectBody : public ::testing::Test {
  protected:
    void open(std::vector<std::string> pieces) {
        body_ = object_body(jobs_, std::make_unique<Pieces>(std::move(pieces), reads_));
    }
    // Whatever comes: the piece, "broken", or "nothing yet".
    std::string read() {
        auto got = std::make_shared<std::string>("nothing yet");
        body_->read([got](const base::Result<std::string>& piece) { *got = piece ? *piece : "broken"; });
        if (*got == "nothing yet") jobs_->run();
        return *got;
    }

    const std::shared_ptr<QueuedExecutor> jobs_ = std::make_shared<QueuedExecutor>();
    std::size_t reads_ = 0;
    std::unique_ptr<HttpBodySource> body_;
};

TEST_F(ObjectBody, brings_the_pieces_in_order_until_an_empty_one) {
    open({"one", "two", "six"});
    EXPECT_EQ(body_->length(), 9U);
    EXPECT_EQ(read(), "one");
    EXPECT_EQ(read(), "two");
    jobs_->run();
    EXPECT_EQ(read(), "six");
    EXPECT_EQ(read(), "");
}

TEST_F(ObjectBody, reads_one_piece_ahead) {
    open({"one", "two", "six"});
    EXPECT_EQ(read(), "one");
    EXPECT_EQ(reads_, 2U);
    EXPECT_EQ(read(), "two");
    EXPECT_EQ(reads_, 2U) << "nobody waits: the next is read on the executor";
    jobs_->run();
    EXPECT_EQ(reads_, 3U);
}

TEST_F(ObjectBody, tells_of_an_error_where_its_piece_would_have_been) {
    open({"one", "", "six"});
    EXPECT_EQ(read(), "one");
    EXPECT_EQ(read(), "broken");
    jobs_->run();
    EXPECT_EQ(reads_, 2U);
}

TEST_F(ObjectBody, outlives_its_client_while_a_piece_is_read) {
    open({"one", "two"});
    body_->read([](const base::Result<std::string>&) {});
    body_.reset();
    jobs_->run();
    EXPECT_EQ(reads_, 2U);
}

}  // namespace
}  // namespace faasd::model
