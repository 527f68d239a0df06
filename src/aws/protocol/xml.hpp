// XML as AWS services write it.
#pragma once

#include <string>
#include <string_view>

#include <pugixml.hpp>

namespace faasd::aws {

// A child with text. Characters that XML 1.0 cannot hold are left out.
void add_text(pugi::xml_node parent, const char* name, std::string_view text);

// With the declaration, without indentation.
[[nodiscard]] std::string to_text(const pugi::xml_document& document);

}  // namespace faasd::aws
