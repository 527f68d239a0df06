#include "aws/lambda/functions.hpp"

#include <fstream>
#include <map>
#include <mutex>

#include "base/digest.hpp"
#include "base/units.hpp"

namespace faasd::aws::lambda {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

// Beyond it a digest of the file's name and size must do.
constexpr std::uintmax_t kMaxDigested = std::uintmax_t{64} << 20;

struct Code {
    std::uint64_t size = 0;
    std::string sha256;  // base64
    base::TimePoint modified_at{};
};

std::string digest_of(const fs::path& file) {
    base::Digest digest(base::DigestKind::sha256);
    std::ifstream in(file, std::ios::binary);
    std::string piece(64 * 1024, '\0');
    while (in.read(piece.data(), static_cast<std::streamsize>(piece.size())) || in.gcount() > 0)
        digest.update(std::string_view(piece).substr(0, static_cast<std::size_t>(in.gcount())));
    return digest.finish();
}

// Digests of files as they were found last, so that a list of functions reads none that did not change.
// Thread-safe.
class KnownDigests {
  public:
    std::string of(const fs::path& file, std::uintmax_t size, fs::file_time_type changed) {
        {
            std::lock_guard lock(mutex_);
            const auto found = known_.find(file);
            if (found != known_.end() && found->second.size == size && found->second.changed == changed)
                return found->second.digest;
        }
        std::string digest = digest_of(file);
        std::lock_guard lock(mutex_);
        if (known_.size() >= kMostKnown) known_.clear();
        known_[file] = {size, changed, digest};
        return digest;
    }

  private:
    struct Known {
        std::uintmax_t size = 0;
        fs::file_time_type changed{};
        std::string digest;
    };
    static constexpr std::size_t kMostKnown = 1000;

    std::mutex mutex_;
    std::map<fs::path, Known> known_;  // guarded by mutex_
};

KnownDigests& known_digests() {
    static KnownDigests all;
    return all;
}

void add_file(const fs::path& file, base::Digest& digest, Code& code) {
    std::error_code error;
    const auto size = fs::file_size(file, error);
    if (error) return;
    const auto changed = fs::last_write_time(file, error);
    code.size += size;
    const auto at = std::chrono::time_point_cast<base::Duration>(std::chrono::file_clock::to_sys(changed));
    code.modified_at = std::max(code.modified_at, at);
    digest.update(file.filename().string());
    digest.update(size > kMaxDigested ? std::to_string(size) : known_digests().of(file, size, changed));
}

Code code_of(const model::FunctionDefinition& function) {
    Code code;
    base::Digest digest(base::DigestKind::sha256);
    for (const fs::path& source : function.sources)
        add_file(source, digest, code);
    if (!function.module.empty()) add_file(function.module, digest, code);
    code.sha256 = base::base64_encode(digest.finish());
    return code;
}

// "2026-11-24T13:10:48.000+0000"
std::string lambda_time(base::TimePoint time) {
    std::string text = base::format_rfc3339(time);
    if (text.ends_with('Z')) text.replace(text.size() - 1, 1, "+0000");
    return text;
}

}  // namespace

json configuration_of(const model::FunctionDefinition& function, const Scope& scope) {
    const Code code = code_of(function);
    json all = {{"FunctionName", function.name},
                {"FunctionArn", scope.arn("lambda", "function:" + function.name)},
                {"Runtime", "provided.al2023"},
                {"Role", "arn:aws:iam::" + scope.account + ":role/faasd"},
                {"Handler", function.handler.empty() ? function.name : function.handler},
                {"CodeSize", code.size},
                {"CodeSha256", code.sha256},
                {"Description", ""},
                {"Timeout", std::max<std::int64_t>(1, std::chrono::ceil<std::chrono::seconds>(function.timeout).count())},
                {"MemorySize", 128},
                {"LastModified", lambda_time(code.modified_at)},
                {"Version", "$LATEST"},
                {"TracingConfig", {{"Mode", "PassThrough"}}},
                {"RevisionId", base::sha256_hex(code.sha256).substr(0, 36)},
                {"State", "Active"},
                {"LastUpdateStatus", "Successful"},
                {"PackageType", "Zip"},
                {"Architectures", {"x86_64"}},
                {"EphemeralStorage", {{"Size", 512}}}};
    if (!function.environment.empty()) all["Environment"] = {{"Variables", function.environment}};
    if (!function.dead_letter_queue.empty())
        all["DeadLetterConfig"] = {{"TargetArn", scope.arn("sqs", function.dead_letter_queue)}};
    return all;
}

json description_of(const model::FunctionDefinition& function, const Scope& scope) {
    const fs::path& code = function.sources.empty() ? function.module : function.sources.front();
    return {{"Configuration", configuration_of(function, scope)},
            {"Code", {{"RepositoryType", "S3"}, {"Location", "file://" + code.string()}}},
            {"Tags", json::object()},
            {"Concurrency", {{"ReservedConcurrentExecutions", function.concurrency}}}};
}

}  // namespace faasd::aws::lambda
