// faasd as it is after `cmake --install`: a project outside of this tree builds a module against it and is served.
#include <gmock/gmock.h>

#include "support/daemon_process.hpp"

namespace {

using namespace faasd::test;
using testing::HasSubstr;

class Installed : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        prefix = std::make_unique<TemporaryFolder>();
        const auto done = run({"cmake", "--install", FAASD_BINARY_DIR, "--prefix", prefix->path()});
        ASSERT_EQ(done.exit_code, 0) << done.err;
    }
    static void TearDownTestSuite() { prefix.reset(); }

    static inline std::unique_ptr<TemporaryFolder> prefix;
    TemporaryFolder home;
};

TEST_F(Installed, a_new_project_builds_its_module_with_find_package_and_serves_it) {
    const std::string faasd = prefix->path() / "bin" / "faasd";
    const auto init = run({faasd, "init", "shop"}, home.path());
    ASSERT_EQ(init.exit_code, 0) << init.err;
    const auto project = home.path() / "shop";
    const auto configured = run({"cmake", "-S", ".", "-B", "build", "-G", "Ninja",
                                 "-DCMAKE_PREFIX_PATH=" + prefix->path().string()},
                                project);
    ASSERT_EQ(configured.exit_code, 0) << configured.out << configured.err;
    const auto built = run({"cmake", "--build", "build"}, project);
    ASSERT_EQ(built.exit_code, 0) << built.out << built.err;

    // What the project's README says to write instead.
    home.write("shop/faasd.yaml", "functions:\n  hello: { module: build/shop.so }\nroutes:\n  GET /hello/{who}: hello\n");
    DaemonProcess daemon(project, {"--ephemeral"});
    ASSERT_TRUE(daemon.running()) << daemon.log();
    EXPECT_THAT(daemon.get("/hello/Ada").body, HasSubstr("Hello, Ada!"));
}

TEST_F(Installed, a_source_is_compiled_against_the_installed_headers) {
    ASSERT_TRUE(std::filesystem::exists(prefix->path() / "include" / "faasd" / "function.hpp"));
    ASSERT_EQ(run({prefix->path() / "bin" / "faasd", "init", "shop"}, home.path()).exit_code, 0);
    DaemonProcess daemon(home.path() / "shop", {"--ephemeral"}, prefix->path() / "bin" / "faasd");
    ASSERT_TRUE(daemon.running()) << daemon.log();
    EXPECT_EQ(daemon.get("/hello/Ada").status, 200U);
}

TEST_F(Installed, the_examples_come_along_and_pass_their_checks_where_nobody_can_write_to_them) {
    const std::string faasd = prefix->path() / "bin" / "faasd";
    const auto examples = prefix->path() / "share" / "faasd" / "examples";
    ASSERT_EQ(run({"chmod", "-R", "a-w", examples}).exit_code, 0);
    const auto listed = run({faasd, "example", "list", "--json"});
    EXPECT_THAT(listed.out, HasSubstr((examples / "quickstart").string()));
    const auto checked = run({faasd, "example", "check", "quickstart"});
    EXPECT_EQ(checked.exit_code, 0) << checked.out << checked.err;
    run({"chmod", "-R", "u+w", examples});
}

}  // namespace
