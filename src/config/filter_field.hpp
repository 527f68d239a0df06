// The patterns of a consumer or a notification: which events it wants.
#pragma once

#include "config/fields.hpp"
#include "model/pattern/event_pattern.hpp"

namespace faasd::config {

// Reads one pattern or a list of them, each a mapping or JSON text; mistakes are reported where they stand.
void read_patterns(Reading& reading, const Node& node, std::vector<model::EventPattern>& into);

template <class T, class Member>
Field<T> filter_field(Member member, std::string doc) {
    ValueDescription what;
    what.kind = ValueDescription::Kind::anything;
    what.words = "an event pattern, or a list of them";
    return {{"filters", what, std::move(doc), {}, false},
            [member](Reading& reading, const Node& node, T& into) {
                read_patterns(reading, node, std::invoke(member, into));
            }};
}

}  // namespace faasd::config
