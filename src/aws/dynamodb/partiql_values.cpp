// The values of PartiQL: 'text', 5, true, null, [..], {'a': ..}, <<..>> and parameters.
#include "aws/dynamodb/partiql_parser.hpp"
#include "aws/dynamodb/refusals.hpp"
#include "items/number.hpp"

namespace faasd::aws::dynamodb {

model::AttributeValue PartiqlParser::value() {
    const Level level(depth_);
    if (peek().kind == Kind::parameter) {
        static_cast<void>(take());
        if (next_parameter_ == parameters_.size()) refuse_value("Number of parameters in request and statement don't match.");
        return parameters_[next_parameter_++];
    }
    if (peek().kind == Kind::text) return {take().text};
    if (peek().kind == Kind::number) {
        auto number = items::make_number(take().text);
        if (!number) refuse(error_of(number.error()));
        return {std::move(*number)};
    }
    if (accept_word("true")) return {true};
    if (accept_word("false")) return {false};
    if (accept_word("null")) return {model::Null{}};
    if (at_symbol("<<")) return set_value();
    if (accept("[")) {
        model::List list;
        while (!accept("]")) {
            if (!list.empty()) expect(",");
            list.push_back(value());
        }
        return {std::move(list)};
    }
    if (!accept("{")) unexpected();
    model::Item map;
    bool first = true;
    while (!accept("}")) {
        if (!first) expect(",");
        first = false;
        if (peek().kind != Kind::text) unexpected();
        std::string key = take().text;
        expect(":");
        map.insert_or_assign(std::move(key), value());
    }
    return {std::move(map)};
}

// Of texts or numbers; binaries come as parameters.
model::AttributeValue PartiqlParser::set_value() {
    expect("<<");
    model::StringSet strings;
    model::NumberSet numbers;
    model::BinarySet binaries;
    std::size_t count = 0;
    while (!accept(">>")) {
        if (count++ > 0) expect(",");
        model::AttributeValue one = value();
        bool added = true;
        if (auto* text = std::get_if<std::string>(&one.value)) {
            added = strings.values.insert(std::move(*text)).second;
        } else if (auto* number = std::get_if<model::Number>(&one.value)) {
            added = numbers.values.insert(std::move(number->text)).second;
        } else if (auto* binary = std::get_if<model::Binary>(&one.value)) {
            added = binaries.values.insert(std::move(binary->bytes)).second;
        } else {
            refuse_statement("a set has texts, numbers or binaries");
        }
        if (!added) refuse_value("Input collection contains duplicates");
    }
    const int kinds = int{!strings.values.empty()} + int{!numbers.values.empty()} + int{!binaries.values.empty()};
    if (kinds != 1) refuse_statement(kinds == 0 ? "a set may not be empty" : "the elements of a set have one type");
    if (!numbers.values.empty()) return {std::move(numbers)};
    if (!binaries.values.empty()) return {std::move(binaries)};
    return {std::move(strings)};
}

}  // namespace faasd::aws::dynamodb
