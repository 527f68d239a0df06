// The services over AWS's own protocols, beside the bare server, and beside other servers of the same protocols where they
// run on this machine: FAASD_BENCH_SQS, FAASD_BENCH_DYNAMODB (DynamoDB Local), FAASD_BENCH_DYNALITE and FAASD_BENCH_S3
// give their ports.
#include <chrono>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "measure/aws_requests.hpp"
#include "measure/bars.hpp"
#include "measure/load.hpp"
#include "measure/subject.hpp"

namespace faasd::bench {
namespace {

using Request = std::function<void(std::string&, std::uint64_t)>;
constexpr int kRounds = 3;

double rate_of(std::uint16_t port, const Request& request, unsigned connections = 32, std::uint64_t requests = 0) {
    return run_load({port, connections, std::chrono::seconds{2}, requests, request, false}).per_second;
}

Request always(std::string bytes) {
    return [bytes = std::move(bytes)](std::string& out, std::uint64_t) { out = bytes; };
}

std::string answer_of(std::uint16_t port, const std::string& request) {
    return run_load({port, 1, std::chrono::seconds{10}, 1, always(request), true}).bodies.front();
}

// faasd, the bare server and a peer, in turns.
struct Beside {
    double ours = 0, bare = 0, peer = 0;  // medians; 0: no peer
};
Beside measure_beside(std::uint16_t ours, std::uint16_t bare, std::optional<std::uint16_t> other, const Request& request) {
    std::vector<double> a, b, c;
    rate_of(ours, request);
    for (int round = 0; round < kRounds; ++round) {
        b.push_back(rate_of(bare, request));
        a.push_back(rate_of(ours, request));
        if (other) c.push_back(rate_of(*other, request));
    }
    return {median(a), median(b), c.empty() ? 0 : median(c)};
}

void add(Report& report, const std::string& name, const Beside& got, double of_bare, double of_peer, double times = 1) {
    std::string beside = "bare Beast " + rate(got.bare), ratio = fixed(got.ours / got.bare, 2), bar;
    bool met = true;
    if (of_bare > 0) {
        bar = ">= " + fixed(of_bare, 1) + " x bare";
        met = got.ours >= of_bare * got.bare;
    }
    if (got.peer > 0) {
        beside += ", peer " + rate(got.peer * times);
        ratio += ", " + fixed(got.ours / got.peer, 1);
        bar += (bar.empty() ? ">= " : ", ") + fixed(of_peer, 0) + " x peer";
        met = met && got.ours >= of_peer * got.peer;
    }
    report.add({name, rate(got.ours * times), beside, ratio, bar, bar.empty() ? Met::no_bar : met_if(met)});
}

std::string queue_url(const std::string& name) { return "http://127.0.0.1/000000000000/" + name; }

std::string sqs(const std::string& operation, const nlohmann::json& params) {
    return aws_json("sqs", "AmazonSQS." + operation, params.dump());
}

std::string dynamodb(const std::string& operation, const nlohmann::json& params) {
    return aws_json("dynamodb", "DynamoDB_20120810." + operation, params.dump());
}

std::string batch_of_ten(const std::string& queue, const std::string& message) {
    nlohmann::json entries = nlohmann::json::array();
    for (int i = 0; i < 10; ++i)
        entries.push_back({{"Id", std::to_string(i)}, {"MessageBody", message}});
    return sqs("SendMessageBatch", {{"QueueUrl", queue_url(queue)}, {"Entries", std::move(entries)}});
}

// Messages a second that are received and then deleted, ten a request.
double receive_and_delete(std::uint16_t port, const std::string& queue, std::uint64_t messages) {
    const std::string receive = sqs("ReceiveMessage", {{"QueueUrl", queue_url(queue)}, {"MaxNumberOfMessages", 10}});
    const auto received = run_load({port, 32, {}, messages / 10, always(receive), true});
    std::vector<std::string> deletes;
    for (const std::string& body : received.bodies) {
        nlohmann::json entries = nlohmann::json::array();
        const auto answer = nlohmann::json::parse(body);
        for (const auto& message : answer.value("Messages", nlohmann::json::array()))
            entries.push_back({{"Id", std::to_string(entries.size())}, {"ReceiptHandle", message.at("ReceiptHandle")}});
        if (!entries.empty())
            deletes.push_back(sqs("DeleteMessageBatch", {{"QueueUrl", queue_url(queue)}, {"Entries", std::move(entries)}}));
    }
    const auto deleted = run_load({port, 32, {}, deletes.size(),
                                   [&](std::string& out, std::uint64_t n) { out = deletes[n % deletes.size()]; }, false});
    return static_cast<double>(messages) / (received.seconds + deleted.seconds);
}

// MB/s of the AWS CLI.
double upload_by_cli(const std::string& file, std::uint16_t port) {
    const auto begin = std::chrono::steady_clock::now();
    const auto copied = test::run({"aws", "s3", "cp", "--quiet", file, "s3://aws-bench/gigabyte"}, "/", {},
                                  {{"AWS_ENDPOINT_URL", "http://127.0.0.1:" + std::to_string(port)},
                                   {"AWS_ACCESS_KEY_ID", "test"},
                                   {"AWS_SECRET_ACCESS_KEY", "test"},
                                   {"AWS_DEFAULT_REGION", "us-east-1"}});
    if (copied.exit_code != 0) throw std::runtime_error("aws s3 cp: " + copied.err);
    return 1073.7 / std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

// A bar that is a figure or, where a peer runs, a multiple of it.
void add_either(Report& report, const std::string& name, double ours, double peer, double figure, double of_peer,
                const std::string& beside) {
    const std::string comma = beside.empty() ? "" : ", ";
    report.add({name, rate(ours), peer > 0 ? beside + comma + "peer " + rate(peer) : beside, peer > 0 ? fixed(ours / peer, 1) : "",
                ">= " + rate(figure) + " or " + fixed(of_peer, 0) + " x peer",
                met_if(ours >= figure || (peer > 0 && ours >= of_peer * peer))});
}

}  // namespace

void measure_aws_sqs(Report& report) {
    const BareServer bare;
    Subject subject(full_data());
    const auto port = subject.control_port();
    const auto other = peer("FAASD_BENCH_SQS");
    const std::string message(100, 'm');
    for (const auto to : {std::optional<std::uint16_t>(port), other})
        if (to) answer_of(*to, sqs("CreateQueue", {{"QueueName", "aws"}}));
    add(report, "SQS SendMessage, durable, 32 connections",
        measure_beside(port, bare.port(), other,
                       always(sqs("SendMessage", {{"QueueUrl", queue_url("aws")}, {"MessageBody", message}}))),
        0.4, 10);
    const auto batches = measure_beside(port, bare.port(), other, always(batch_of_ten("aws", message)));
    add_either(report, "  SendMessageBatch of 10, messages", batches.ours * 10, batches.peer * 10, 200'000, 8,
               "bare Beast " + rate(batches.bare) + " requests");
    std::vector<double> empty, full, theirs;
    for (int round = 0; round < kRounds; ++round) {
        empty.push_back(receive_and_delete(port, "aws", 20'000));
        full.push_back(receive_and_delete(port, "full", 20'000));
        if (other) theirs.push_back(receive_and_delete(*other, "aws", 5'000));
    }
    add_either(report, "  receive and delete by tens, messages", median(empty), other ? median(theirs) : 0, 200'000, 8, "");
    report.add({"  the same at 1 M of backlog", rate(median(full)),
                "smaller queue " + rate(median(empty)), fixed(median(full) / median(empty), 2), "as fast (>= 0.8)",
                met_if(median(full) >= 0.8 * median(empty))});
}

void measure_aws_dynamodb(Report& report) {
    const BareServer bare;
    Subject subject;
    const auto port = subject.control_port();
    const auto other = peer("FAASD_BENCH_DYNAMODB"), dynalite = peer("FAASD_BENCH_DYNALITE");
    for (const auto to : {std::optional<std::uint16_t>(port), other, dynalite})
        if (to)
            answer_of(*to, dynamodb("CreateTable", {{"TableName", "aws"},
                                                    {"KeySchema", {{{"AttributeName", "id"}, {"KeyType", "HASH"}}}},
                                                    {"AttributeDefinitions", {{{"AttributeName", "id"}, {"AttributeType", "S"}}}},
                                                    {"BillingMode", "PAY_PER_REQUEST"}}));
    std::mt19937_64 random(1);
    const auto id = [&random] { return "item-" + std::to_string(random() % 100'000); };
    const Request put = [&](std::string& out, std::uint64_t) {
        out = dynamodb("PutItem", {{"TableName", "aws"},
                                   {"Item", {{"id", {{"S", id()}}},
                                             {"name", {{"S", "a product"}}},
                                             {"price", {{"N", "5"}}},
                                             {"text", {{"S", std::string(40, 'y')}}}}}});
    };
    const Request get = [&](std::string& out, std::uint64_t) {
        out = dynamodb("GetItem", {{"TableName", "aws"}, {"Key", {{"id", {{"S", id()}}}}}});
    };
    add(report, "DynamoDB PutItem, durable, 32 connections", measure_beside(port, bare.port(), other, put), 0, 10);
    add(report, "  GetItem", measure_beside(port, bare.port(), other, get), 0, 4);
    if (!dynalite) return;
    add(report, "  PutItem beside dynalite", measure_beside(port, bare.port(), dynalite, put), 0, 4);
    add(report, "  GetItem beside dynalite", measure_beside(port, bare.port(), dynalite, get), 0, 4);
}

void measure_aws_s3(Report& report) {
    const BareServer bare;
    Subject subject;
    const auto port = subject.control_port();
    const auto other = peer("FAASD_BENCH_S3");
    answer_of(port, s3_request("PUT", "/aws-bench"));
    const std::string small(1024, 's');
    std::mt19937_64 random(1);
    const auto key = [&random] { return "/aws-bench/object-" + std::to_string(random() % 10'000); };
    for (const auto to : {std::optional<std::uint16_t>(port), other})
        if (to)
            rate_of(*to, [&](std::string& out, std::uint64_t n) {
                out = s3_request("PUT", "/aws-bench/object-" + std::to_string(n), small);
            }, 32, 10'000);
    add(report, "S3 put of 1 KiB, durable, 32 connections",
        measure_beside(port, bare.port(), other, [&](std::string& out, std::uint64_t) { out = s3_request("PUT", key(), small); }),
        0, 10);
    add(report, "  get of 1 KiB",
        measure_beside(port, bare.port(), other, [&](std::string& out, std::uint64_t) { out = s3_request("GET", key()); }), 0, 8);
    const std::string large(std::size_t{64} << 20, 'l');
    const auto speed = [&](std::uint16_t to, const std::string& method) {
        const double seconds = run_load({to, 1, {}, 4, always(s3_request(method, "/aws-bench/large", method == "GET" ? "" : large)), false}).seconds;
        return 4 * static_cast<double>(large.size()) / 1e6 / seconds;
    };
    for (const char* method : {"PUT", "GET"}) {
        const double ours = speed(port, method), theirs = other ? speed(*other, method) : 0;
        report.add({std::string("  64 MiB ") + (method[0] == 'P' ? "put" : "get"), fixed(ours, 0, " MB/s"),
                    other ? "peer " + fixed(theirs, 0, " MB/s") : "", other ? fixed(ours / theirs, 2) : "",
                    other ? ">= 1 x peer" : "", other ? met_if(ours >= theirs) : Met::no_bar});
    }
    const test::TemporaryFolder folder;
    const std::string file = (folder.path() / "gigabyte").string();
    if (test::run({"truncate", "-s", "1G", file}).exit_code != 0) throw std::runtime_error("no room for 1 GiB");
    const BareServer discard(BENCH_DISCARD_SERVER);
    const Memory before = memory_of(subject.daemon().pid());
    std::vector<double> ours, theirs;
    for (int round = 0; round < kRounds; ++round) {
        theirs.push_back(upload_by_cli(file, discard.port()));
        ours.push_back(upload_by_cli(file, port));
    }
    const Memory after = memory_of(subject.daemon().pid());
    report.add({"  1 GiB by aws s3 cp, in parts", fixed(median(ours), 0, " MB/s"),
                "a server that throws it away " + fixed(median(theirs), 0, " MB/s"), fixed(median(ours) / median(theirs), 2),
                ">= 0.8 x", met_if(median(ours) >= 0.8 * median(theirs))});
    report.add({"  memory of its own after three of them", megabytes(after.anonymous), "before " + megabytes(before.anonymous), "",
                "flat (<= 16 MB more)", met_if(after.anonymous <= before.anonymous + 16e6)});
}

void measure_aws_lambda(Report& report) {
    const BareServer bare;
    Subject subject;
    add(report, "Lambda Invoke of a native function, 32 connections",
        measure_beside(subject.control_port(), bare.port(), std::nullopt, always(lambda_request("work0", "{}"))), 0.4, 0);
}

void measure_aws_start(Report& report) {
    const test::TemporaryFolder app, data;
    write_five_functions(app);
    const auto start = [&](const std::filesystem::path& folder) {
        std::vector<double> times;
        for (int round = 0; round < 7; ++round) {
            const auto begin = std::chrono::steady_clock::now();
            test::DaemonProcess daemon(app.path(), {"--data-dir", folder.string(), "--log-level", "warn"});
            if (!daemon.running()) throw std::runtime_error(daemon.log());
            times.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count());
            daemon.stop();
        }
        return median(times);
    };
    const test::TemporaryFolder bare_state;
    const double empty = start(bare_state.path());
    {
        test::DaemonProcess daemon(app.path(), {"--data-dir", data.path().string(), "--log-level", "warn"});
        const auto port = daemon.control_port();
        rate_of(port, [](std::string& out, std::uint64_t n) {
            out = sqs("CreateQueue", {{"QueueName", "queue-" + std::to_string(n)}});
        }, 8, 1000);
        rate_of(port, [](std::string& out, std::uint64_t n) {
            out = dynamodb("CreateTable", {{"TableName", "table-" + std::to_string(n)},
                                           {"KeySchema", {{{"AttributeName", "id"}, {"KeyType", "HASH"}}}},
                                           {"AttributeDefinitions", {{{"AttributeName", "id"}, {"AttributeType", "S"}}}},
                                           {"BillingMode", "PAY_PER_REQUEST"}});
        }, 8, 1000);
        answer_of(port, s3_request("PUT", "/aws-start"));
        rate_of(port, [](std::string& out, std::uint64_t n) {
            out = s3_request("PUT", "/aws-start/object-" + std::to_string(n), "x");
        }, 32, 100'000);
        daemon.stop();
    }
    const double full = start(data.path());
    report.add({"start with 1,000 queues, 1,000 tables, 100,000 objects", fixed(full, 1, "ms"), "empty " + fixed(empty, 1, "ms"),
                fixed(full / empty, 2), "nothing measurable (<= 1.2)", met_if(full <= 1.2 * empty + 1)});
}

}  // namespace faasd::bench
