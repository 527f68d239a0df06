// A mapping of environment variables, of the app and of each function.
#pragma once

#include "config/fields.hpp"

namespace faasd::config {

template <class T, class Member>
Field<T> environment_field(Member member, std::string doc) {
    ValueDescription value = ValueDescription::text("text");
    return {{"environment",
             ValueDescription::map_of(value, "a mapping of variables", kVariableName.pattern),
             std::move(doc),
             {},
             false},
            [member](Reading& reading, const Node& node, T& into) {
                if (node.is_null()) return;
                if (!node.is_map()) {
                    reading.wrong_form("environment", node, "a mapping: { KEY: value }");
                    return;
                }
                for (const Entry& entry : node.entries) {
                    check_name(reading, entry.key, kVariableName);
                    // `KEY:` alone is an empty value, as in every .env file.
                    if (entry.value.is_null()) {
                        std::invoke(member, into)[entry.key.text] = "";
                    } else if (auto text = reading.text(entry.key.written, entry.value)) {
                        std::invoke(member, into)[entry.key.text] = std::move(*text);
                    }
                }
            }};
}

}  // namespace faasd::config
