// Where records go: one of queue, function and bucket.
#pragma once

#include "config/fields.hpp"

namespace faasd::config {

const Section<std::optional<model::Destination>>& destination_section();

template <class T, class Member>
Field<T> destination_field(std::string key, Member member, std::string doc) {
    return {{key, destination_section().value(), std::move(doc), {}, false},
            [key, member](Reading& reading, const Node& node, T& into) {
                Reading::Scope scope(reading, key);
                destination_section().read(reading, node, node, std::invoke(member, into));
            }};
}

}  // namespace faasd::config
