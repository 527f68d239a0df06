// Notes a new thumbnail in its user's row: thumbnails/<userId>/x.jpg
#include <faasd/function.hpp>

void update_user(const faasd::QueueBatch& batch, faasd::Context& context) {
    for (const faasd::QueueMessage& message : batch) {
        const auto made = faasd::BlobEvent::from_message(message);
        const std::size_t begin = made.key.find('/') + 1;
        const std::string user = made.key.substr(begin, made.key.find('/', begin) - begin);
        context.table("users").update(user, {"SET thumbnail = :key, thumbnailSize = :size, updatedAt = :time",
                                             {{":key", made.key}, {":size", made.size}, {":time", made.time}}});
        context.log().info("user ", user, " has the thumbnail ", made.key);
    }
}
FAASD_FUNCTION(update_user)
