// Reads a PNG that was uploaded below in/, writes it as a JPEG below out/; and a function that should know better.
#include <gd.h>

#include <faasd/function.hpp>

namespace {

std::string to_jpeg(const std::string& png) {
    if (!png.starts_with("\x89PNG")) throw faasd::Error("NotAnImage", "this is no PNG");
    using Image = std::unique_ptr<gdImage, decltype(&gdImageDestroy)>;
    const Image image(gdImageCreateFromPngPtr(static_cast<int>(png.size()), const_cast<char*>(png.data())),
                      gdImageDestroy);
    if (!image) throw faasd::Error("NotAnImage", "this PNG is broken");
    int size = 0;
    const std::unique_ptr<void, decltype(&gdFree)> jpeg(gdImageJpegPtr(image.get(), &size, 85), gdFree);
    return {static_cast<const char*>(jpeg.get()), static_cast<std::size_t>(size)};
}

}  // namespace

// One message that fails is named, so that only it comes again.
faasd::BatchResult encode(const faasd::QueueBatch& batch, faasd::Context& context) {
    auto media = context.bucket("media");
    faasd::BatchResult result;
    for (const faasd::QueueMessage& message : batch) {
        const auto upload = faasd::BlobEvent::from_message(message);
        try {
            const auto original = media.get(upload.key);
            if (!original) continue;  // deleted meanwhile: there is nothing to do
            const std::string name = upload.key.substr(3, upload.key.rfind('.') - 3);
            media.put("out/" + name + ".jpg", to_jpeg(original->body), {.content_type = "image/jpeg"});
        } catch (const faasd::Error& error) {
            context.log().warn(upload.key, ": ", error.what());
            result.fail(message.id);
        }
    }
    return result;
}
FAASD_FUNCTION(encode)

// The mistake: it writes where it is told of writes. Each copy calls it again.
void copy_beside(const faasd::BlobEvent& upload, faasd::Context& context) {
    const int round = std::stoi(upload.key.substr(upload.key.rfind('-') + 1));
    context.bucket("looping").copy(upload.key, "copy-" + std::to_string(round + 1));
}
FAASD_FUNCTION(copy_beside)
