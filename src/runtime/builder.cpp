#include "runtime/builder.hpp"

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <thread>
#include <unistd.h>

#include "base/clock.hpp"
#include "base/digest.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "runtime/build_files.hpp"
#include "runtime/loader.hpp"
#include "runtime/process.hpp"

namespace faasd::runtime {
namespace fs = std::filesystem;
namespace {

base::Error build_error(std::string message) {
    return {std::make_error_code(std::errc::invalid_argument), std::move(message)};
}

bool on_path(const std::string& program) {
    const char* path = std::getenv("PATH");
    std::stringstream folders(path ? path : "");
    for (std::string folder; std::getline(folders, folder, ':');)
        if (::access((fs::path(folder) / program).c_str(), X_OK) == 0) return true;
    return false;
}

constexpr const char* kVersionScript = "{\n  global: faasd_module_descriptor;\n  local: *;\n};\n";

}  // namespace

// One of the compilers that may run at once.
class Builder::Slot {
  public:
    explicit Slot(Builder& builder) : builder_(builder) {
        std::unique_lock lock(builder_.mutex_);
        builder_.slot_free_.wait(lock, [&] { return builder_.busy_ < builder_.jobs_; });
        ++builder_.busy_;
    }
    ~Slot() {
        std::lock_guard lock(builder_.mutex_);
        --builder_.busy_;
        builder_.slot_free_.notify_one();
    }
    Slot(const Slot&) = delete;
    Slot& operator=(const Slot&) = delete;

