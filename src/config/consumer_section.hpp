// The one table of what the consumers of queues and of change streams have in common.
#pragma once

#include "config/filter_field.hpp"

namespace faasd::config {

// `gets`: "the queue's messages"; `unit`: what a batch has, "messages". `further` are the fields that only
// this kind of consumer has.
template <class Consumer>
Section<Consumer> consumer_section(std::string title, const std::string& gets, const std::string& unit,
                                   std::vector<Field<Consumer>> further) {
    using C = Consumer;
    using std::chrono::seconds;
    std::vector<Field<C>> fields{
        reference_field<C>("function", &C::function, model::ResourceKind::function, "The function.").required(),
        integer_field<C>("batch_size", &C::batch_size, 1, 10'000, "The most " + unit + " of one call."),
        duration_field<C>("batching_window", &C::batching_window, seconds{0}, seconds{300},
                          "How long to gather a batch; 0s calls with what is there."),
        filter_field<C>(&C::filters, "Only " + unit + " that match one of these event patterns; the others are "
                                     "passed over. See the guide for the language.")};
    std::ranges::move(further, std::back_inserter(fields));
    return Section<C>("consumer", std::move(title),
                      "The function that gets " + gets +
                          " in batches. The short form is the function's name alone.",
                      std::move(fields))
        .short_form(ValueDescription::text("the name of a function"),
                    [](Reading& reading, const Node& node, C& into) {
                        if (auto name = reading.text("consumer", node)) {
                            reading.refer(model::ResourceKind::function, node, *name);
                            into.function = std::move(*name);
                        }
                    });
}

}  // namespace faasd::config
