// The name of an authorizer, at a route and for the whole app.
#pragma once

#include "config/fields.hpp"

namespace faasd::config {

// Reports a name that is neither an authorizer of the file nor 'none'; at the end, when all are known.
void refer_to_authorizer(Reading& reading, const Node& at, std::string name);

// Gives the routes what the app says for all, and turns 'none' into nothing.
void settle_authorizers(Reading& reading, const Node& at, const Node& map, model::App& app);

template <class T, class Member>
Field<T> authorizer_field(Member member, std::string doc) {
    return {{"authorizer", ValueDescription::text("the name of an authorizer, or none"), std::move(doc), {}, false},
            [member](Reading& reading, const Node& node, T& into) {
                if (auto name = reading.text("authorizer", node)) {
                    refer_to_authorizer(reading, node, *name);
                    std::invoke(member, into) = std::move(*name);
                }
            }};
}

}  // namespace faasd::config
