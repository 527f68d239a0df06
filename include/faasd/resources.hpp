// An app's queues, buckets and tables, as a handler uses them. Every call blocks until the daemon has done it,
// durably where it writes; a failure throws faasd::Error with the service's error code as its type. Objects are
// cheap to make, and valid while the handler runs.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "faasd/detail.hpp"

namespace faasd {
namespace detail {

struct OperationOutput {
    json result;
    std::string body;
};

// A call of the host, with its own way to run operations.
struct Host {
    const faasd_host* host;
    faasd_call* call;

    [[nodiscard]] OperationOutput run(std::string_view name, const json& params, std::string_view body = {}) const {
        faasd_operation_result result{};
        result.size = sizeof result;
        if (host->operation(call, raw(name), raw(dump(params)), raw(body), &result) != 0) {
            json about = json::parse(view(result.error_detail), nullptr, false);
            if (about.is_discarded()) about = nullptr;
            std::string code(view(result.error_code)), message(view(result.error_message));
            if (code == "TooManyConnections") throw TooManyConnections(std::move(code), message, std::move(about));
            throw Error(std::move(code), message, std::move(about));
        }
        json value = json::parse(view(result.json), nullptr, false);
        return {value.is_discarded() ? json(nullptr) : std::move(value), std::string(view(result.body))};
    }
};

inline double seconds(std::chrono::milliseconds time) { return static_cast<double>(time.count()) / 1000; }

}  // namespace detail

struct SendOptions {
    std::optional<std::chrono::milliseconds> delay{};
    std::string group_id{};          // FIFO queues
    std::string deduplication_id{};  // FIFO queues
    json attributes = json::object();  // {"name": "text"} or {"name": {"type": "Number", "value": "1"}}
};

class Queue {
  public:
    Queue(detail::Host host, std::string name) : host_(host), name_(std::move(name)) {}

    // The message's id, once it is stored.
    std::string send(std::string_view body, const SendOptions& options = {}) {
        json params = describe(options);
        params["queue"] = name_;
        return host_.run("queue.send", params, body).result.at("message_id");
    }
    std::string send_json(const json& body, const SendOptions& options = {}) { return send(detail::dump(body), options); }

    // Ten in one transaction, as many as there are; throws if any is refused.
    void send_batch(const std::vector<std::string>& bodies) {
        for (std::size_t begin = 0; begin < bodies.size(); begin += 10) {
            json entries = json::array();
            for (std::size_t i = begin; i < std::min(begin + 10, bodies.size()); ++i)
                entries.push_back({{"body", bodies[i]}});
            const json results = host_.run("queue.send_batch", {{"queue", name_}, {"entries", entries}}).result;
            for (const json& one : results.at("results"))
                if (one.contains("error"))
                    throw Error(one["error"].value("code", "Error"),
                                one["error"].value("message", "a message was refused"));
        }
    }

    // Receives by hand, for functions that are not the queue's consumer. [{"id","body","receipt_handle",...}]
    json receive(unsigned max_messages = 1, std::chrono::milliseconds wait = {}) {
        return host_
            .run("queue.receive",
                 {{"queue", name_}, {"max_messages", max_messages}, {"wait_seconds", detail::seconds(wait)}})
            .result.at("messages");
    }
    void remove(std::string_view receipt_handle) {
        (void)host_.run("queue.delete", {{"queue", name_}, {"receipt_handles", {receipt_handle}}});
    }

  private:
    static json describe(const SendOptions& options) {
        json params = json::object();
        if (options.delay) params["delay_seconds"] = detail::seconds(*options.delay);
        if (!options.group_id.empty()) params["group_id"] = options.group_id;
        if (!options.deduplication_id.empty()) params["deduplication_id"] = options.deduplication_id;
        if (!options.attributes.empty()) params["attributes"] = options.attributes;
        return params;
    }
    detail::Host host_;
    std::string name_;
};

struct PutOptions {
    std::string content_type = "application/octet-stream";
    json metadata = json::object();  // {"name": "text"}
    bool only_if_absent = false;     // else Error("PreconditionFailed")
};

struct Object {
    std::string body;
    std::string content_type, etag;
    json metadata;
    std::uint64_t size = 0;
};

class Bucket {
  public:
    Bucket(detail::Host host, std::string name) : host_(host), name_(std::move(name)) {}

    void put(std::string_view key, std::string_view body, const PutOptions& options = {}) {
        json params = {{"bucket", name_}, {"key", key}, {"content_type", options.content_type}};
        if (!options.metadata.empty()) params["metadata"] = options.metadata;
        if (options.only_if_absent) params["if_none_match"] = "*";
        (void)host_.run("bucket.put", params, body);
    }
    // Nothing where there is no such object.
    std::optional<Object> get(std::string_view key) { return fetch({{"bucket", name_}, {"key", key}}); }
    // Bytes first..last of it, inclusive.
    std::optional<Object> get_range(std::string_view key, std::uint64_t first, std::uint64_t last) {
        return fetch({{"bucket", name_}, {"key", key}, {"first", first}, {"last", last}});
    }
    void remove(std::string_view key) { (void)host_.run("bucket.delete", {{"bucket", name_}, {"key", key}}); }
    void copy(std::string_view from, std::string_view to) {
        (void)host_.run("bucket.copy", {{"from_bucket", name_}, {"from_key", from}, {"bucket", name_}, {"key", to}});
    }
    // Up to 1000 a page: {"objects":[{"key","size","etag",...}],"common_prefixes":[],"next_token":""}
    json list(std::string_view prefix = {}, std::string_view token = {}, std::string_view delimiter = {}) {
        return host_
            .run("bucket.list",
                 {{"bucket", name_}, {"prefix", prefix}, {"continuation_token", token}, {"delimiter", delimiter}})
            .result;
    }

