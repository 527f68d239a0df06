#include "model/message_digest.hpp"

#include "base/digest.hpp"

namespace faasd::model {
namespace {

void append_with_length(std::string& to, std::string_view text) {
    const auto size = static_cast<std::uint32_t>(text.size());
    for (const int shift : {24, 16, 8, 0})
        to.push_back(static_cast<char>(size >> shift & 0xff));
    to.append(text);
}

}  // namespace

std::string md5_of_attributes(const MessageAttributes& attributes) {
    if (attributes.empty()) return {};
    std::string bytes;
    for (const auto& [name, attribute] : attributes) {
        append_with_length(bytes, name);
        append_with_length(bytes, attribute.data_type);
        bytes.push_back(attribute.data_type.starts_with("Binary") ? '\2' : '\1');
        append_with_length(bytes, attribute.value);
    }
    return base::md5_hex(bytes);
}

}  // namespace faasd::model
