#include "services/blob/document_rows.hpp"

#include <nlohmann/json.hpp>

#include "base/json.hpp"

namespace faasd::blob {

using nlohmann::json;
using storage::Connection;

namespace {

template <class T>
void set_if(json& out, const char* name, const std::optional<T>& value) {
    if (value) out[name] = *value;
}
template <class T>
void get_if(const json& in, const char* name, std::optional<T>& value) {
    if (const auto found = in.find(name); found != in.end()) value = found->get<T>();
}

}  // namespace

std::string find_document(Connection& connection, BucketId bucket, std::string_view name) {
    auto find = connection.prepare("SELECT text FROM blob_documents WHERE bucket = ? AND name = ?");
    find.bind(1, bucket).bind(2, name);
    if (!find.step()) return {};
    return std::string(find.text(0));
}

void put_document(Connection& connection, BucketId bucket, std::string_view name, std::string_view text) {
    if (text.empty()) {
        connection.prepare("DELETE FROM blob_documents WHERE bucket = ? AND name = ?")
            .bind(1, bucket)
            .bind(2, name)
            .run();
    } else {
        connection.prepare("INSERT OR REPLACE INTO blob_documents(bucket, name, text) VALUES(?, ?, ?)")
            .bind(1, bucket)
            .bind(2, name)
            .bind(3, text)
            .run();
    }
    if (name == kNotifications)
        connection.prepare("UPDATE blob_buckets SET notifies = ? WHERE id = ?")
            .bind(1, text.empty() ? 0 : 1)
            .bind(2, bucket)
            .run();
}

std::string encode_rules(const std::vector<model::LifecycleRule>& rules) {
    if (rules.empty()) return {};
    json all = json::array();
    for (const model::LifecycleRule& rule : rules) {
        json one = {{"id", rule.id}, {"enabled", rule.enabled}, {"prefix", rule.prefix}};
        if (!rule.tags.empty()) one["tags"] = rule.tags;
        set_if(one, "larger_than", rule.larger_than);
        set_if(one, "smaller_than", rule.smaller_than);
        set_if(one, "expire_days", rule.expire_days);
        if (rule.expire_date) one["expire_date"] = base::to_micros(*rule.expire_date);
        if (rule.expire_lone_markers) one["expire_lone_markers"] = true;
        set_if(one, "noncurrent_days", rule.noncurrent_days);
        if (rule.keep_noncurrent != 0) one["keep_noncurrent"] = rule.keep_noncurrent;
        set_if(one, "abort_upload_days", rule.abort_upload_days);
        all.push_back(std::move(one));
    }
    return base::to_text(all);
}

std::vector<model::LifecycleRule> decode_rules(std::string_view text) {
    std::vector<model::LifecycleRule> rules;
    if (text.empty()) return rules;
    const json all = base::parse_stored_json(text);
    for (const json& one : all) {
        model::LifecycleRule& rule = rules.emplace_back();
        rule.id = one.at("id").get<std::string>();
        rule.enabled = one.at("enabled").get<bool>();
        rule.prefix = one.at("prefix").get<std::string>();
        rule.tags = one.value("tags", model::Metadata{});
        get_if(one, "larger_than", rule.larger_than);
        get_if(one, "smaller_than", rule.smaller_than);
        get_if(one, "expire_days", rule.expire_days);
        if (const auto date = one.find("expire_date"); date != one.end())
            rule.expire_date = base::from_micros(date->get<std::int64_t>());
        rule.expire_lone_markers = one.value("expire_lone_markers", false);
        get_if(one, "noncurrent_days", rule.noncurrent_days);
        rule.keep_noncurrent = one.value("keep_noncurrent", 0u);
        get_if(one, "abort_upload_days", rule.abort_upload_days);
    }
    return rules;
}

std::vector<RuledBucket> buckets_with_rules(Connection& connection) {
    std::vector<RuledBucket> buckets;
    {
        auto find = connection.prepare(
            "SELECT b.name, d.text FROM blob_documents d JOIN blob_buckets b ON b.id = d.bucket WHERE d.name "
            "= ?");
        find.bind(1, kLifecycle);
        while (find.step())
            buckets.push_back({{}, std::string(find.text(0)), decode_rules(find.text(1))});
    }
    // Outside of a transaction one may have been removed meanwhile.
    std::erase_if(buckets, [&](RuledBucket& bucket) {
        const auto row = require_bucket_row(connection, bucket.name);
        if (row) bucket.row = *row;
        return !row;
    });
    return buckets;
}

}  // namespace faasd::blob
