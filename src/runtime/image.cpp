#include "runtime/image.hpp"

#include <atomic>
#include <cstring>
#include <dlfcn.h>
#include <fstream>
#include <unistd.h>

#include "base/digest.hpp"
#include "runtime/descriptor.hpp"

namespace faasd::runtime {
namespace fs = std::filesystem;
namespace {

std::atomic<std::uint64_t> last_copy{0};

}  // namespace

base::Result<std::string> file_fingerprint(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in)
        return base::Error({errno, std::system_category()},
                           "cannot read " + file.string() + ": " + std::strerror(errno));
    base::Digest digest(base::DigestKind::md5);
    char buffer[64 * 1024];
    while (in.read(buffer, sizeof buffer) || in.gcount() > 0)
        digest.update({buffer, static_cast<std::size_t>(in.gcount())});
    return base::to_hex(digest.finish());
}

base::Result<std::shared_ptr<Image>> Image::open(const fs::path& module, bool immutable,
                                                 const fs::path& copies, std::string fingerprint) {
    std::shared_ptr<Image> image(new Image);
    image->fingerprint_ = std::move(fingerprint);
    image->opened_path_ = module;
    if (!immutable) {
        std::error_code error;
        fs::create_directories(copies, error);
        image->opened_path_ = copies / (module.stem().string() + '-' + std::to_string(::getpid()) + '-' +
                                        std::to_string(++last_copy) + ".so");
        if (!fs::copy_file(module, image->opened_path_, fs::copy_options::overwrite_existing, error))
            return base::Error(error, "cannot copy " + module.string() + " to " +
                                          image->opened_path_.string() + ": " + error.message());
        image->is_copy_ = true;
    }
    image->handle_ = ::dlopen(image->opened_path_.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!image->handle_)
        return base::Error(std::make_error_code(std::errc::executable_format_error),
                           explain_dlopen_error(module.string(), ::dlerror()));
    auto descriptor = read_descriptor(image->handle_, module.string());
    if (!descriptor) return descriptor.error();
    image->module_ = descriptor.value();
    return image;
}

Image::~Image() {
    if (handle_) ::dlclose(handle_);
    std::error_code ignored;
    if (is_copy_) fs::remove(opened_path_, ignored);
}

const faasd_function* Image::find(std::string_view name) const {
    for (std::size_t i = 0; i < module_->function_count; ++i)
        if (name == module_->functions[i]->name) return module_->functions[i];
    return nullptr;
}

std::vector<std::string> Image::function_names() const {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < module_->function_count; ++i)
        names.emplace_back(module_->functions[i]->name);
    return names;
}

}  // namespace faasd::runtime
