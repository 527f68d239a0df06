#include <gmock/gmock.h>

#include "runtime/record_ring.hpp"

namespace faasd::runtime::testing {
namespace {

model::LogEntry line(std::string_view function, std::string_view message) {
    model::LogEntry entry;
    entry.function = function;
    entry.message = message;
    return entry;
}
model::LogPage read(const RecordRing& ring, model::LogQuery query) {
    model::LogPage page;
    ring.read(query, std::size_t{1} << 20, page);
    return page;
}

TEST(RecordRing, gives_back_what_was_appended_in_order_and_whole) {
    RecordRing ring(1 << 20);
    model::LogEntry call;
    call.kind = model::LogEntry::Kind::invocation;
    call.level = model::LogLevel::warn;
    call.at = base::from_micros(17);
    call.function = "encode";
    call.request_id = "r-1";
    call.trace = "t-1";
    call.source = "to-encode";
    call.parent = "r-0";
    call.message = "OutOfStock: none left";
    call.cause = model::CauseKind::queue;
    call.status = model::OutcomeStatus::function_error;
    call.attempt = 3;
    call.cold = true;
    call.duration = base::Duration{1234};
    ring.append(line("hello", "hi"));
    ring.append(call);
    const auto page = read(ring, {});
    ASSERT_EQ(page.entries.size(), 2U);
    EXPECT_EQ(page.next, 2U);
    EXPECT_EQ(page.entries[0].message, "hi");
    const auto& got = page.entries[1];
    EXPECT_EQ(got.number, 2U);
    EXPECT_EQ(got.kind, call.kind);
    EXPECT_EQ(got.level, call.level);
    EXPECT_EQ(got.at, call.at);
    EXPECT_EQ(got.function, call.function);
    EXPECT_EQ(got.request_id, call.request_id);
    EXPECT_EQ(got.trace, call.trace);
    EXPECT_EQ(got.source, call.source);
    EXPECT_EQ(got.parent, call.parent);
    EXPECT_EQ(got.message, call.message);
    EXPECT_EQ(got.cause, call.cause);
    EXPECT_EQ(got.status, call.status);
    EXPECT_EQ(got.attempt, call.attempt);
    EXPECT_TRUE(got.cold);
    EXPECT_EQ(got.duration, call.duration);
}

// Entries of all lengths, many times the memory: at each step what is there is the newest, without gaps.
TEST(RecordRing, keeps_the_newest_entries_whatever_their_lengths) {
    RecordRing ring(128 * 1024);
    std::uint64_t oldest = 1;
    for (std::uint64_t n = 1; n <= 4000; ++n) {
        const std::string text = std::to_string(n) + std::string(n * 7919 % 1500, 'x');
        ASSERT_EQ(ring.append(line("f", text)), n);
        if (n % 97 != 0) continue;
        model::LogQuery all;
        all.limit = 100'000;
        const auto page = read(ring, all);
        ASSERT_FALSE(page.entries.empty());
        EXPECT_GE(page.entries.front().number, oldest);
        EXPECT_EQ(page.entries.back().number, n);
        oldest = page.entries.front().number;
        for (std::size_t i = 0; i < page.entries.size(); ++i) {
            const std::uint64_t number = oldest + i;
            ASSERT_EQ(page.entries[i].number, number);
            ASSERT_EQ(page.entries[i].message, std::to_string(number) + std::string(number * 7919 % 1500, 'x'));
        }
    }
    EXPECT_GT(oldest, 3000U);
}

TEST(RecordRing, a_reader_goes_on_where_it_was_and_is_told_what_it_missed) {
    RecordRing ring(128 * 1024);
    for (int i = 0; i < 100; ++i)
        ring.append(line("f", "text"));
    model::LogQuery query;
    query.after = 70;
    query.limit = 10;
    auto page = read(ring, query);
    EXPECT_EQ(page.entries.front().number, 71U);
    EXPECT_EQ(page.next, 80U);
    EXPECT_EQ(page.missed, 0U);
    for (int i = 0; i < 5000; ++i)
        ring.append(line("f", "text"));
    query.after = page.next;
    page = read(ring, query);
    EXPECT_EQ(page.missed, page.entries.front().number - 81);
    EXPECT_GT(page.missed, 0U);
    query.after = 5100;
    EXPECT_TRUE(read(ring, query).entries.empty());
}

TEST(RecordRing, a_reader_of_an_earlier_daemon_starts_again) {
    RecordRing ring(128 * 1024);
    ring.append(line("f", "first"));
    model::LogQuery query;
    query.after = 1000;
    EXPECT_EQ(read(ring, query).entries.size(), 1U);
}

TEST(RecordRing, finds_by_function_trace_request_and_time) {
    RecordRing ring(128 * 1024);
    for (int i = 0; i < 10; ++i) {
        model::LogEntry entry = line(i % 2 ? "odd" : "even", "");
        const std::string trace = "trace-" + std::to_string(i / 2), request = "request-" + std::to_string(i);
        entry.trace = trace;
        entry.request_id = request;
        entry.at = base::from_micros(i);
        ring.append(entry);
    }
    const auto count = [&](const model::LogQuery& query) { return read(ring, query).entries.size(); };
    model::LogQuery query;
    query.function = "odd";
    EXPECT_EQ(count(query), 5U);
    EXPECT_EQ(read(ring, query).next, 10U);
    query.trace = "trace-3";
    EXPECT_EQ(count(query), 1U);
    query = {};
    query.trace = "trace";
    EXPECT_EQ(count(query), 10U);
    query.request_id = "request-7";
    EXPECT_EQ(count(query), 1U);
    query = {};
    query.since = base::from_micros(8);
    EXPECT_EQ(count(query), 2U);
}

TEST(RecordRing, cuts_texts_that_are_too_long) {
    RecordRing ring(128 * 1024);
    ring.append(line("f", std::string(100'000, 'x')));
    EXPECT_EQ(read(ring, {}).entries[0].message.size(), RecordRing::kMaxText);
}

}  // namespace
}  // namespace faasd::runtime::testing
