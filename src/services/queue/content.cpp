#include "services/queue/content.hpp"

#include <cstdint>
#include <stdexcept>

#include "base/digest.hpp"

namespace faasd::queue {
namespace {

constexpr char format_version = 1;
constexpr std::size_t md5_size = 16;

void put_size(std::string& to, std::size_t size) {
    while (size >= 0x80) {
        to.push_back(static_cast<char>((size & 0x7f) | 0x80));
        size >>= 7;
    }
    to.push_back(static_cast<char>(size));
}

void put(std::string& to, std::string_view text) {
    put_size(to, text.size());
    to.append(text);
}

class Cursor {
  public:
    explicit Cursor(std::string_view bytes) : bytes_(bytes) {}
    std::string_view take(std::size_t size) {
        if (size > bytes_.size()) throw std::runtime_error("the content of a message is damaged");
        const auto taken = bytes_.substr(0, size);
        bytes_.remove_prefix(size);
        return taken;
    }
    std::size_t size() {
        std::size_t value = 0;
        for (int shift = 0; shift < 63; shift += 7) {
            const auto byte = static_cast<unsigned char>(take(1).front());
            value |= static_cast<std::size_t>(byte & 0x7f) << shift;
            if (byte < 0x80) return value;
        }
        throw std::runtime_error("the content of a message is damaged");
    }
    std::string_view text() { return take(size()); }
    std::string_view rest() { return take(bytes_.size()); }

  private:
    std::string_view bytes_;
};

}  // namespace

std::string encode_content(const Prepared& message, std::string_view deduplication_id) {
    const auto& request = message.request;
    std::string bytes;
    bytes.reserve(message.size + request.trace.size() + request.group_id.size() + deduplication_id.size() +
                  64);
    bytes.push_back(format_version);
    bytes.append(message.md5);
    put(bytes, request.trace);
    put(bytes, request.group_id);
    put(bytes, deduplication_id);
    put_size(bytes, request.system_attributes.size());
    for (const auto& [name, value] : request.system_attributes) {
        put(bytes, name);
        put(bytes, value);
    }
    put_size(bytes, request.attributes.size());
    for (const auto& [name, attribute] : request.attributes) {
        put(bytes, name);
        put(bytes, attribute.data_type);
        put(bytes, attribute.value);
    }
    bytes.append(request.body);
    return bytes;
}

void decode_content(std::string_view bytes, model::Message& into) {
    Cursor cursor(bytes);
    if (cursor.take(1).front() != format_version)
        throw std::runtime_error("the content of a message is of a newer form");
    into.md5_of_body = base::to_hex(cursor.take(md5_size));
    into.trace = cursor.text();
    into.group_id = cursor.text();
    into.deduplication_id = cursor.text();
    for (std::size_t left = cursor.size(); left > 0; --left) {
        const auto name = cursor.text();
        into.system_attributes.emplace(name, cursor.text());
    }
    for (std::size_t left = cursor.size(); left > 0; --left) {
        const auto name = cursor.text();
        model::MessageAttribute attribute;
        attribute.data_type = cursor.text();
        attribute.value = cursor.text();
        into.attributes.emplace(name, std::move(attribute));
    }
    into.body = cursor.rest();
}

}  // namespace faasd::queue
