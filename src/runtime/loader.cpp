#include "runtime/loader.hpp"

#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.hpp"
#include "runtime/builder.hpp"

namespace faasd::runtime {
namespace fs = std::filesystem;

ModuleSpec ModuleSpec::of(const model::FunctionDefinition& function) {
    return {function.module, function.sources, function.libraries};
}

std::string ModuleSpec::key() const {
    std::string key = module.string();
    for (const auto& source : sources)
        key += '\n' + source.string();
    for (const auto& library : libraries)
        key += "\n-l" + library;
    return key;
}

std::string ModuleSpec::describe() const {
    if (sources.empty()) return module.string();
    std::string text;
    for (const auto& source : sources)
        text += (text.empty() ? "" : ", ") + source.string();
    return text;
}

FileStamp FileStamp::of(const fs::path& path) {
    FileStamp stamp{path};
    struct ::stat info {};
    if (::stat(path.c_str(), &info) != 0) return stamp;
    stamp.modified_ns = std::int64_t{info.st_mtim.tv_sec} * 1'000'000'000 + info.st_mtim.tv_nsec;
    stamp.size = static_cast<std::uint64_t>(info.st_size);
    stamp.inode = info.st_ino;
    return stamp;
}

std::string FileStamp::text() const {
    return path.string() + '|' + std::to_string(modified_ns) + '|' + std::to_string(size) + '|' +
           std::to_string(inode);
}

void Loader::cancel() {
    cancelled_.store(true);
    builder_.cancel();
}

LoadResult Loader::load(const ModuleSpec& spec) {
    if (spec.sources.empty()) {
        FileStamp stamp = FileStamp::of(spec.module);
        if (stamp.modified_ns == 0)
            return {base::Error(std::make_error_code(std::errc::no_such_file_or_directory),
                                "the module " + spec.module.string() +
                                    " does not exist: build it, or correct its path in faasd.yaml"),
                    {stamp}};
        return {open(spec.module, false, ""), {std::move(stamp)}};
    }
    BuildResult built = builder_.build({spec.sources, spec.libraries});
    if (!built.module) return {built.module.error(), std::move(built.inputs)};
    return {open(built.module.value(), true, built.fingerprint), std::move(built.inputs)};
}

// A file that has been looked at before, and has not changed since, is opened without asking a child again:
// the child costs milliseconds at every start.
base::Result<std::shared_ptr<Image>> Loader::open(const fs::path& file, bool immutable,
                                                  const std::string& known) {
    // What the builder made is known by its content: its file's time is when it was last used.
    const std::string which = immutable && !known.empty() ? file.string() + '|' + known : FileStamp::of(file).text();
    const fs::path seen = options_.cache / "probed" / base::md5_hex(which);
    std::string fingerprint;
    // Code that hangs can be ended in a child only.
    if (cancelled_) return base::Error(std::make_error_code(std::errc::operation_canceled), "the daemon is ending");
    if (std::ifstream in(seen); in && std::getline(in, fingerprint) && !fingerprint.empty())
        return Image::open(file, immutable, options_.copies, fingerprint);
    auto facts = probe_module(file, options_.probe, &cancelled_);
    if (!facts) return facts.error();
    fingerprint = known;
    if (fingerprint.empty()) {
        auto computed = file_fingerprint(file);
        if (!computed) return computed.error();
        fingerprint = std::move(*computed);
    }
    auto image = Image::open(file, immutable, options_.copies, fingerprint);
    if (!image) return image;
    std::error_code ignored;
    fs::create_directories(seen.parent_path(), ignored);
    const fs::path fresh = seen.string() + '.' + std::to_string(::getpid());
    std::ofstream(fresh) << fingerprint << '\n';
    fs::rename(fresh, seen, ignored);
    return image;
}

}  // namespace faasd::runtime
