// Whatever is in the file: a message, soon, and not much memory.
#include <ctime>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config_support.hpp"

namespace faasd::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::mistakes;
using ::testing::Not;

std::string repeated(std::string_view part, std::size_t times) {
    std::string out;
    out.reserve(part.size() * times);
    for (std::size_t i = 0; i < times; ++i)
        out += part;
    return out;
}

// A bound that an algorithm whose cost grows with the square of the file misses by far, also under a
// sanitizer. Of this thread's own time: what else the machine does does not count.
std::vector<std::string> soon(const std::string& text) {
    const auto spent = [] {
        timespec time{};
        ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        return time.tv_sec;
    };
    const auto start = spent();
    auto out = mistakes(text);
    EXPECT_LT(spent() - start, 20) << text.substr(0, 40);
    return out;
}

TEST(HostileYaml, of_any_depth_is_refused) {
    for (const char* part : {"[", "{", "- ", "? ", "{a: ", "[{? ", "!!seq [", "&a [", "- - ? "})
        EXPECT_THAT(soon(repeated(part, 100'000)), Not(IsEmpty())) << part;
    EXPECT_THAT(soon(repeated("[", 65) + repeated("]", 65)),
                ElementsAre("1:65: error: the file is nested more than 64 levels deep"));
    std::string stairs;
    for (std::size_t i = 0; i < 100; ++i)
        stairs += std::string(i, ' ') + "a:\n";
    EXPECT_THAT(soon(stairs), ElementsAre("65:65: error: the file is nested more than 64 levels deep"));
}

TEST(HostileYaml, with_aliases_that_multiply_is_refused) {
    std::string bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n";
    for (int i = 1; i < 20; ++i) {
        const std::string before = "*a" + std::to_string(i - 1);
        bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
        for (int k = 0; k < 8; ++k)
            bomb += "," + before;
        bomb += "]\n";
    }
    EXPECT_THAT(soon(bomb),
                ElementsAre(HasSubstr("the file is too large once its aliases and variables are replaced")));
    const std::string large = "environment: { A: &a " + std::string(500'000, 'x');
    std::string many = large;
    for (int i = 0; i < 1000; ++i)
        many += ", B" + std::to_string(i) + ": *a";
    EXPECT_THAT(soon(many + " }"), ElementsAre(HasSubstr("too large once its aliases")));
    EXPECT_THAT(soon(repeated("a:\n", 100'001)),
                ElementsAre(HasSubstr("100001:1: error: the file is too large")));
    EXPECT_THAT(soon("a: &a [*a]"), ElementsAre("1:8: error: this alias is inside of what it refers to"));
}

TEST(HostileYaml, a_variable_that_is_not_utf8_is_no_input_of_a_schedule) {
    EXPECT_THAT(mistakes("functions: { f: { source: f.cpp } }\nschedules: { s: { rate: 1h, function: f, input: \"${BYTES}\" } }"),
                Contains(HasSubstr("'input' has the value of a variable that is not UTF-8")));
}

TEST(HostileYaml, of_the_wrong_encoding_is_refused_at_its_line) {
    EXPECT_THAT(mistakes("name: x\nqueues: \xC3\x28\n"),
                ElementsAre("2:0: error: this line is not UTF-8 | save the file as UTF-8"));
    EXPECT_THAT(mistakes(std::string_view("name: a\0b", 9)),
                ElementsAre(HasSubstr("1:8: error: a control character (byte 0)")));
    EXPECT_THAT(mistakes("name: a\x1b[2J"),
                ElementsAre(HasSubstr("1:8: error: a control character (byte 27)")));
    EXPECT_THAT(mistakes("\xFF\xFEn\x00"), ElementsAre("0:0: error: the file is UTF-16 | save it as UTF-8"));
    EXPECT_THAT(mistakes("\xEF\xBB\xBFname: x"), IsEmpty());
    EXPECT_THAT(mistakes("name: x\r\nnmae: y\r\n"), ElementsAre(HasSubstr("2:1: error: unknown key 'nmae'")));
}

TEST(HostileYaml, cannot_drive_the_terminal) {
    const auto result = testing::read("\"a\\e[2J\\u009b2J\": 1\n");
    ASSERT_EQ(result.diagnostics.size(), 1U);
    EXPECT_EQ(render(result.diagnostics[0]).find('\x1b'), std::string::npos);
    EXPECT_EQ(render(result.diagnostics[0]).find('\x9b'), std::string::npos);
}

TEST(HostileYaml, that_is_huge_is_refused) {
    EXPECT_THAT(soon(std::string(kMaxFileSize + 1, ' ')),
                ElementsAre("0:0: error: the file is larger than 1 MiB"));
    const auto result = testing::read("name: " + std::string(kMaxFileSize - 10, 'x'));
    ASSERT_EQ(result.diagnostics.size(), 1U);
    EXPECT_LT(render(result.diagnostics[0]).size(), 500U);
}

TEST(HostileYaml, with_thousands_of_names_and_mistakes_is_read_soon) {
    std::string functions = "functions: {", routes, misspelt = "http: {", unknown, queues = "queues: {";
    for (int i = 0; i < 30'000; ++i)
        functions += "f" + std::to_string(i) + ": a.so,";
    for (int i = 0; i < 20'000; ++i)
        routes += "  GET /" + std::to_string(i) + "/{a}: f" + std::to_string(i) + "\n";
    EXPECT_THAT(soon(functions + "}\nroutes:\n" + routes), IsEmpty());
    for (int i = 0; i < 20'000; ++i)
        unknown += "  GET /" + std::to_string(i) + ": g" + std::to_string(i) + "\n";
    EXPECT_EQ(soon(functions + "}\nroutes:\n" + unknown).size(), 200U);
    for (int i = 0; i < 60'000; ++i)
        misspelt += "k" + std::to_string(i) + ": 1,";
    EXPECT_EQ(soon(misspelt + "}").size(), 200U);
    for (int i = 0; i < 20'000; ++i)
        queues += "q" + std::to_string(i) + ": {dead_letter_queue: q" + std::to_string(i / 2 + 1) + "},";
    EXPECT_LE(soon(queues + "}").size(), 200U);
    EXPECT_EQ(soon("functions: { f: { source: [" + repeated("a.cpp, ", 50'000) + "] } }").size(), 0U);
    EXPECT_EQ(soon(repeated("a:\n", 50'000)).size(), 200U);
}

TEST(HostileYaml, that_is_broken_says_what_to_do) {
    EXPECT_THAT(mistakes("queues:\n  a: {}\n\tb: {}\n"),
                ElementsAre(HasSubstr("line 3 is indented with a tab; YAML takes spaces only")));
    EXPECT_THAT(mistakes("a: b: c\n"),
                ElementsAre(HasSubstr("1:5: error: this is not valid YAML: illegal map value")));
    EXPECT_THAT(mistakes("a: [b\n"), ElementsAre(HasSubstr("check the indentation, and that every bracket")));
    EXPECT_THAT(mistakes("name: x\n---\nname: y\n"),
                ElementsAre(HasSubstr("error: a second document starts here")));
    EXPECT_THAT(mistakes("name: *nope\n"), ElementsAre(HasSubstr("1:7: error: this is not valid YAML")));
    EXPECT_THAT(mistakes("name: !Ref x\n"),
                ElementsAre(HasSubstr("1:7: error: the tag '!Ref' means nothing here")));
    EXPECT_THAT(mistakes("just text\n"),
                ElementsAre(HasSubstr("1:1: error: a faasd.yaml is a mapping, this is 'just text'")));
    EXPECT_THAT(mistakes("- a\n"),
                ElementsAre(HasSubstr("1:1: error: a faasd.yaml is a mapping, this is a list")));
    EXPECT_THAT(mistakes("[a]: b\n"), ElementsAre(HasSubstr("1:1: error: a key must be plain text")));
    EXPECT_THAT(mistakes("~: b\n"), ElementsAre(HasSubstr("error: a key is missing")));
    EXPECT_THAT(mistakes("{<<: 5}\n"), ElementsAre(HasSubstr("1:2: error: '<<' merges mappings only")));
}

}  // namespace
}  // namespace faasd::config