  private:
    std::optional<Object> fetch(const json& params) {
        try {
            auto [about, body] = host_.run("bucket.get", params);
            return Object{std::move(body), about.value("content_type", ""), about.value("etag", ""),
                          about.value("metadata", json::object()), about.value("size", std::uint64_t{0})};
        } catch (const Error& e) {
            if (e.type() == "NoSuchKey") return std::nullopt;
            throw;
        }
    }
    detail::Host host_;
    std::string name_;
};

// Expressions are DynamoDB's. {"#n": "attribute"} and {":v": value}, values as plain JSON.
struct Expression {
    std::string text;
    json values = json::object();
    json names = json::object();
};

// Items are plain JSON objects; a key is an object too, or just the hash key's value, or [hash, range].
class Table {
  public:
    Table(detail::Host host, std::string name) : host_(host), name_(std::move(name)) {}

    // Nothing where there is no such item.
    std::optional<json> get(const json& key) {
        json result = host_.run("table.get", with({{"key", key}})).result;
        if (!result.contains("item") || result["item"].is_null()) return std::nullopt;
        return std::move(result["item"]);
    }
    std::optional<json> get(std::string_view key) { return get(json(key)); }
    std::optional<json> get(const std::string& key) { return get(json(key)); }
    std::optional<json> get(const char* key) { return get(json(key)); }

    void put(const json& item) { (void)host_.run("table.put", with({{"item", item}})); }
    // False where the condition does not hold: nothing was written then.
    bool put_if(const json& item, const Expression& condition) {
        return conditional("table.put", {{"item", item}}, condition);
    }
    void remove(const json& key) { (void)host_.run("table.delete", with({{"key", key}})); }
    bool remove_if(const json& key, const Expression& condition) {
        return conditional("table.delete", {{"key", key}}, condition);
    }
    // Returns the whole item as it is afterwards.
    json update(const json& key, const Expression& update) {
        return host_
            .run("table.update", with({{"key", key},
                                       {"update", update.text},
                                       {"values", update.values},
                                       {"names", update.names},
                                       {"return_values", "ALL_NEW"}}))
            .result.value("attributes", json::object());
    }
    // The same under a condition; nothing where it does not hold: nothing was written then. The condition sees the
    // names and values of the update.
    std::optional<json> update_if(const json& key, const Expression& update, std::string_view condition) {
        try {
            return host_
                .run("table.update", with({{"key", key},
                                           {"update", update.text},
                                           {"condition", condition},
                                           {"values", update.values},
                                           {"names", update.names},
                                           {"return_values", "ALL_NEW"}}))
                .result.value("attributes", json::object());
        } catch (const Error& e) {
            if (e.type() == "ConditionalCheckFailedException") return std::nullopt;
            throw;
        }
    }
    // Any number of items, 25 in one operation, each on its own; throws at the first that is refused.
    void put_all(const std::vector<json>& items) {
        for (std::size_t begin = 0; begin < items.size(); begin += 25) {
            json actions = json::array();
            for (std::size_t i = begin; i < std::min(begin + 25, items.size()); ++i)
                actions.push_back({{"table", name_}, {"put", items[i]}});
            const json results = host_.run("table.batch_write", {{"actions", actions}, {"plain", true}}).result;
            for (const json& one : results.at("results"))
                if (one.contains("error"))
                    throw Error(one["error"].value("code", "Error"), one["error"].value("message", "an item was refused"));
        }
    }
    // {"items":[],"count":0,"last_key":…}; options: index, filter, projection, limit, forward, start_key
    json query(const Expression& key_condition, const json& options = json::object()) {
        json params = with({{"key_condition", key_condition.text},
                            {"values", key_condition.values},
                            {"names", key_condition.names}});
        params.update(options);
        return host_.run("table.query", params).result;
    }
    json scan(const json& options = json::object()) {
        json params = with(json::object());
        params.update(options);
        return host_.run("table.scan", params).result;
    }
    // Every item of a scan or query, page after page, with its options.
    template <class Use>
    void scan_all(json options, Use use) {
        each(std::move(options), [this](const json& page) { return scan(page); }, use);
    }
    template <class Use>
    void query_all(const Expression& key_condition, json options, Use use) {
        each(std::move(options), [&](const json& page) { return query(key_condition, page); }, use);
    }

  private:
    template <class Fetch, class Use>
    static void each(json options, Fetch fetch, Use& use) {
        for (json page;;) {
            page = fetch(options);
            for (const json& item : page.at("items"))
                use(item);
            options["start_key"] = page.value("last_key", json());
            if (options["start_key"].is_null()) return;
        }
    }
    [[nodiscard]] json with(json params) const {
        params["table"] = name_;
        params["plain"] = true;
        return params;
    }
    bool conditional(std::string_view operation, json params, const Expression& condition) {
        params["condition"] = condition.text;
        params["values"] = condition.values;
        params["names"] = condition.names;
        try {
            (void)host_.run(operation, with(std::move(params)));
            return true;
        } catch (const Error& e) {
            if (e.type() == "ConditionalCheckFailedException") return false;
            throw;
        }
    }
    detail::Host host_;
    std::string name_;
};

}  // namespace faasd
