#include "fault_injection/kill_client.hpp"

#include <cstring>
#include <functional>

#include "base/digest.hpp"
#include "fault_injection/aws_door.hpp"

namespace faasd::test {
namespace {

using nlohmann::json;

std::string text_of(const json& item, const char* name) {
    return item.is_object() && item.contains(name) ? item[name].dump() : std::string();
}

// The item of an answer to table.get, or null.
json item_of(const gateway::ClientResponse& response) {
    const json answer = json::parse(response.body, nullptr, false);
    return answer.is_object() && answer.contains("result") ? answer["result"].value("item", json()) : json();
}

Ledger::Value version_of(const json& item) {
    if (!item.is_object()) return std::nullopt;
    return text_of(item, "version");
}

}  // namespace

std::string object_bytes(const std::string& key, const std::string& value) {
    std::mt19937_64 random(std::hash<std::string>{}(key + '=' + value));
    std::string bytes(std::stoull(value.substr(value.find(':') + 1)), '\0');
    for (std::size_t at = 0; at < bytes.size(); at += sizeof(std::uint64_t)) {
        const std::uint64_t word = random();
        std::memcpy(bytes.data() + at, &word, std::min(sizeof word, bytes.size() - at));
    }
    return bytes;
}

void KillClient::run(const DaemonProcess& daemon) {
    while (step(daemon)) {
    }
}

bool KillClient::step(const DaemonProcess& daemon) {
    switch (pick(17)) {
        case 0: case 1: return send_kept(daemon);
        case 2: case 3: return send_mapped(daemon);
        case 4: return send_ordered(daemon);
        case 5: return take_kept(daemon);
        case 6: return call(daemon);
        case 7: return put_item(daemon);
        case 8: return delete_item(daemon);
        case 9: return read_item(daemon, some_item());
        case 10: return add(daemon);
        case 11: return advance(daemon);
        case 12: return put_pair(daemon) && read_pair(daemon);
        case 13: return put_object(daemon, false);
        case 14: return put_object(daemon, true);
        case 15: return delete_object(daemon);
        default: return read_object(daemon, some_object());
    }
}

bool KillClient::accepted(const gateway::ClientResponse& response, const std::string& what) {
    if (response.status / 100 == 2) {
        ++acknowledged_;
        return true;
    }
    if (response.status != 0) complain(what + ": " + std::to_string(response.status) + ' ' + response.body);
    return false;
}

bool KillClient::send(Sent& sent, const std::string& id, const std::function<gateway::ClientResponse()>& request) {
    sent.tried.insert(id);
    const auto response = request();
    if (accepted(response, id)) sent.acknowledged.insert(id);
    return response.status != 0;
}

// Through either door.
bool KillClient::send_to(const DaemonProcess& daemon, const std::string& queue, const std::string& body, Sent& sent) {
    return send(sent, body, [&] {
        if (pick(2) == 0) return daemon.control("POST", "queues/" + queue + "/messages", body);
        return aws_call(daemon, "AmazonSQS.SendMessage",
                        {{"QueueUrl", "http://127.0.0.1/000000000000/" + queue}, {"MessageBody", body}});
    });
}

bool KillClient::send_kept(const DaemonProcess& daemon) { return send_to(daemon, "kept", next("kept"), kept); }

bool KillClient::send_mapped(const DaemonProcess& daemon) { return send_to(daemon, "mapped", next("mapped"), mapped); }

bool KillClient::send_ordered(const DaemonProcess& daemon) {
    const auto number = std::to_string(++ordered_number_), body = name_ + '/' + number;
    return send(ordered, body, [&] {
        if (pick(2) == 0)
            return daemon.control("POST", "queues/ordered.fifo/messages?group_id=" + name_ + "&deduplication_id=" + name_ + number,
                                  body);
        return aws_call(daemon, "AmazonSQS.SendMessage", {{"QueueUrl", "http://127.0.0.1/000000000000/ordered.fifo"},
                                                          {"MessageBody", body},
                                                          {"MessageGroupId", name_},
                                                          {"MessageDeduplicationId", name_ + number}});
    });
}

bool KillClient::call(const DaemonProcess& daemon) {
    const auto id = next("call");
    return send(calls, id, [&] {
        const json payload = {{"id", id}};
        if (pick(2) == 0) return daemon.control("POST", "functions/deliver_call/invocations?async=true", payload.dump());
        return lambda_event(daemon, "deliver_call", payload);
    });
}

bool KillClient::take_kept(const DaemonProcess& daemon) {
    const auto started = DeletedMessages::Time::clock::now();
    const auto received =
        daemon.control("POST", "operations/queue.receive", R"({"queue":"kept","max_messages":1})");
    if (!accepted(received, "queue.receive")) return received.status != 0;
    json handles = json::array();
    std::vector<std::string> bodies;
    const json messages = json::parse(received.body)["result"]["messages"];
    for (const json& message : messages) {
        handles.push_back(message["receipt_handle"]);
        bodies.push_back(message["body"]);
        if (deleted_.contains(bodies.back(), started)) complain("received although it is deleted: " + bodies.back());
    }
    if (bodies.empty()) return true;
    deletes_tried.insert(bodies.begin(), bodies.end());
    const auto response = daemon.control("POST", "operations/queue.delete",
                                         json{{"queue", "kept"}, {"receipt_handles", std::move(handles)}}.dump());
    if (!accepted(response, "queue.delete")) return response.status != 0;
    const json results = json::parse(response.body)["result"]["results"];
    for (std::size_t i = 0; i < bodies.size(); ++i) {
        if (results.at(i).contains("error")) {
            complain("not deleted: " + results[i].dump());
        } else {
            deleted_.add(bodies[i]);
        }
    }
    return true;
}

bool KillClient::put_item(const DaemonProcess& daemon) {
    const auto key = some_item();
    const json item = {{"id", key}, {"version", ++number_}, {"filler", std::string(pick(600), 'x')}};
    items_.attempt(key, text_of(item, "version"));
    const auto put = [&] {
        if (pick(2) == 0)
            return daemon.control("POST", "operations/table.put",
                                  json{{"table", "items"}, {"plain", true}, {"item", item}}.dump());
        return aws_call(daemon, "DynamoDB_20120810.PutItem", {{"TableName", "items"},
                                                              {"Item", {{"id", {{"S", key}}},
                                                                        {"version", {{"N", text_of(item, "version")}}},
                                                                        {"filler", {{"S", item["filler"]}}}}}});
    };
    const auto response = put();
    if (accepted(response, "table.put")) items_.acknowledge(key, text_of(item, "version"));
    return response.status != 0;
}

bool KillClient::delete_item(const DaemonProcess& daemon) {
    const auto key = some_item();
    items_.attempt(key, std::nullopt);
    const auto response = daemon.control("POST", "operations/table.delete",
                                         json{{"table", "items"}, {"plain", true}, {"key", key}}.dump());
    if (accepted(response, "table.delete")) items_.acknowledge(key, std::nullopt);
    return response.status != 0;
}

bool KillClient::read_item(const DaemonProcess& daemon, const std::string& key) {
    const auto response =
        daemon.control("POST", "operations/table.get", json{{"table", "items"}, {"plain", true}, {"key", key}}.dump());
    if (!accepted(response, "table.get")) return response.status != 0;
    const auto version = version_of(item_of(response));
    const auto expected = items_.describe(key);
    if (!items_.observe(key, version))
        complain(key + " has version " + version.value_or("nothing") + ", expected " + expected);
    return true;
}

bool KillClient::add(const DaemonProcess& daemon) {
    ++maybe_added;
    const auto response = daemon.control(
        "POST", "operations/table.update",
        R"({"table":"items","plain":true,"key":"counter","update":"ADD n :one","values":{":one":1}})");
    if (accepted(response, "table.update")) {
        --maybe_added;
        ++added;
    }
    return response.status != 0;
}

// A counter that goes on only from the value that it is known to have.
bool KillClient::advance(const DaemonProcess& daemon) {
    const std::string key = "advancing-" + name_;
    if (!items_.known(key) && !read_item(daemon, key)) return false;
    const auto* known = items_.known(key);
    if (!known) return true;
    const std::uint64_t from = *known ? std::stoull(**known) : 0;
    json params = {{"table", "items"},
                   {"plain", true},
                   {"key", key},
                   {"update", "SET version = :next"},
                   {"condition", from == 0 ? "attribute_not_exists(version)" : "version = :from"},
                   {"values", {{":next", from + 1}}}};
    if (from != 0) params["values"][":from"] = from;
    const auto value = std::to_string(from + 1);
    items_.attempt(key, value);
    const auto response = daemon.control("POST", "operations/table.update", params.dump());
    if (accepted(response, key + " from " + std::to_string(from))) items_.acknowledge(key, value);
    return response.status != 0;
}

// Two tables, one transaction: they never differ.
bool KillClient::put_pair(const DaemonProcess& daemon) {
    const json item = {{"id", name_}, {"version", ++number_}};
    pairs_.attempt(name_, text_of(item, "version"));
    const json params = {{"plain", true},
                         {"actions", {{{"table", "left"}, {"put", item}}, {{"table", "right"}, {"put", item}}}}};
    const auto response = daemon.control("POST", "operations/table.transact_write", params.dump());
    if (accepted(response, "table.transact_write")) pairs_.acknowledge(name_, text_of(item, "version"));
    return response.status != 0;
}

bool KillClient::read_pair(const DaemonProcess& daemon) {
    for (const char* table : {"left", "right"}) {
        const auto response = daemon.control("POST", "operations/table.get",
                                             json{{"table", table}, {"plain", true}, {"key", name_}}.dump());
        if (!accepted(response, "table.get")) return response.status != 0;
        const auto version = version_of(item_of(response));
        const auto expected = pairs_.describe(name_);
        // What the left one shows is what the right one must have too.
        if (!pairs_.observe(name_, version))
            complain(std::string("the pair's ") + table + " has " + version.value_or("nothing") + ", expected " + expected);
    }
    return true;
}

bool KillClient::put_object(const DaemonProcess& daemon, bool large) {
    const auto key = some_object();
    const auto size = large ? 64 * 1024 + 1 + pick(200'000) : pick(4'000);
    const std::string value = std::to_string(++number_) + ':' + std::to_string(size);
    const std::string bytes = object_bytes(key, value);
    const std::string etag = base::md5_hex(bytes);
    object_ledger_.attempt(key, value);
    objects.tried.insert("object/" + key + '/' + etag);
    const bool as_aws = pick(2) == 0;
    const auto response =
        as_aws ? s3_put(daemon, "objects", key, bytes) : daemon.control("PUT", "buckets/objects/objects/" + key, bytes);
    if (accepted(response, "PUT " + key)) {
        object_ledger_.acknowledge(key, value);
        objects.acknowledged.insert("object/" + key + '/' + etag);
        const std::string said = as_aws ? response.header("ETag") : '"' + json::parse(response.body).value("etag", "") + '"';
        if (said != '"' + etag + '"') complain("PUT " + key + ": ETag " + said);
    }
    return response.status != 0;
}

bool KillClient::delete_object(const DaemonProcess& daemon) {
    const auto key = some_object();
    object_ledger_.attempt(key, std::nullopt);
    const auto response = daemon.control("DELETE", "buckets/objects/objects/" + key);
    if (accepted(response, "DELETE " + key)) object_ledger_.acknowledge(key, std::nullopt);
    return response.status != 0;
}

bool KillClient::read_object(const DaemonProcess& daemon, const std::string& key) {
    const auto response = daemon.control("GET", "buckets/objects/objects/" + key);
    if (response.status == 0) return false;
    const auto expected = object_ledger_.describe(key);
    if (response.status == 404) {
        if (!object_ledger_.observe(key, std::nullopt)) complain(key + " is missing, expected " + expected);
        return true;
    }
    if (!accepted(response, "GET " + key)) return true;
    const auto possible = object_ledger_.entries().find(key);
    if (possible != object_ledger_.entries().end()) {
        for (const auto& value : possible->second) {
            if (!value || object_bytes(key, *value) != response.body) continue;
            if (response.header("ETag") != '"' + base::md5_hex(response.body) + '"') complain(key + " has another ETag");
            object_ledger_.observe(key, *value);
            return true;
        }
    }
    complain(key + " has " + std::to_string(response.body.size()) + " other bytes, expected " + expected);
    return true;
}

void KillClient::verify(const DaemonProcess& daemon) {
    const auto keys_of = [](const Ledger& ledger) {
        std::vector<std::string> keys;
        for (const auto& [key, values] : ledger.entries())
            keys.push_back(key);
        return keys;
    };
    bool answered = true;
    for (const auto& key : keys_of(items_))
        answered = answered && read_item(daemon, key);
    for (const auto& key : keys_of(object_ledger_))
        answered = answered && read_object(daemon, key);
    answered = answered && read_pair(daemon);
    if (!answered) complain("the daemon does not answer");
}

}  // namespace faasd::test
