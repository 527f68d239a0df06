// Connections that end where they should not: the daemon answers or lets go, stores nothing and keeps nothing open.
#include <gmock/gmock.h>

#include "fault_injection/raw_connection.hpp"

#include "support/daemon_process.hpp"

namespace {

using namespace faasd::test;
using namespace std::chrono_literals;

class Connection : public testing::Test {
  protected:
    Connection() {
        app_.write("faasd.yaml", "functions:\n  echo: { module: " FAASD_ECHO_MODULE
                                 " }\nroutes:\n  ANY /{rest+}: echo\nbuckets:\n  files: {}\n"
                                 "http: { write_timeout: 1s, max_body: 6MiB }\n");
        daemon_ = std::make_unique<DaemonProcess>(app_.path());
        // One of each, so that what is opened once and kept is open before anything is counted.
        if (!daemon_->running()) return;
        (void)daemon_->get("/warm");
        (void)daemon_->control("PUT", object("warm"), std::string(100'000, 'w'));
        (void)daemon_->control("GET", object("warm"));
        (void)daemon_->control("DELETE", object("warm"));
        eventually([&] { return sockets() == 2 && stored_files() == 0; }, 5s);
        sockets_before_ = sockets();
    }
    void SetUp() override { ASSERT_TRUE(daemon_->running()) << daemon_->log(); }
    void TearDown() override {
        ASSERT_TRUE(daemon_->running()) << daemon_->log();
        EXPECT_TRUE(eventually([&] { return sockets() == sockets_before_; }, 15s))
            << sockets() << " sockets are open, " << sockets_before_ << " were";
        EXPECT_TRUE(eventually([&] { return open_files(daemon_->pid(), "/objects/") == 0; }, 15s))
            << "files of objects stay open";
        EXPECT_EQ(daemon_->get("/still/there").status, 200U);
        EXPECT_EQ(daemon_->stop(), 0) << daemon_->log();
    }

    static std::string object(const std::string& key) { return "buckets/files/objects/" + key; }
    [[nodiscard]] std::size_t sockets() const { return open_files(daemon_->pid(), "socket:"); }
    [[nodiscard]] std::size_t stored_files() const { return files_below(app_.path() / ".faasd" / "objects"); }
    void expect_nothing_stored() {
        const auto listing = daemon_->operation("bucket.list", {{"bucket", "files"}});
        EXPECT_THAT(listing["result"]["objects"], testing::IsEmpty());
        EXPECT_TRUE(eventually([&] { return stored_files() == 0; }, 15s)) << stored_files() << " files are left";
    }
    // Ends the connection in one of the ways that a client can.
    static void end(RawConnection& connection, std::size_t way) {
        if (way % 3 == 1) connection.reset_on_close();
        if (way % 3 == 2) connection.shut_down_sending();
    }
    static std::string upload_head(const std::string& key, const std::string& framing) {
        return "PUT /_faasd/v1/" + object(key) + " HTTP/1.1\r\nHost: localhost\r\n" + framing + "\r\n\r\n";
    }

    // The same through the door that speaks S3's protocol.
    static std::string s3_upload_head(const std::string& key, const std::string& framing) {
        return "PUT /files/" + key + " HTTP/1.1\r\nHost: localhost\r\n" + framing + "\r\n\r\n";
    }
    void break_uploads_off(std::string (*head)(const std::string& key, const std::string& framing));

    TemporaryFolder app_;
    std::unique_ptr<DaemonProcess> daemon_;
    std::size_t sockets_before_ = 0;
};

TEST_F(Connection, a_request_that_is_cut_at_any_byte_is_not_carried_out) {
    const std::string upload = upload_head("cut", "Content-Length: 20") + std::string(20, 'b');
    const std::string chunked =
        upload_head("cut", "Transfer-Encoding: chunked") + "a;x=y\r\n0123456789\r\n3\r\nabc\r\n0\r\nTrailer: t\r\n\r\n";
    for (const std::string& request : {upload, chunked}) {
        for (std::size_t length = 0; length < request.size(); ++length) {
            RawConnection connection(daemon_->control_port());
            ASSERT_TRUE(connection.send(request.substr(0, length))) << length;
            end(connection, length);
        }
        expect_nothing_stored();
    }
    const std::string call = "POST /a?b=c HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nbody";
    for (std::size_t length = 0; length < call.size(); ++length) {
        RawConnection connection(daemon_->port());
        ASSERT_TRUE(connection.send(call.substr(0, length))) << length;
        end(connection, length);
    }
    EXPECT_TRUE(eventually([&] { return sockets() == sockets_before_; }, 15s));
    const auto status = nlohmann::json::parse(daemon_->control("GET", "status").body);
    EXPECT_EQ(status["functions"][0]["calls"], 1) << "the function was called with half a request";
}

void Connection::break_uploads_off(std::string (*head)(const std::string& key, const std::string& framing)) {
    const std::string piece(300'000, 'p');
    for (std::size_t way = 0; way < 9; ++way) {
        {
            RawConnection connection(daemon_->control_port());
            const bool chunked = way >= 6;
            ASSERT_TRUE(connection.send(
                head("broken", chunked ? "Transfer-Encoding: chunked" : "Content-Length: 100000000")));
            if (chunked) {
                ASSERT_TRUE(connection.send("493e0\r\n"));
            }
            ASSERT_TRUE(connection.send(piece));
            if (way >= 3) {
                // So that it breaks off while its file is open, not before it was.
                EXPECT_TRUE(eventually([&] { return open_files(daemon_->pid(), "/objects/") == 1; }, 10s));
            }
            end(connection, way);
        }
        EXPECT_TRUE(eventually([&] { return open_files(daemon_->pid(), "/objects/") == 0; }, 10s));
    }
    expect_nothing_stored();
}

TEST_F(Connection, an_upload_that_breaks_off_leaves_no_object_and_no_file) { break_uploads_off(upload_head); }

TEST_F(Connection, an_upload_to_s3_that_breaks_off_leaves_no_object_and_no_file) { break_uploads_off(s3_upload_head); }

TEST_F(Connection, an_upload_to_s3_with_a_wrong_checksum_is_refused_at_its_end_and_leaves_nothing) {
    const std::string content(1'000'000, 'w');
    RawConnection connection(daemon_->control_port());
    ASSERT_TRUE(connection.send(
        s3_upload_head("wrong", "Content-MD5: 1B2M2Y8AsgTpgAmY7PhCfg==\r\nContent-Length: 1000000") + content));
    EXPECT_THAT(connection.receive(1000), testing::StartsWith("HTTP/1.1 400 Bad Request\r\n"));
    expect_nothing_stored();
}

TEST_F(Connection, an_upload_that_breaks_off_leaves_the_object_that_was_there) {
    const std::string before(200'000, 'o');
    ASSERT_EQ(daemon_->control("PUT", object("kept"), before).status, 200U);
    for (std::size_t way = 0; way < 3; ++way) {
        RawConnection connection(daemon_->control_port());
        ASSERT_TRUE(connection.send(upload_head("kept", "Content-Length: 400000") + std::string(399'999, 'n')));
        EXPECT_TRUE(eventually([&] { return open_files(daemon_->pid(), "/objects/") == 1; }, 10s));
        end(connection, way);
    }
    EXPECT_TRUE(eventually([&] { return stored_files() == 1; }, 15s)) << stored_files() << " files";
    EXPECT_EQ(daemon_->control("GET", object("kept")).body, before);
}

TEST_F(Connection, a_download_that_is_broken_off_closes_its_file) {
    ASSERT_EQ(daemon_->control("PUT", object("large"), std::string(20'000'000, 'd')).status, 200U);
    for (std::size_t way = 0; way < 6; ++way) {
        RawConnection connection(daemon_->control_port(), 4096);
        ASSERT_TRUE(connection.send("GET /_faasd/v1/" + object("large") + " HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        EXPECT_THAT(connection.receive(1000), testing::StartsWith("HTTP/1.1 200 OK\r\n"));
        end(connection, way % 2);  // not by an end of sending, after which the answer is still due
    }
    EXPECT_TRUE(eventually([&] { return open_files(daemon_->pid(), "/objects/") == 0; }, 15s));
}

TEST_F(Connection, a_client_that_never_reads_is_let_go_and_disturbs_nobody) {
    const std::string body(5'000'000, 'r');
    RawConnection connection(daemon_->port(), 4096);
    ASSERT_TRUE(connection.send("POST /never/read HTTP/1.1\r\nHost: localhost\r\nContent-Length: " +
                                std::to_string(body.size()) + "\r\n\r\n" + body));
    // Its write timeout is a second.
    EXPECT_TRUE(eventually(
        [&] {
            EXPECT_EQ(daemon_->get("/meanwhile").status, 200U);
            return sockets() == sockets_before_;
        },
        15s))
        << sockets() << " sockets";
}

}  // namespace
