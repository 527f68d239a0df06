#include <future>

#include <gmock/gmock.h>

#include "runtime/journal.hpp"

namespace faasd::runtime::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

model::LogEntry line(std::string_view message, model::LogLevel level = model::LogLevel::info) {
    model::LogEntry entry;
    entry.level = level;
    entry.function = "hello";
    entry.request_id = "r-1";
    entry.message = message;
    return entry;
}

std::future<model::LogPage> read(Journal& journal, model::LogQuery query, base::Duration wait) {
    auto promise = std::make_shared<std::promise<model::LogPage>>();
    journal.read(std::move(query), wait, [promise](model::LogPage page) { promise->set_value(std::move(page)); });
    return promise->get_future();
}

TEST(Journal, a_reader_waits_for_what_matches) {
    Journal journal({});
    model::LogQuery query;
    query.function = "hello";
    auto waiting = read(journal, query, 1h);
    model::LogEntry other = line("other");
    other.function = "other";
    journal.append(other);
    EXPECT_EQ(waiting.wait_for(20ms), std::future_status::timeout);
    journal.append(line("hi"));
    const auto page = waiting.get();
    ASSERT_EQ(page.entries.size(), 1U);
    EXPECT_EQ(page.entries[0].message, "hi");
    EXPECT_EQ(page.next, 2U);
}

TEST(Journal, a_wait_ends_empty_when_its_time_is_over_or_waits_are_ended) {
    Journal journal({});
    EXPECT_TRUE(read(journal, {}, 5ms).get().entries.empty());
    auto waiting = read(journal, {}, 1h);
    journal.end_waits();
    EXPECT_TRUE(waiting.get().entries.empty());
    EXPECT_TRUE(read(journal, {}, 1h).get().entries.empty());
}

TEST(Journal, prints_in_order_from_its_level_on_and_all_of_it_before_it_stops) {
    std::string printed;
    JournalOptions options;
    options.print = [&](std::string_view lines) { printed += lines; };
    options.print_from = model::LogLevel::warn;
    Journal journal(options);
    journal.append(line("not this"));
    for (int i = 0; i < 5000; ++i)
        journal.append(line("line " + std::to_string(i), model::LogLevel::warn));
    journal.stop();
    EXPECT_THAT(printed, ::testing::Not(HasSubstr("not this")));
    std::size_t at = 0;
    for (int i = 0; i < 5000; ++i) {
        const std::string wanted = "hello [r-1] line " + std::to_string(i) + "\n";
        at = printed.find(wanted, at);
        ASSERT_NE(at, std::string::npos) << wanted;
    }
}

TEST(Journal, a_printer_that_blocks_holds_up_nobody_and_says_what_it_missed) {
    std::promise<void> go_on;
    auto released = go_on.get_future().share();
    std::promise<void> blocked;
    std::string printed;
    bool first = true;
    JournalOptions options;
    options.capacity = 128 * 1024;
    options.print = [&](std::string_view lines) {
        if (std::exchange(first, false)) {
            blocked.set_value();
            released.wait();
        }
        printed += lines;
    };
    Journal journal(options);
    journal.append(line("first"));
    blocked.get_future().wait();
    for (int i = 0; i < 20'000; ++i)
        journal.append(line("next"));
    go_on.set_value();
    journal.stop();
    EXPECT_THAT(printed, HasSubstr("lines came faster than they could be printed"));
}

TEST(LogEntry, is_a_line_for_a_person_and_an_object_for_a_program) {
    model::LogEntry call;
    call.kind = model::LogEntry::Kind::invocation;
    call.at = base::from_micros(1'700'000'000'123'000);
    call.function = "hello";
    call.request_id = "r-1";
    call.trace = "t-1";
    call.cause = model::CauseKind::http;
    call.source = "GET /hello";
    call.duration = base::Duration{1200};
    call.attempt = 2;
    call.cold = true;
    std::string text, json;
    model::append_text(text, call, false);
    EXPECT_EQ(text, "22:13:20.123 info  hello (http GET /hello) ok in 1.2ms cold attempt 2 [r-1]\n");
    model::append_json(json, call);
    EXPECT_EQ(json,
              R"({"time":"2023-11-14T22:13:20.123Z","level":"info","type":"invocation","number":0,"function":"hello",)"
              R"("request_id":"r-1","trace":"t-1","cause":"http","source":"GET /hello","result":"ok","attempt":2,)"
              R"("duration_us":1200,"cold":true})");
    std::string coloured;
    model::append_text(coloured, call, true);
    EXPECT_THAT(coloured, HasSubstr("\x1b["));
    std::string odd;
    model::append_json(odd, line("a\"b\n\x01\xff"));
    EXPECT_THAT(odd, HasSubstr(R"("message":"a\"b\n\u0001\ufffd"})"));
}

}  // namespace
}  // namespace faasd::runtime::testing
