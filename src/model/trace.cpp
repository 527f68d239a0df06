#include "model/trace.hpp"

#include <charconv>

namespace faasd::model {
namespace {

constexpr char kSeparator = ';';
constexpr char kEquals = '=';

// Where the count of a function stands in the trace: [begin, end), or both at the end where it has none.
struct Span {
    std::size_t begin, end;
};
Span count_of(std::string_view trace, std::string_view function) {
    std::size_t at = trace.find(kSeparator);
    while (at != std::string_view::npos) {
        const std::size_t begin = at + 1;
        at = trace.find(kSeparator, begin);
        const std::string_view part =
            trace.substr(begin, at == std::string_view::npos ? std::string_view::npos : at - begin);
        if (part.size() > function.size() && part.starts_with(function) && part[function.size()] == kEquals)
            return {begin + function.size() + 1, begin + part.size()};
    }
    return {trace.size(), trace.size()};
}

std::uint32_t to_number(std::string_view text) {
    std::uint32_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

}  // namespace

std::string_view root_of(std::string_view trace) {
    return trace.substr(0, trace.find(kSeparator));
}

std::uint32_t calls_in_chain(std::string_view trace, std::string_view function) {
    const Span span = count_of(trace, function);
    return to_number(trace.substr(span.begin, span.end - span.begin));
}

std::string extended(std::string_view trace, std::string_view function) {
    const Span span = count_of(trace, function);
    std::string out;
    out.reserve(trace.size() + function.size() + 12);
    out.append(trace.substr(0, span.begin));
    if (span.begin == trace.size()) out.append(1, kSeparator).append(function).append(1, kEquals);
    out.append(std::to_string(to_number(trace.substr(span.begin, span.end - span.begin)) + 1));
    return out.append(trace.substr(span.end));
}

std::string describe_loop(std::string_view trace, std::string_view function) {
    std::string chain;
    std::size_t at = trace.find(kSeparator);
    while (at != std::string_view::npos) {
        const std::size_t begin = at + 1;
        at = trace.find(kSeparator, begin);
        const std::string_view part = trace.substr(begin, at == std::string_view::npos ? at : at - begin);
        const std::size_t equals = part.rfind(kEquals);
        if (equals == std::string_view::npos) continue;
        if (!chain.empty()) chain.append(", ");
        chain.append(part.substr(0, equals)).append(" ×").append(part.substr(equals + 1));
    }
    return "function " + std::string(function) + " has run " +
           std::to_string(calls_in_chain(trace, function)) + " times in one chain of events (" + chain +
           "; trace " + std::string(root_of(trace)) +
           "): a loop, stopped here. Let it write to another queue, bucket, prefix or table than the one "
           "that "
           "calls it; if the loop is meant and ends by itself, give the function 'recursion: allow'";
}

}  // namespace faasd::model