  private:
    Builder& builder_;
};

struct Builder::Object {
    base::Result<fs::path> file;
    std::vector<FileStamp> inputs;
    bool from_cache = false;
};

Builder::Builder(BuilderOptions options)
    : options_(std::move(options)), header_(options_.headers, options_.sdk_include), shared_(options_.shared) {
    compiler_ = options_.compiler;
    if (compiler_.empty())
        if (const char* variable = std::getenv("CXX"); variable && *variable) compiler_ = variable;
    if (compiler_.empty()) compiler_ = "c++";
    jobs_ = options_.jobs ? options_.jobs : std::max(1u, std::thread::hardware_concurrency());
}

Builder::~Builder() = default;

// Which compiler it is, by the stamp of its program: asking it for its version costs more than a cached start
// may.
base::Result<Builder::Compiler> Builder::find_compiler() {
    std::lock_guard lock(mutex_);
    if (compiler_found_) return *compiler_found_;
    fs::path program;
    if (compiler_.find('/') != std::string::npos) {
        program = compiler_;
    } else {
        const char* path = std::getenv("PATH");
        std::stringstream folders(path ? path : "");
        for (std::string folder; program.empty() && std::getline(folders, folder, ':');)
            if (::access((fs::path(folder) / compiler_).c_str(), X_OK) == 0)
                program = fs::path(folder) / compiler_;
    }
    std::error_code error;
    const fs::path real = fs::canonical(program, error);
    if (program.empty() || error)
        return build_error("there is no C++ compiler " + compiler_ +
                           ": install one (apt install g++), set CXX, or give the function a built `module`");
    const std::string name = real.filename().string();
    Compiler found{FileStamp::of(real).text(), name.find("clang") == std::string::npos};
    compiler_found_ = std::make_unique<Compiler>(std::move(found));
    return *compiler_found_;
}

std::vector<std::string> Builder::compile_flags(const Compiler& compiler) const {
    std::vector<std::string> flags{"-std=c++20",
                                   "-O1",
                                   "-g1",
                                   "-fPIC",
                                   "-fvisibility=hidden",
                                   "-fvisibility-inlines-hidden",
                                   "-fdiagnostics-color=never"};
    if (compiler.gnu) flags.emplace_back("-fno-gnu-unique");
    flags.push_back("-I" + options_.sdk_include.string());
    for (const auto& folder : options_.more_includes)
        flags.push_back("-I" + folder.string());
    flags.insert(flags.end(), options_.extra_flags.begin(), options_.extra_flags.end());
    return flags;
}

// What objects depend on besides their source and its headers, wherever the SDK and they lie.
const std::string& Builder::compiled_how(const Compiler& compiler) {
    std::lock_guard lock(mutex_);
    if (how_.empty()) {
        how_ = compiler.id + content_of_headers(options_.sdk_include / "faasd");
        for (const std::string& flag : compile_flags(compiler))
            if (flag != "-I" + options_.sdk_include.string()) how_ += '\n' + flag;
    }
    return how_;
}

Builder::Object Builder::compile(const Compiler& compiler, const fs::path& source) {
    const FileStamp source_stamp = FileStamp::of(source);
    if (source_stamp.modified_ns == 0)
        return {
            build_error("the source " + source.string() + " does not exist: correct its path in faasd.yaml"),
            {source_stamp},
            false};
    const auto flags = compile_flags(compiler);
    std::string key = compiler.id;
    for (const auto& flag : flags)
        key += '\n' + flag;
    key += header_.sdk_stamp() + '\n' + source.string();
    const fs::path folder = options_.cache / "objects";
    const fs::path record = folder / (base::md5_hex(key) + ".inputs");

    // The record: the object's name, then the stamp and path of each file that it was made of.
    const auto lines = read_lines(record);
    if (lines.size() > 1) {
        std::vector<FileStamp> inputs;
        bool same = true;
        for (std::size_t i = 1; i < lines.size() && same; ++i) {
            inputs.push_back(FileStamp::of(lines[i].substr(0, lines[i].find('|'))));
            same = inputs.back().text() == lines[i];
        }
        const fs::path object = folder / lines[0];  // or lines[0] alone, where that is a whole path
        if (same && ::access(object.c_str(), R_OK) == 0) {
            SharedObjects::touch(object);
            return {object, std::move(inputs), true};
        }
    }

    std::error_code error;
    fs::create_directories(folder, error);
    const std::string& how = compiled_how(compiler);
    const SharedObjects::Turn turn(shared_, how, source, options_.timeout, cancelled_);
    const auto remember = [&](const fs::path& made, const std::vector<FileStamp>& of) {
        std::vector<std::string> remembered{shared_.enabled() ? made.string() : made.filename().string()};
        for (const auto& input : of)
            remembered.push_back(input.text());
        write_lines(record, remembered);
    };
    if (const auto found = shared_.find(how, source)) {
        std::vector<FileStamp> inputs{source_stamp};
        for (const auto& path : found->headers)
            inputs.push_back(FileStamp::of(path));
        if (FileStamp::of(source) == source_stamp) {
            remember(found->object, inputs);
            return {found->object, std::move(inputs), true};
        }
    }
    const fs::path object = (shared_.enabled() ? shared_.objects() : folder) / (base::md5_hex(key + base::random_hex(16)) + ".o");
    const fs::path dependencies = object.string() + ".d";
    std::vector<std::string> command{compiler_};
    const auto header = compiler.gnu ? header_.folder(compiler.id, flags) : std::nullopt;
    if (header) command.push_back("-I" + header->string());
    command.insert(command.end(), flags.begin(), flags.end());
    // -MMD leaves the system's headers out: over a thousand files, whose stamps would be most of a start, and
    // which change with the compiler.
    for (const std::string& argument :
         {std::string("-MMD"), std::string("-MF"), dependencies.string(), std::string("-c"), source.string(),
          std::string("-o"), object.string()})
        command.push_back(argument);
    const auto started = base::SystemClock{}.now();
    const auto begun = base::monotonic_now();
    spdlog::info("compiling {} …", source.filename().string());
    base::Result<ProcessResult> ran = [&] {
        const Slot slot(*this);
        return run_process(command, options_.timeout, true, &cancelled_);
    }();
    if (ran && ran->ok())
        spdlog::info("compiled {} in {:.1f} s", source.filename().string(),
                     std::chrono::duration<double>(base::monotonic_now() - begun).count());
    std::vector<FileStamp> inputs{source_stamp};
    for (const auto& path : parse_depfile(dependencies))
        if (path != source) inputs.push_back(FileStamp::of(fs::absolute(path).lexically_normal()));
    fs::remove(dependencies, error);
    if (!ran) return {ran.error(), std::move(inputs), false};
    if (!ran->ok()) {
        // Without a list of headers, those that it had when it last compiled are watched on.
        for (std::size_t i = 1; i < lines.size() && inputs.size() <= 1; ++i) {
            FileStamp stamp = FileStamp::of(lines[i].substr(0, lines[i].find('|')));
            if (stamp.path != source) inputs.push_back(std::move(stamp));
        }
        return {build_error(source.string() + " does not compile (" + compiler_ + " " + ran->how_it_ended() +
                            "):\n" + ran->output),
                std::move(inputs), false};
    }
    // A header that was written meanwhile may be in the object in its old form: then nothing is remembered.
    const bool settled = std::none_of(inputs.begin(), inputs.end(), [&](const FileStamp& stamp) {
        return stamp.modified_ns > base::to_micros(started) * 1000;
    });
    if (!header && compiler.gnu) header_.build_later(compiler_, compiler.id, flags, options_.timeout);
    if (settled && FileStamp::of(source) == source_stamp) {
        remember(object, inputs);
        std::vector<fs::path> headers;
        for (std::size_t i = 1; i < inputs.size(); ++i)
            headers.push_back(inputs[i].path);
        shared_.remember(how, source, headers, object);
        shared_.remove_old();
    }
    return {object, std::move(inputs), false};
}

BuildResult Builder::build(const BuildRequest& request) {
    auto compiler = find_compiler();
    if (!compiler) {
        std::vector<FileStamp> inputs;
        for (const auto& source : request.sources)
            inputs.push_back(FileStamp::of(source));
        return {compiler.error(), "", std::move(inputs), false};
    }
    std::vector<Object> objects(request.sources.size(), Object{fs::path(), {}, false});
    std::vector<std::thread> others;
    for (std::size_t i = 1; i < request.sources.size(); ++i)
        others.emplace_back([&, i] { objects[i] = compile(*compiler, request.sources[i]); });
    if (!objects.empty()) objects[0] = compile(*compiler, request.sources[0]);
    for (auto& thread : others)
        thread.join();

    BuildResult result{fs::path(), "", {}, true};
    std::string errors, key = compiler->id;
    for (const Object& object : objects) {
        result.inputs.insert(result.inputs.end(), object.inputs.begin(), object.inputs.end());
        if (!object.file)
            errors += (errors.empty() ? "" : "\n") + object.file.error().message;
        else
            key += '\n' + object.file.value().string();
    }
    if (!errors.empty()) {
        result.module = build_error(std::move(errors));
        return result;
    }
    for (const auto& library : request.libraries)
        key += "\n-l" + library;
    for (const auto& flag : options_.extra_flags)
        key += "\n" + flag;
    result.fingerprint = base::md5_hex(key);
    const fs::path folder = shared_.enabled() ? shared_.modules() : options_.cache / "modules";
    const fs::path module = folder / (result.fingerprint + ".so");
    result.module = module;
    if (::access(module.c_str(), R_OK) == 0) {
        SharedObjects::touch(module);
        return result;
    }
    result.from_cache = false;
    std::error_code error;
    fs::create_directories(folder, error);
    const fs::path script = folder / "module.map";
    if (!fs::exists(script, error)) write_lines(script, {kVersionScript});
    const fs::path fresh = folder / (result.fingerprint + '.' + base::random_hex(8));
    std::vector<std::string> command{compiler_, "-shared", "-o", fresh.string(),
                                     "-Wl,--version-script=" + script.string()};
    // A sanitizer's runtime is linked into the executable alone.
    const auto& extra = options_.extra_flags;
    const bool sanitized = std::any_of(
        extra.begin(), extra.end(), [](const std::string& flag) { return flag.starts_with("-fsanitize"); });
    if (!sanitized) command.emplace_back("-Wl,-z,defs");
    if (on_path("mold") || on_path("ld.mold")) command.emplace_back("-fuse-ld=mold");
    command.insert(command.end(), extra.begin(), extra.end());
    for (const Object& object : objects)
        command.push_back(object.file.value().string());
    for (const auto& library : request.libraries)
        command.push_back("-l" + library);
    base::Result<ProcessResult> ran = [&] {
        const Slot slot(*this);
        return run_process(command, options_.timeout, true, &cancelled_);
    }();
    if (!ran) {
        result.module = ran.error();
    } else if (!ran->ok()) {
        fs::remove(fresh, error);
        result.module =
            build_error("linking " + request.sources.front().string() + " failed (" + compiler_ + " " +
                        ran->how_it_ended() + "); name what it needs under `libraries`:\n" + ran->output);
    } else {
        fs::rename(fresh, module, error);
        if (error)
            result.module = base::Error(error, "cannot write " + module.string() + ": " + error.message());
    }
    return result;
}

}  // namespace faasd::runtime
