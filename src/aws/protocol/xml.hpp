// XML as AWS services write it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <pugixml.hpp>

namespace faasd::aws {

// A child with text. Characters that XML 1.0 cannot hold are left out.
void add_text(pugi::xml_node parent, const char* name, std::string_view text);

// Elements inside of one another beyond so many: removing and copying them needs stack for each.
[[nodiscard]] bool nests_deeper(const pugi::xml_document& document, std::size_t most);

// With the declaration, without indentation.
[[nodiscard]] std::string to_text(const pugi::xml_document& document);

}  // namespace faasd::aws
