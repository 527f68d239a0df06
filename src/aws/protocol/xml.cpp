#include "aws/protocol/xml.hpp"

namespace faasd::aws {
namespace {

struct StringWriter final : pugi::xml_writer {
    std::string text;
    void write(const void* data, std::size_t size) override { text.append(static_cast<const char*>(data), size); }
};

// XML 1.0, section 2.2: of the control characters only tab, line feed and carriage return.
std::string without_controls(std::string_view text) {
    std::string clean;
    clean.reserve(text.size());
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 || c == '\t' || c == '\n' || c == '\r') clean += c;
    }
    return clean;
}

}  // namespace

void add_text(pugi::xml_node parent, const char* name, std::string_view text) {
    parent.append_child(name).append_child(pugi::node_pcdata).set_value(without_controls(text).c_str());
}

bool nests_deeper(const pugi::xml_document& document, std::size_t most) {
    std::size_t depth = 0;  // of `node`: the document itself has none
    for (pugi::xml_node node = document; node;) {
        if (const auto child = node.first_child()) {
            node = child;
            if (++depth > most) return true;
            continue;
        }
        while (node && !node.next_sibling()) {
            node = node.parent();
            if (depth > 0) --depth;
        }
        node = node.next_sibling();
    }
    return false;
}

std::string to_text(const pugi::xml_document& document) {
    StringWriter writer;
    writer.text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    document.save(writer, "", pugi::format_raw | pugi::format_no_declaration, pugi::encoding_utf8);
    return std::move(writer.text);
}

}  // namespace faasd::aws
