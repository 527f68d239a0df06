// Reads the original, makes the thumbnail, writes it beside: uploads/<userId>/x.png -> thumbnails/<userId>/x.jpg
#include <gd.h>

#include <faasd/function.hpp>

namespace {

constexpr int kLongerSide = 160;  // pixels

using Image = std::unique_ptr<gdImage, decltype(&gdImageDestroy)>;

Image decode(const std::string& bytes) {
    const int size = static_cast<int>(bytes.size());
    void* data = const_cast<char*>(bytes.data());  // GD reads only
    gdImagePtr image = nullptr;
    if (bytes.starts_with("\xff\xd8")) image = gdImageCreateFromJpegPtr(size, data);
    if (bytes.starts_with("\x89PNG")) image = gdImageCreateFromPngPtr(size, data);
    if (!image) throw faasd::Error("NotAnImage", "this is neither a JPEG nor a PNG");
    return {image, gdImageDestroy};
}

std::string thumbnail_of(const std::string& bytes) {
    const Image original = decode(bytes);
    const int width = gdImageSX(original), height = gdImageSY(original);
    const double scale = std::min(1.0, static_cast<double>(kLongerSide) / std::max(width, height));
    const int small_width = std::max(1, static_cast<int>(width * scale + 0.5));
    const int small_height = std::max(1, static_cast<int>(height * scale + 0.5));
    const Image small(gdImageCreateTrueColor(small_width, small_height), gdImageDestroy);
    gdImageCopyResampled(small.get(), original.get(), 0, 0, 0, 0, small_width, small_height, width, height);
    int size = 0;
    const std::unique_ptr<void, decltype(&gdFree)> jpeg(gdImageJpegPtr(small.get(), &size, 85), gdFree);
    return {static_cast<const char*>(jpeg.get()), static_cast<std::size_t>(size)};
}

std::string thumbnail_key(const std::string& key) {
    const std::string below = key.substr(std::string_view("uploads/").size());
    return "thumbnails/" + below.substr(0, below.rfind('.')) + ".jpg";
}

}  // namespace

void encode(const faasd::QueueBatch& batch, faasd::Context& context) {
    auto photos = context.bucket("photos");
    for (const faasd::QueueMessage& message : batch) {
        const auto upload = faasd::BlobEvent::from_message(message);
        const auto original = photos.get(upload.key);
        if (!original) continue;  // deleted meanwhile: there is nothing to do
        const std::string thumbnail = thumbnail_of(original->body);
        photos.put(thumbnail_key(upload.key), thumbnail, {.content_type = "image/jpeg"});
        context.log().info(upload.key, ": ", original->size, " bytes -> thumbnail of ", thumbnail.size());
    }
}
FAASD_FUNCTION(encode)
