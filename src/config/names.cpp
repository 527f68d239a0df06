#include "config/names.hpp"

#include <algorithm>

namespace faasd::config {
namespace {

bool is_lower(char c) {
    return c >= 'a' && c <= 'z';
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_letter(char c) {
    return is_lower(c) || (c >= 'A' && c <= 'Z');
}

template <class Allowed>
bool consists_of(std::string_view text, std::size_t min, std::size_t max, Allowed allowed) {
    return text.size() >= min && text.size() <= max && std::all_of(text.begin(), text.end(), allowed);
}
bool is_word(char c) {
    return is_letter(c) || is_digit(c) || c == '_' || c == '-';
}

bool is_function_name(std::string_view name) {
    return consists_of(name, 1, 64, is_word);
}

bool is_queue_name(std::string_view name) {
    if (name.size() > 80) return false;
    if (name.ends_with(".fifo")) name.remove_suffix(5);
    return consists_of(name, 1, 80, is_word);
}

bool is_bucket_name(std::string_view name) {
    const auto edge = [](char c) { return is_lower(c) || is_digit(c); };
    return consists_of(name, 3, 63, [&](char c) { return edge(c) || c == '.' || c == '-'; }) &&
           edge(name.front()) && edge(name.back()) && name.find("..") == std::string_view::npos;
}

bool is_table_name(std::string_view name) {
    return consists_of(name, 3, 255, [](char c) { return is_word(c) || c == '.'; });
}

bool is_schedule_name(std::string_view name) {
    return consists_of(name, 1, 64, [](char c) { return is_word(c) || c == '.'; });
}

bool is_authorizer_name(std::string_view name) { return is_schedule_name(name) && name != "none"; }
bool is_variable_name(std::string_view name) {
    return consists_of(name, 1, 256, [](char c) { return is_letter(c) || is_digit(c) || c == '_'; }) &&
           !is_digit(name.front());
}

bool is_attribute_name(std::string_view name) {
    return !name.empty() && name.size() <= 255;
}

bool is_placeholder(std::string_view name) {
    return consists_of(name, 1, 128, [](char c) { return is_word(c) || c == '.'; });
}

}  // namespace

const NameRule kFunctionName{"a function", "^[A-Za-z0-9_-]{1,64}$", "1 to 64 letters, digits, '-' and '_'",
                             is_function_name};
const NameRule kQueueName{"a queue", "^(?=.{1,80}$)[A-Za-z0-9_-]+(\\.fifo)?$",
                          "1 to 80 letters, digits, '-' and '_'; a FIFO queue's name ends in .fifo",
                          is_queue_name};
const NameRule kBucketName{
    "a bucket", "^(?!.*\\.\\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$",
    "3 to 63 lower-case letters, digits, '-' and '.', starting and ending with a letter or digit",
    is_bucket_name};
const NameRule kTableName{"a table", "^[A-Za-z0-9_.-]{3,255}$", "3 to 255 letters, digits, '-', '_' and '.'",
                          is_table_name};
const NameRule kScheduleName{"a schedule or watch", "^[A-Za-z0-9_.-]{1,64}$",
                             "1 to 64 letters, digits, '-', '_' and '.'", is_schedule_name};
const NameRule kAuthorizerName{"an authorizer", "^(?!none$)[A-Za-z0-9_.-]{1,64}$",
                               "1 to 64 letters, digits, '-', '_' and '.', and not the word none",
                               is_authorizer_name};
const NameRule kUpstreamName{"an upstream", "^[A-Za-z0-9_-]{1,64}$", "1 to 64 letters, digits, '-' and '_'",
                             is_function_name};
const NameRule kDependencyName{"a dependency", "^[A-Za-z0-9_-]{1,64}$", "1 to 64 letters, digits, '-' and '_'",
                               is_function_name};
const NameRule kVariableName{"an environment variable", "^[A-Za-z_][A-Za-z0-9_]{0,255}$",
                             "letters, digits and '_', not starting with a digit", is_variable_name};
const NameRule kAttributeName{"an attribute", "^[^]{1,255}$", "1 to 255 bytes", is_attribute_name};
const NameRule kPlaceholder{"a placeholder", "^[A-Za-z0-9_.-]{1,128}$", "letters, digits, '-', '_' and '.'",
                            is_placeholder};

void check_name(Reading& reading, const Node& name, const NameRule& rule) {
    if (!rule.valid(name.text))
        reading.error(name, in_quotes(name.written) + " can't be the name of " + rule.what,
                      std::string("allowed: ") + rule.allowed);
}

}  // namespace faasd::config
