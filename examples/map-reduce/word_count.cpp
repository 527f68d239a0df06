// Counts the words of a text: split cuts it into pieces, map counts one piece, reduce adds the counts up.
#include <faasd/function.hpp>

#include "words.hpp"

using faasd::json;

// texts/4/book.txt: pieces of BATCH_SIZE lines, as byte ranges, go to the queue pieces-4.
void split(const faasd::BlobEvent& text, faasd::Context& context) {
    const auto original = context.bucket("texts").get(text.key);
    if (!original) return;  // deleted meanwhile
    const std::size_t lines = std::stoul(context.environment("BATCH_SIZE").value_or("500"));
    std::vector<std::string> messages;
    for (std::size_t begin = 0; begin < original->body.size();) {
        const std::size_t end = after_lines(original->body, begin, lines);
        json piece = {{"key", text.key}, {"number", messages.size()}, {"first", begin}, {"last", end - 1}};
        // For the lesson: a text whose name says so kills its first two mappers, once each; not again where that cut off
        // this call as well, and it is repeated: three crashes in a minute are a quarantine.
        if (text.key.ends_with("crash.txt") && messages.size() < 2 && context.attempt() == 1) piece["crash_once"] = true;
        messages.push_back(piece.dump());
        begin = end;
    }
    // First the job, then its pieces: a mapper must find what it is a part of. A second run of split (its call is
    // delivered at least once) starts the job anew, with the same pieces.
    context.table("jobs").put({{"job", text.key}, {"pieces", messages.size()}, {"done", 0}});
    context.queue("pieces-" + text.key.substr(0, text.key.find('/'))).send_batch(messages);
    context.log().info(text.key, ": ", messages.size(), " pieces");
}
FAASD_FUNCTION(split)

void map(const faasd::QueueBatch& batch, faasd::Context& context) {
    for (const faasd::QueueMessage& message : batch) {
        const json piece = message.json();
        const std::string job = piece.at("key"), number = piece.at("number").dump();
        if (piece.value("crash_once", false) && message.receive_count == 1) std::abort();
        const auto text = context.bucket("texts").get_range(job, piece.at("first"), piece.at("last"));
        if (!text) continue;
        context.bucket("counts").put(job + "/" + number, to_lines(count_words(text->body)));

        // One more is done, unless this piece was counted as done before: a message may come twice.
        auto jobs = context.table("jobs");
        const faasd::Expression done{"SET done = done + :one, #piece = :one", {{":one", 1}}, {{"#piece", "p" + number}}};
        auto state = jobs.update_if(job, done, "attribute_not_exists(#piece)");
        if (!state) state = jobs.get(job);
        // Whoever finds that all are done says so. It may be said twice, after a crash between the two: the
        // reducer writes the same result again.
        if (state && state->at("done") == state->at("pieces")) context.invoke_async("reduce", {{"job", job}});
    }
}
FAASD_FUNCTION(map)

void reduce(const json& event, faasd::Context& context) {
    const std::string job = event.at("job");
    const auto state = context.table("jobs").get(job);
    std::vector<std::string> pieces;
    for (std::size_t number = 0; number < state->at("pieces"); ++number)
        pieces.push_back(context.bucket("counts").get(job + "/" + std::to_string(number)).value().body);
    Counts total;
    for (const std::string& lines : pieces)
        add_lines(lines, total);
    context.bucket("counts").put("result/" + job, to_lines(total), {.content_type = "text/plain"});
    context.log().info(job, ": ", total.size(), " different words");
}
FAASD_FUNCTION(reduce)
