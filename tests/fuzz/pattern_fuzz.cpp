// Any two lines as an event pattern and as an event: the pattern is refused with words, or it matches the event or does
// not, and is the same pattern when it is read again from its text.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <variant>

#include "base/json.hpp"
#include "model/pattern/event_pattern.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace faasd;
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const std::string_view first = input.substr(0, input.find('\n'));
    const std::string_view second = input.substr(std::min(first.size() + 1, size));
    // Deeper text is refused by whoever reads it.
    if (std::ranges::count(first, '{') > 200 || std::ranges::count(first, '[') > 200) return 0;
    const auto json = base::parse_json(first);
    if (json.is_discarded()) return 0;
    const auto compiled = model::EventPattern::compile(json);
    if (const auto* mistake = std::get_if<model::PatternMistake>(&compiled)) {
        if (mistake->message.empty() || mistake->where().empty()) std::abort();
        return 0;
    }
    const auto& pattern = std::get<model::EventPattern>(compiled);
    const auto again = model::EventPattern::compile(base::parse_stored_json(pattern.text()));
    if (!std::holds_alternative<model::EventPattern>(again)) std::abort();
    const auto event = base::parse_json(second);
    if (event.is_discarded()) return 0;
    if (pattern.matches(event) != std::get<model::EventPattern>(again).matches(event)) std::abort();
    return 0;
}
