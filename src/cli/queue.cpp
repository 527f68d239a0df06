#include <iostream>

#include <CLI/CLI.hpp>

#include "cli/control_client.hpp"
#include "cli/print.hpp"

namespace faasd::cli {
namespace {

using nlohmann::json;

void print_messages(const json& messages, bool as_json) {
    if (as_json) return print_json(messages);
    for (const json& message : messages) {
        std::cout << message.value("id", "") << "  received " << message.value("receive_count", 0) << "x  sent "
                  << message.value("sent_at", "") << '\n'
                  << message.value("body", "") << '\n';
        if (message.contains("receipt_handle"))
            std::cout << "receipt handle: " << message["receipt_handle"].get<std::string>() << '\n';
    }
}

void add_list(CLI::App& group, Program& program) {
    auto* command = group.add_subcommand("list", "Every queue and what is in it");
    command->footer("Example: faasd queue list");
    command->callback([&program] {
        const json queues = ControlClient(program).operation("queue.list", json::object()).value.at("queues");
        if (program.json) return print_json(queues);
        std::vector<std::vector<std::string>> rows{{"QUEUE", "VISIBLE", "IN FLIGHT", "DELAYED", "OLDEST"}};
        for (const json& queue : queues)
            rows.push_back({queue.value("name", ""), plain(queue["visible"]), plain(queue["in_flight"]),
                            plain(queue["delayed"]), queue.value("oldest_sent_at", "-")});
        print_rows(rows);
    });
}

void add_send(CLI::App& group, Program& program) {
    struct Options {
        std::string queue, body, file, group_id, deduplication_id;
        double delay = 0;
    };
    auto options = std::make_shared<Options>();
    auto* command = group.add_subcommand("send", "Send a message and print its id");
    command->add_option("queue", options->queue, "The queue's name")->required();
    auto* body = command->add_option("body", options->body, "The message; '-' reads standard input");
    command->add_option("--data-file,-f", options->file, "A file with the message")->excludes(body);
    command->add_option("--delay", options->delay, "Seconds before it can be received, up to 900")->check(CLI::Range(0.0, 900.0));
    command->add_option("--group", options->group_id, "Message group id (FIFO queues)");
    command->add_option("--deduplication-id", options->deduplication_id, "Deduplication id (FIFO queues)");
    command->footer("Example: faasd queue send jobs '{\"job\": 1}'");
    command->callback([options, &program] {
        json params = {{"queue", options->queue}};
        if (options->delay > 0) params["delay_seconds"] = options->delay;
        if (!options->group_id.empty()) params["group_id"] = options->group_id;
        if (!options->deduplication_id.empty()) params["deduplication_id"] = options->deduplication_id;
        const auto sent =
            ControlClient(program).operation("queue.send", params, read_data(options->body, options->file)).value;
        if (program.json) return print_json(sent);
        std::cout << sent.value("message_id", "") << '\n';
    });
}

void add_receive(CLI::App& group, Program& program) {
    struct Options {
        std::string queue;
        unsigned max = 1;
        double wait = 0;
        bool remove = false;
    };
    auto options = std::make_shared<Options>();
    auto* command = group.add_subcommand("receive", "Receive messages; they come back after the visibility timeout");
    command->add_option("queue", options->queue, "The queue's name")->required();
    command->add_option("--max", options->max, "At most so many, 1 to 10")->check(CLI::Range(1, 10));
    command->add_option("--wait", options->wait, "Seconds to wait for the first, up to 20")->check(CLI::Range(0.0, 20.0));
    command->add_flag("--delete", options->remove, "Delete them once they are printed");
    command->footer("Example: faasd queue receive jobs --max 10 --delete");
    command->callback([options, &program] {
        const ControlClient client(program);
        const json messages = client
                                  .operation("queue.receive", {{"queue", options->queue},
                                                               {"max_messages", options->max},
                                                               {"wait_seconds", options->wait}})
                                  .value.at("messages");
        print_messages(messages, program.json);
        if (!options->remove || messages.empty()) return;
        json handles = json::array();
        for (const json& message : messages)
            handles.push_back(message.at("receipt_handle"));
        client.operation("queue.delete", {{"queue", options->queue}, {"receipt_handles", handles}});
    });
}

void add_peek(CLI::App& group, Program& program) {
    auto queue = std::make_shared<std::string>();
    auto limit = std::make_shared<unsigned>(10);
    auto* command = group.add_subcommand("peek", "Look at messages without receiving them");
    command->add_option("queue", *queue, "The queue's name")->required();
    command->add_option("--limit", *limit, "At most so many")->check(CLI::Range(1, 1000));
    command->footer("Example: faasd queue peek jobs");
    command->callback([queue, limit, &program] {
        print_messages(ControlClient(program)
                           .operation("queue.peek", {{"queue", *queue}, {"limit", *limit}})
                           .value.at("messages"),
                       program.json);
    });
}

void add_purge(CLI::App& group, Program& program) {
    auto queue = std::make_shared<std::string>();
    auto* command = group.add_subcommand("purge", "Delete every message of a queue");
    command->add_option("queue", *queue, "The queue's name")->required();
    command->footer("Example: faasd queue purge jobs");
    command->callback([queue, &program] {
        ControlClient(program).operation("queue.purge", {{"queue", *queue}});
        if (!program.json) std::cout << "purged " << *queue << '\n';
    });
}

void add_redrive(CLI::App& group, Program& program) {
    struct Options {
        std::string queue, to;
        unsigned rate = 0;
    };
    auto options = std::make_shared<Options>();
    auto* command = group.add_subcommand("redrive", "Move the messages of a dead-letter queue back to where they came from");
    command->add_option("queue", options->queue, "The dead-letter queue's name")->required();
    command->add_option("--to", options->to, "Move them to this queue instead");
    command->add_option("--rate", options->rate, "At most so many a second")->check(CLI::Range(1, 500));
    command->footer("Example: faasd queue redrive jobs-dead --rate 10");
    command->callback([options, &program] {
        json params = {{"queue", options->queue}};
        if (!options->to.empty()) params["to"] = options->to;
        if (options->rate > 0) params["max_per_second"] = options->rate;
        const auto started = ControlClient(program).operation("queue.redrive", params).value;
        if (program.json) return print_json(started);
        std::cout << started.value("id", "") << '\n';
    });
}

void add_redrives(CLI::App& group, Program& program) {
    auto queue = std::make_shared<std::string>();
    auto* command = group.add_subcommand("redrives", "The last moves out of a dead-letter queue, and how far they are");
    command->add_option("queue", *queue, "The dead-letter queue's name")->required();
    command->footer("Example: faasd queue redrives jobs-dead");
    command->callback([queue, &program] {
        const json moves = ControlClient(program).operation("queue.redrives", {{"queue", *queue}}).value.at("redrives");
        if (program.json) return print_json(moves);
        std::vector<std::vector<std::string>> rows{{"ID", "STATUS", "MOVED", "OF", "TO", "STARTED"}};
        for (const json& move : moves)
            rows.push_back({move.value("id", ""), move.value("status", ""), plain(move["moved"]), plain(move["to_move"]),
                            move.value("to", "-"), move.value("started_at", "-")});
        print_rows(rows);
    });
}

}  // namespace

void add_queue(CLI::App& app, Program& program) {
    auto* group = app.add_subcommand("queue", "Queues: list, send, receive, peek, purge, redrive");
    group->footer("Example: faasd queue list");
    group->require_subcommand(1);
    add_list(*group, program);
    add_send(*group, program);
    add_receive(*group, program);
    add_peek(*group, program);
    add_purge(*group, program);
    add_redrive(*group, program);
    add_redrives(*group, program);
}

}  // namespace faasd::cli
