// What daemons share of their builds.
#include "runtime/shared_objects.hpp"

#include "runtime/builder.hpp"
#include "runtime/fixture.hpp"
#include "runtime/loader.hpp"

namespace {

using namespace faasd::runtime;
using faasd::runtime::testing::TemporaryFolder;

class Shared : public ::testing::Test {
  protected:
    // A source with a header beside it, in a project of its own.
    std::filesystem::path project(const std::string& name, const std::string& value) const {
        folder_.write(name + "/value.hpp", "#define VALUE " + value + "\n");
        return folder_.write(name + "/answer.cpp", "#include \"value.hpp\"\nextern \"C\" int answer() { return VALUE; }\n");
    }
    BuilderOptions options_of(const std::string& daemon) const {
        BuilderOptions options;
        options.sdk_include = FAASD_SOURCE_DIR "/include";
        options.cache = folder_.path() / daemon;
        options.shared = folder_.path() / "shared";
        return options;
    }
    // By a daemon that has built nothing yet.
    BuildResult build(const std::filesystem::path& source, const std::string& daemon) const {
        Builder builder(options_of(daemon));
        return builder.build({{source}, {}});
    }
    TemporaryFolder folder_;
};

TEST_F(Shared, the_same_content_elsewhere_is_not_compiled_again) {
    const auto first = build(project("here", "1"), "daemon-1");
    const auto second = build(project("there", "1"), "daemon-2");
    EXPECT_FALSE(first.from_cache);
    EXPECT_TRUE(second.from_cache);
    EXPECT_EQ(first.module.value(), second.module.value());
    ASSERT_EQ(second.inputs.size(), 2u) << "it depends on its own header";
    EXPECT_EQ(second.inputs[1].path, folder_.path() / "there/value.hpp");
}

TEST_F(Shared, another_header_beside_the_same_source_is_another_module) {
    const auto first = build(project("here", "1"), "daemon-1");
    const auto second = build(project("there", "2"), "daemon-2");
    EXPECT_FALSE(second.from_cache);
    EXPECT_NE(first.module.value(), second.module.value());
    EXPECT_TRUE(build(project("elsewhere", "2"), "daemon-3").from_cache);
}

// A child process a module is what a start would spend most of its milliseconds on.
TEST_F(Shared, a_module_that_was_probed_is_not_probed_at_the_next_start) {
    const auto source = folder_.write("function.cpp", "#include <faasd/function.hpp>\n"
                                                      "int one(const faasd::json&) { return 1; }\nFAASD_FUNCTION(one)\n");
    const auto load = [&](std::vector<std::string> probe) {
        Builder builder(options_of("daemon"));
        LoaderOptions options;
        options.probe.command = std::move(probe);
        options.cache = folder_.path() / "daemon";
        options.copies = folder_.path() / "copies";
        return Loader(options, builder).load({{}, {source}, {}}).image.has_value();
    };
    EXPECT_FALSE(load({"/bin/false"})) << "the probe decides";
    EXPECT_TRUE(load({"/proc/self/exe", "__probe-module"}));
    EXPECT_TRUE(load({"/bin/false"})) << "it was not asked again";
}

TEST_F(Shared, what_does_not_compile_is_not_remembered) {
    EXPECT_TRUE(build(project("here", "(wrong"), "daemon-1").module.has_error());
    EXPECT_TRUE(build(project("there", "(wrong"), "daemon-2").module.has_error());
}

TEST_F(Shared, a_daemon_that_cannot_write_there_builds_alone) {
    const SharedObjects nowhere("/proc/no-such-folder");
    EXPECT_FALSE(nowhere.enabled());
    EXPECT_FALSE(SharedObjects("").enabled());
}

}  // namespace
