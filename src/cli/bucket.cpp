#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>

#include <CLI/CLI.hpp>

#include "base/json.hpp"
#include "base/text.hpp"
#include "base/units.hpp"
#include "cli/content_type.hpp"
#include "cli/control_client.hpp"
#include "cli/print.hpp"

namespace faasd::cli {
namespace {

using nlohmann::json;

std::string object_path(const std::string& bucket, const std::string& key) {
    return "/_faasd/v1/buckets/" + base::percent_encode(bucket) + "/objects/" + base::percent_encode(key, "/");
}

void add_list(CLI::App& group, Program& program) {
    auto* command = group.add_subcommand("list", "Every bucket and how much is in it");
    command->footer("Example: faasd bucket list");
    command->callback([&program] {
        const json buckets = ControlClient(program).operation("bucket.buckets", json::object()).value.at("buckets");
        if (program.json) return print_json(buckets);
        std::vector<std::vector<std::string>> rows{{"BUCKET", "OBJECTS", "SIZE"}};
        for (const json& bucket : buckets)
            rows.push_back({bucket.value("name", ""), plain(bucket["objects"]),
                            base::format_size(bucket.value("bytes", std::uint64_t{0}))});
        print_rows(rows);
    });
}

// Streams the file: its size in memory does not matter.
void put_file(const Program& program, const std::string& file, const std::string& bucket, const std::string& key,
              const std::string& content_type) {
    auto in = std::make_shared<std::ifstream>(file, std::ios::binary);
    std::error_code error;
    const auto size = std::filesystem::file_size(file, error);
    if (!*in || error) throw CommandError(file + ": " + (error ? error.message() : std::strerror(errno)));
    gateway::ClientRequest request;
    request.method = "PUT";
    request.target = object_path(bucket, key);
    request.headers.emplace_back("Content-Type", content_type);
    request.body_size = size;
    request.body_source = [in, left = size]() mutable -> base::Result<std::string> {
        std::string piece(std::min<std::uintmax_t>(left, 256 * 1024), '\0');
        in->read(piece.data(), static_cast<std::streamsize>(piece.size()));
        piece.resize(static_cast<std::size_t>(in->gcount()));
        left -= piece.size();
        return piece;
    };
    const auto stored = base::parse_json(ControlClient(program).send(std::move(request)).body);
    if (program.json) return print_json(stored);
    std::cout << bucket << '/' << key << "  " << base::format_size(size) << "  etag " << stored.value("etag", "") << '\n';
}

void add_put(CLI::App& group, Program& program) {
    struct Options {
        std::string file, target, content_type;
    };
    auto options = std::make_shared<Options>();
    auto* command = group.add_subcommand("put", "Upload a file");
    command->add_option("file", options->file, "The file")->required()->check(CLI::ExistingFile);
    command->add_option("target", options->target, "BUCKET, BUCKET/folder/ or BUCKET/key")->required();
    command->add_option("--content-type", options->content_type, "Default: by the file's extension");
    command->footer("Example: faasd bucket put rocket.jpg photos/uploads/");
    command->callback([options, &program] {
        const std::size_t slash = options->target.find('/');
        const std::string bucket = options->target.substr(0, slash);
        if (bucket.empty())
            throw CommandError("'" + options->target + "' names no bucket; write BUCKET/key", kWrongUsage);
        std::string key = slash == std::string::npos ? "" : options->target.substr(slash + 1);
        if (key.empty() || key.back() == '/') key += std::filesystem::path(options->file).filename().string();
        put_file(program, options->file, bucket, key,
                 options->content_type.empty() ? content_type_of(key) : options->content_type);
    });
}

void add_get(CLI::App& group, Program& program) {
    struct Options {
        std::string source, file;
    };
    auto options = std::make_shared<Options>();
    auto* command = group.add_subcommand("get", "Download an object");
    command->add_option("source", options->source, "BUCKET/key")->required();
    command->add_option("file", options->file, "Where to; default: standard output");
    command->footer("Example: faasd bucket get photos/uploads/rocket.jpg copy.jpg");
    command->callback([options, &program] {
        const std::size_t slash = options->source.find('/');
        if (slash == std::string::npos || slash + 1 == options->source.size())
            throw CommandError("'" + options->source + "' names no object; write BUCKET/key", kWrongUsage);
        std::ofstream file;
        gateway::ClientRequest request;
        request.target = object_path(options->source.substr(0, slash), options->source.substr(slash + 1));
        // Opened at the first byte, so that a failed download leaves an existing file as it was.
        request.body_sink = [&](std::string_view piece) -> base::Result<> {
            if (!options->file.empty() && !file.is_open()) file.open(options->file, std::ios::binary | std::ios::trunc);
            std::ostream& out = options->file.empty() ? std::cout : file;
            out.write(piece.data(), static_cast<std::streamsize>(piece.size()));
            if (!out) throw CommandError(options->file + ": " + std::strerror(errno));
            return {};
        };
        ControlClient(program).send(std::move(request));
        if (!options->file.empty() && !file.is_open()) file.open(options->file, std::ios::binary | std::ios::trunc);
        std::cout.flush();
    });
}

void add_ls(CLI::App& group, Program& program) {
    struct Options {
        std::string target;
        bool recursive = false;
    };
    auto options = std::make_shared<Options>();
    auto* command = group.add_subcommand("ls", "List objects");
    command->add_option("target", options->target, "BUCKET or BUCKET/prefix")->required();
    command->add_flag("--recursive,-r", options->recursive, "Below the prefix's folders too");
    command->footer("Example: faasd bucket ls photos/uploads/");
    command->callback([options, &program] {
        const std::size_t slash = options->target.find('/');
        json params = {{"bucket", options->target.substr(0, slash)},
                       {"prefix", slash == std::string::npos ? "" : options->target.substr(slash + 1)},
                       {"delimiter", options->recursive ? "" : "/"}};
        const ControlClient client(program);
        std::vector<std::vector<std::string>> rows;
        json all = json::array();
        while (true) {
            const json page = client.operation("bucket.list", params).value;
            for (const json& prefix : page.at("common_prefixes"))
                rows.push_back({"", "-", prefix.get<std::string>()});
            for (const json& object : page.at("objects")) {
                rows.push_back({object.value("modified_at", ""),
                                base::format_size(object.value("size", std::uint64_t{0})), object.value("key", "")});
                all.push_back(object);
            }
            const std::string next = page.value("next_token", "");
            if (next.empty()) break;
            params["continuation_token"] = next;
        }
        if (program.json) return print_json(all);
        print_rows(rows);
    });
}

void add_rm(CLI::App& group, Program& program) {
    auto target = std::make_shared<std::string>();
    auto* command = group.add_subcommand("rm", "Delete an object");
    command->add_option("target", *target, "BUCKET/key")->required();
    command->footer("Example: faasd bucket rm photos/uploads/rocket.jpg");
    command->callback([target, &program] {
        const std::size_t slash = target->find('/');
        if (slash == std::string::npos || slash + 1 == target->size())
            throw CommandError("'" + *target + "' names no object; write BUCKET/key", kWrongUsage);
        ControlClient(program).operation("bucket.delete",
                                         {{"bucket", target->substr(0, slash)}, {"key", target->substr(slash + 1)}});
        if (!program.json) std::cout << "deleted " << *target << '\n';
    });
}

}  // namespace

void add_bucket(CLI::App& app, Program& program) {
    auto* group = app.add_subcommand("bucket", "Buckets: list, put, get, ls, rm");
    group->footer("Example: faasd bucket list");
    group->require_subcommand(1);
    add_list(*group, program);
    add_put(*group, program);
    add_get(*group, program);
    add_ls(*group, program);
    add_rm(*group, program);
}

}  // namespace faasd::cli
