#include "base/units.hpp"
#include "control/bucket_json.hpp"
#include "control/operations.hpp"

namespace faasd::control {
namespace {

using nlohmann::json;

// An object larger than this goes through the streaming door (PUT and GET .../objects/…), or by ranges.
constexpr std::uint64_t kWholeObjectLimit = std::uint64_t{64} << 20;

model::Metadata read_texts(const Params& params, const char* name, const json& given) {
    model::Metadata texts;
    if (given.is_null()) return texts;
    if (!given.is_object()) params.refuse(std::string("'") + name + "' must be an object of strings");
    for (const auto& [key, value] : given.items()) {
        if (!value.is_string()) params.refuse(std::string("'") + name + "' must be an object of strings");
        texts[key] = value.get<std::string>();
    }
    return texts;
}

model::PutOptions read_put_options(Params& params, const std::string& trace) {
    model::PutOptions options;
    options.content_type = params.text_or("content_type", options.content_type);
    options.metadata = read_texts(params, "metadata", params.value("metadata"));
    options.headers = read_texts(params, "headers", params.value("headers"));
    options.if_match = params.optional_text("if_match");
    options.if_none_match = params.optional_text("if_none_match");
    options.trace = trace;
    return options;
}

// The completion that most writes end with.
auto answer_with_object(OperationCall call) {
    return [call = std::move(call)](base::Result<model::ObjectInfo> done) mutable {
        if (done.has_error()) return call.fail(done.error());
        call.succeed(describe(*done));
    };
}
auto answer_with_nothing(OperationCall call) {
    return [call = std::move(call)](base::Result<> done) mutable {
        if (done.has_error()) return call.fail(done.error());
        call.succeed(json::object());
    };
}

void put(model::Blobs& blobs, OperationCall call) {
    const std::string bucket = call.params.text("bucket");
    const std::string key = call.params.text("key");
    auto options = read_put_options(call.params, call.trace);
    call.params.finish();
    auto writer = blobs.put(bucket, key, std::move(options));
    if (writer.has_error()) return call.fail(writer.error());
    if (const auto written = (*writer)->write(call.body); written.has_error()) return call.fail(written.error());
    // The writer must live until its commit has ended.
    const std::shared_ptr<model::ObjectWriter> shared = std::move(*writer);
    shared->commit([shared, done = answer_with_object(std::move(call))](base::Result<model::ObjectInfo> info) mutable {
        done(std::move(info));
    });
}

void get(model::Blobs& blobs, OperationCall call) {
    const std::string bucket = call.params.text("bucket");
    const std::string key = call.params.text("key");
    model::ByteRange range{call.params.optional_count("first"), call.params.optional_count("last")};
    call.params.finish();
    const bool ranged = range.first || range.last;
    auto reader = blobs.get(bucket, key, {}, ranged ? std::optional(range) : std::nullopt);
    if (reader.has_error()) return call.fail(reader.error());
    const std::uint64_t length = (*reader)->length();
    if (length > kWholeObjectLimit)
        return call.fail(model::OperationError{
            "EntityTooLarge",
            "bucket.get: '" + key + "' has " + base::format_size(length) + ", more than the " +
                base::format_size(kWholeObjectLimit) + " that are read in one piece; read it by ranges",
            "", 413});
    std::string body(static_cast<std::size_t>(length), '\0');
    std::size_t filled = 0;
    while (filled < body.size()) {
        const auto got = (*reader)->read(std::span(body).subspan(filled));
        if (got.has_error()) return call.fail(got.error());
        if (*got == 0) break;
        filled += *got;
    }
    body.resize(filled);
    call.succeed(describe((*reader)->info()), std::move(body));
}

void list(model::Blobs& blobs, OperationCall call) {
    const std::string bucket = call.params.text("bucket");
    model::ListRequest request;
    request.prefix = call.params.text_or("prefix", "");
    request.delimiter = call.params.text_or("delimiter", "");
    request.start_after = call.params.text_or("start_after", "");
    request.continuation_token = call.params.text_or("continuation_token", "");
    request.max_keys =
        static_cast<std::uint32_t>(std::min<std::uint64_t>(call.params.optional_count("max_keys").value_or(1000), 1000));
    call.params.finish();
    const auto page = blobs.list(bucket, request);
    if (page.has_error()) return call.fail(page.error());
    json objects = json::array();
    for (const model::ObjectInfo& object : page->objects)
        objects.push_back(describe(object));
    call.succeed({{"objects", std::move(objects)},
                  {"common_prefixes", page->common_prefixes},
                  {"next_token", page->next_token},
                  {"truncated", page->truncated}});
}

void copy(model::Blobs& blobs, OperationCall call) {
    model::Blobs::CopyRequest request;
    request.from_bucket = call.params.text("from_bucket");
    request.from_key = call.params.text("from_key");
    request.to_bucket = call.params.text("bucket");
    request.to_key = call.params.text("key");
    if (call.params.flag("replace_metadata")) request.replace = read_put_options(call.params, call.trace);
    request.trace = call.trace;
    call.params.finish();
    blobs.copy(std::move(request), answer_with_object(std::move(call)));
}

json describe(const model::BucketInfo& bucket) {
    return {{"name", bucket.name},
            {"objects", bucket.objects},
            {"bytes", bucket.bytes},
            {"created_at", base::format_rfc3339(bucket.created_at)}};
}

}  // namespace

json describe(const model::ObjectInfo& object) {
    json out = {{"key", object.key},
                {"size", object.size},
                {"etag", object.etag},
                {"content_type", object.content_type},
                {"modified_at", base::format_rfc3339(object.modified_at)}};
    if (!object.metadata.empty()) out["metadata"] = object.metadata;
    if (!object.headers.empty()) out["headers"] = object.headers;
    return out;
}

void add_bucket_operations(OperationTable& table, model::Blobs& blobs) {
    table.add("bucket.put", true, [&](OperationCall call) { put(blobs, std::move(call)); });
    table.add("bucket.get", true, [&](OperationCall call) { get(blobs, std::move(call)); });
    table.add("bucket.list", true, [&](OperationCall call) { list(blobs, std::move(call)); });
    table.add("bucket.copy", true, [&](OperationCall call) { copy(blobs, std::move(call)); });
    table.add("bucket.head", true, [&](OperationCall call) {
        const std::string bucket = call.params.text("bucket");
        const std::string key = call.params.text("key");
        call.params.finish();
        const auto info = blobs.head(bucket, key);
        if (info.has_error()) return call.fail(info.error());
        call.succeed(describe(*info));
    });
    table.add("bucket.delete", false, [&](OperationCall call) {
        std::string bucket = call.params.text("bucket");
        std::string key = call.params.text("key");
        call.params.finish();
        std::string trace = call.trace;
        blobs.remove(std::move(bucket), std::move(key), std::move(trace), answer_with_nothing(std::move(call)));
    });
    table.add("bucket.buckets", true, [&](OperationCall call) {
        call.params.finish();
        json list = json::array();
        for (const model::BucketInfo& bucket : blobs.buckets())
            list.push_back(describe(bucket));
        call.succeed({{"buckets", std::move(list)}});
    });
}

}  // namespace faasd::control
