// JSON read as it comes, without a tree: for the requests that are sent thousands of times a second, which
// are objects of texts and integers. Whatever is more than that is left to the parser.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace faasd::aws::sqs {

// Over a text that outlives it. Each function returns false (or nothing) where the text goes on in another
// way; the reader is of no use then.
class FlatJson {
  public:
    explicit FlatJson(std::string_view text) : left_(text) {}

    // `{`, and then, until it returns false, the name of the next member. ended() tells whether the object
    // ended there.
    [[nodiscard]] bool open_object() { return take('{') && begin(); }
    [[nodiscard]] bool next_member(std::string_view& name);
    [[nodiscard]] bool open_array() { return take('[') && begin(); }
    [[nodiscard]] bool next_element();
    [[nodiscard]] bool ended() const { return ended_; }
    // Nothing but white space is left.
    [[nodiscard]] bool at_end();

    // A text without escapes of the form \uXXXX, which few have.
    [[nodiscard]] std::optional<std::string> text();
    [[nodiscard]] std::optional<std::int64_t> integer();
    // An object all of whose members are these texts.
    using Texts = std::initializer_list<std::pair<std::string_view, std::string*>>;
    [[nodiscard]] bool object_of(Texts texts);

  private:
    bool begin() {
        first_ = true;
        ended_ = false;
        return true;
    }
    bool go_on(char end);
    bool take(char c);
    void skip_space();
    // Between its quotes; `escapes` counts the backslashes that begin one.
    bool raw_text(std::string_view& raw, std::size_t& escapes);

    std::string_view left_;
    bool first_ = false, ended_ = false;
};

}  // namespace faasd::aws::sqs
